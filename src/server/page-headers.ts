import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "@/lib/env";

/** @param dev hot reload evaluates text as code; a build never does */
function policyOf(nonce: string, dev: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self'${dev ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/**
 * What browsers are told about everything the app itself answers: no script but our own, no frame around it, no
 * guessing of types, no address given away.
 */
export function setPageHeaders(request: IncomingMessage, response: ServerResponse, dev = false): void {
  response.setHeader("x-content-type-options", "nosniff");
  // Files of the build are no pages: the rest would only be weight.
  if (request.url?.startsWith("/_next/static/")) return;
  response.setHeader("permissions-policy", "camera=(), geolocation=(), microphone=()");
  if (env().url.startsWith("https:")) response.setHeader("strict-transport-security", "max-age=31536000");
  response.setHeader("cross-origin-opener-policy", "same-origin");
  // On the way to a host and back the answer says itself where its form may go, stricter than here in all else.
  if (isWalk(request.url ?? "")) return;
  const policy = policyOf(randomBytes(16).toString("base64"), dev);
  // The framework takes the nonce for its own scripts from this header of the request.
  request.headers["content-security-policy"] = policy;
  response.setHeader("content-security-policy", policy);
  response.setHeader("referrer-policy", "same-origin");
}

/** `POST /providers/<id>/authorize/step` and `GET /api/<type>/callback`: see `browserStepPage`. */
function isWalk(target: string): boolean {
  return /^\/(providers\/[^/?]+\/authorize\/step|api\/[^/?]+\/callback)(\?|$)/.test(target);
}
