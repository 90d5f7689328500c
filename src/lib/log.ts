import pino, { type DestinationStream, type Logger } from "pino";
import { logLevel } from "@/lib/env";

/** Property names that may hold a secret: those of the schema, and of the headers that carry one. */
const secretNames = [
  "accessToken",
  "apiToken",
  "appPassword",
  "authorization",
  "clientSecret",
  "codeVerifier",
  "cookie",
  "githubClientSecret",
  "githubPrivateKey",
  "githubWebhookSecret",
  "key",
  "password",
  "privateKey",
  "private-token",
  "refreshToken",
  "secret",
  "secrets",
  "set-cookie",
  "signingSecret",
  "token",
  "value",
  "x-api-key",
];

/** @param to where the lines go; standard output unless given */
export function makeLog(to?: DestinationStream): Logger {
  const options = {
    level: logLevel(),
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretNames.flatMap(pathsOf), censor: "[redacted]" },
  };
  return to ? pino(options, to) : pino(options);
}

/** At the top of an entry, and one and two levels below. */
function pathsOf(name: string): string[] {
  return [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`];
}

/**
 * Structured JSON log on standard output. Secrets are kept out at the source: log ids, codes and counts, never
 * inputs, rows or errors with their causes. The redaction is only the second line of defence.
 */
export const log = makeLog();
