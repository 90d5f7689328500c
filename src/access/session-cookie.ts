import { decode } from "next-auth/jwt";
import { z } from "zod";
import type { RequestHeaders } from "@/access/caller";
import { env } from "@/lib/env";
import { sessionSecret } from "@/lib/key-ring";

const Token = z.object({ sid: z.string().min(1).max(64) });

const hostPrefix = "__Host-";

/**
 * The name of the session cookie for the sender of these headers. The prefix `__Host-` binds a cookie to this host and
 * to TLS (or localhost). Without TLS the name contains the port, since all ports of a host share cookies.
 */
export function cookieName(headers: RequestHeaders = new Headers()): string {
  if (isTls()) return `${hostPrefix}slipway.session`;
  const plain = `slipway-${new URL(env().url).port || "80"}.session`;
  const has = (name: string) => cookieOf(headers, name) !== null;
  if (has(hostPrefix + plain)) return hostPrefix + plain;
  return !has(plain) && acceptsHostPrefix(headers) ? hostPrefix + plain : plain;
}

/** Whether a cookie of this name has the `__Host-` prefix, which needs the Secure attribute. */
export function hasHostPrefix(name: string): boolean {
  return name.startsWith(hostPrefix);
}

function isTls(): boolean {
  return env().url.startsWith("https:");
}

/** Whether session cookies cross a network over plain HTTP, where others can read them. */
export function crossesNetworkInClear(): boolean {
  return !isTls() && !isOwnMachine(new URL(env().url).host);
}

/** Whether the browser accepts a `__Host-` cookie on localhost without TLS. Others, such as Safari, drop it. */
function acceptsHostPrefix(headers: RequestHeaders): boolean {
  const isKnown = /(Chrome|Firefox)\/\d/.test(headers.get("user-agent") ?? "");
  return isKnown && isOwnMachine(headers.get("host") ?? "") && !crossesNetworkInClear();
}

function isOwnMachine(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
}

/** The session that the cookie names; null without a cookie, and for one that we did not make. */
export async function sessionIdOf(headers: RequestHeaders): Promise<string | null> {
  const cookie = cookieOf(headers, cookieName(headers));
  return cookie ? readToken(cookie) : null;
}

/** Whether the request carries a session cookie at all, valid or not. */
export function hasSessionCookie(headers: RequestHeaders): boolean {
  return cookieOf(headers, cookieName(headers)) !== null;
}

async function readToken(token: string): Promise<string | null> {
  const payload = await decode({ token, secret: sessionSecret() }).catch(() => null);
  return Token.safeParse(payload).data?.sid ?? null;
}

function cookieOf(headers: RequestHeaders, name: string): string | null {
  const pairs = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : null;
}
