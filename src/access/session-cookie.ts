import { decode } from "next-auth/jwt";
import { z } from "zod";
import type { RequestHeaders } from "@/access/caller";
import { env } from "@/lib/env";
import { sessionSecret } from "@/lib/key-ring";

const Token = z.object({ sid: z.string().min(1).max(64) });

const tie = "__Host-";

/**
 * What the session cookie of whoever sent these headers is called. `__Host-` ties a cookie to this very host and to
 * TLS, or to the own machine. Without TLS the name has the port too: cookies of one host are shared by all its ports.
 */
export function cookieName(headers: RequestHeaders = new Headers()): string {
  if (isTls()) return `${tie}slipway.session`;
  const plain = `slipway-${new URL(env().url).port || "80"}.session`;
  const has = (name: string) => cookieOf(headers, name) !== null;
  if (has(tie + plain)) return tie + plain;
  return !has(plain) && takesTied(headers) ? tie + plain : plain;
}

/** Whether a cookie of this name is sent by the rules of TLS. */
export function isTied(name: string): boolean {
  return name.startsWith(tie);
}

function isTls(): boolean {
  return env().url.startsWith("https:");
}

/** Whether cookies over plain HTTP are tied to nothing, so that who can read along can take them. */
export function isOpenToOthers(): boolean {
  return !isTls() && !isOwnMachine(new URL(env().url).host);
}

/** On the own machine these browsers take such a cookie without TLS. Others, Safari among them, would drop it. */
function takesTied(headers: RequestHeaders): boolean {
  const isKnown = /(Chrome|Firefox)\/\d/.test(headers.get("user-agent") ?? "");
  return isKnown && isOwnMachine(headers.get("host") ?? "") && !isOpenToOthers();
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
