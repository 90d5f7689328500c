import { decode } from "next-auth/jwt";
import { z } from "zod";
import { env } from "@/lib/env";
import { sessionSecret } from "@/lib/key-ring";

const Token = z.object({ sid: z.string().min(1).max(64) });

/**
 * `__Host-` ties the cookie to this very host over TLS. Browsers refuse it over plain HTTP (some on localhost too),
 * so there the name has the port instead: cookies of one host are shared by all its ports.
 */
export function cookieName(): string {
  const { url } = env();
  return isSecure() ? "__Host-slipway.session" : `slipway-${new URL(url).port || "80"}.session`;
}

export function isSecure(): boolean {
  return env().url.startsWith("https:");
}

/** The session that the cookie names; null without a cookie, and for one that we did not make. */
export async function sessionIdOf(headers: Headers): Promise<string | null> {
  const cookie = cookieOf(headers, cookieName());
  return cookie ? readToken(cookie) : null;
}

/** Whether the request carries a session cookie at all, valid or not. */
export function hasSessionCookie(headers: Headers): boolean {
  return cookieOf(headers, cookieName()) !== null;
}

async function readToken(token: string): Promise<string | null> {
  const payload = await decode({ token, secret: sessionSecret() }).catch(() => null);
  return Token.safeParse(payload).data?.sid ?? null;
}

function cookieOf(headers: Headers, name: string): string | null {
  const pairs = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : null;
}
