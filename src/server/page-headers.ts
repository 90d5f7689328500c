import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { env } from "@/lib/env";
import { securityHeaders, transportHeaders } from "@/rpc/security-headers";

/**
 * The content security policy of a page.
 * @param nonce of its scripts
 * @param dev hot reload evaluates text as code; a build never does
 */
export function pagePolicy(nonce: string, dev = false): string {
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

/** Security headers of the app's pages: only scripts with the nonce, no frames, no MIME sniffing, no referrer. */
export function setPageHeaders(request: IncomingMessage, response: ServerResponse, dev = false): void {
  // Static files of the build need no page headers.
  if (request.url?.startsWith("/_next/static/")) {
    setHeaders(response, { "x-content-type-options": "nosniff", ...transportHeaders(env().url) });
    return;
  }
  setHeaders(response, securityHeaders());
  setPolicy(request, response, dev);
}

function setPolicy(request: IncomingMessage, response: ServerResponse, dev: boolean): void {
  const policy = pagePolicy(randomBytes(16).toString("base64"), dev);
  // The framework takes the nonce for its own scripts from this header of the request.
  request.headers["content-security-policy"] = policy;
  response.setHeader("content-security-policy", policy);
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
