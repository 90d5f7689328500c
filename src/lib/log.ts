import pino from "pino";
import { logLevel } from "@/lib/env";

/**
 * Structured JSON log on standard output. Secrets are kept out at the source: log ids, codes and counts,
 * never inputs, rows or errors with their causes. The redaction below is the second line, not the first.
 */
export const log = pino({
  level: logLevel(),
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: ["accessToken", "password", "secret", "token", "key", "authorization", "cookie"].flatMap(
      (name) => [name, `*.${name}`],
    ),
    censor: "[redacted]",
  },
});
