import { env } from "@/lib/env";

/** For an answer that is no page: it loads nothing, sends nothing and stands in no frame. */
const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let made: { url: string; headers: Readonly<Record<string, string>> } | null = null;

/** What holds for everything that the app itself answers, refusals included. A page has a policy of its own. */
export function securityHeaders(): Readonly<Record<string, string>> {
  const { url } = env();
  if (made?.url === url) return made.headers;
  const headers = {
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    ...transportHeaders(url),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "content-security-policy": policy,
  };
  made = { url, headers };
  return headers;
}

/**
 * Strict-Transport-Security, where the public address is https.
 * @param address of the app, or of a site
 */
export function transportHeaders(address: string): Record<string, string> {
  return address.startsWith("https:") ? { "strict-transport-security": "max-age=31536000" } : {};
}
