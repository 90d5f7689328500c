import type { RequestHeaders } from "@/access/caller";
import { keyHeader } from "@/access/resolve";
import { hasSessionCookie } from "@/access/session-cookie";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";

/**
 * Refuse a mutation that a browser sends with the session cookie from another origin. Browsers never send a key by
 * themselves, so calls with one need no check.
 * @throws Fault `forbidden` reason `cross_origin`
 */
export function assertSameOrigin(headers: RequestHeaders): void {
  if (headers.has(keyHeader) || !hasSessionCookie(headers)) return;
  if (!isSameOrigin(headers)) throw new Fault("forbidden", { code: "cross_origin" });
}

/**
 * Refuse a POST from a page of another origin, signed in or not, so that no foreign form signs anybody in or out.
 * Programs send no `Origin`.
 * @throws Fault `forbidden` reason `cross_origin`
 */
export function assertNotForeign(method: string, headers: RequestHeaders): void {
  if (method !== "POST" || !headers.has("origin")) return;
  if (!isSameOrigin(headers)) throw new Fault("forbidden", { code: "cross_origin" });
}

/** Whether the browser says that the request came from a page of this very origin. */
function isSameOrigin(headers: RequestHeaders): boolean {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site") ?? "same-origin";
  if (!origin || site !== "same-origin") return false;
  const { url } = env();
  return origin === url || (url.startsWith("http:") && isOwnHost(origin, headers.get("host")));
}

/**
 * Without TLS the host in the browser may differ from SLIPWAY_URL: 127.0.0.1 for localhost, or a local network name.
 */
function isOwnHost(origin: string, host: string | null | undefined): boolean {
  return origin === `http://${host}`;
}
