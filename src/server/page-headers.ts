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

/** For an answer that is no page: it loads nothing, sends nothing and stands in no frame. */
const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Where the address that people use has TLS, their browsers are to stay with it.
 * @param address of the app, or of a site
 */
export function insistOnTls(response: ServerResponse, address: string): void {
  if (address.startsWith("https:")) response.setHeader("strict-transport-security", "max-age=31536000");
}

/** What holds for everything that the app itself answers, a refusal at the gate included. */
export function setCommonHeaders(response: ServerResponse): void {
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("permissions-policy", "camera=(), geolocation=(), microphone=()");
  insistOnTls(response, env().url);
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("cross-origin-resource-policy", "same-origin");
  response.setHeader("referrer-policy", "same-origin");
  response.setHeader("content-security-policy", nothing);
}

/**
 * What browsers are told about everything the app itself answers: no script but our own, no frame around it, no
 * guessing of types, no address given away.
 */
export function setPageHeaders(request: IncomingMessage, response: ServerResponse, dev = false): void {
  // Files of the build are no pages: the rest would only be weight.
  if (request.url?.startsWith("/_next/static/")) {
    response.setHeader("x-content-type-options", "nosniff");
    insistOnTls(response, env().url);
    return;
  }
  setCommonHeaders(response);
  if (isAuthorizationPath(request.url ?? "")) leaveToAnswer(response);
  else setPolicy(request, response, dev);
}

function setPolicy(request: IncomingMessage, response: ServerResponse, dev: boolean): void {
  const policy = policyOf(randomBytes(16).toString("base64"), dev);
  // The framework takes the nonce for its own scripts from this header of the request.
  request.headers["content-security-policy"] = policy;
  response.setHeader("content-security-policy", policy);
}

/**
 * On the way to a host and back a page says itself where its form may go, stricter than here in all else. The
 * framework keeps what is set before, so these come last, and only where the answer said nothing.
 */
function leaveToAnswer(response: ServerResponse): void {
  const defaults = { "content-security-policy": nothing, "referrer-policy": "no-referrer" };
  for (const name of Object.keys(defaults)) response.removeHeader(name);
  const writeHead = response.writeHead;
  response.writeHead = (...given: unknown[]) => {
    for (const [name, value] of Object.entries(defaults))
      if (!response.hasHeader(name)) response.setHeader(name, value);
    return Reflect.apply(writeHead, response, given);
  };
}

/** `POST /o/<slug>/providers/<id>/authorize/step` and `GET /api/<type>/callback`: see `browserStepPage`. */
function isAuthorizationPath(target: string): boolean {
  return /^\/(o\/[^/?]+\/providers\/[^/?]+\/authorize\/step|api\/[^/?]+\/callback)(\?|$)/.test(target);
}
