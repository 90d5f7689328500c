import type { NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { z } from "zod";
import type { Origin, RequestHeaders } from "@/access/caller";
import { absoluteDays, signOut } from "@/access/session";
import { cookieName, hasHostPrefix } from "@/access/session-cookie";
import { findSession } from "@/access/session-lookup";
import { signIn } from "@/access/sign-in";
import { defaultExport } from "@/lib/default-export";
import { asFault, Fault } from "@/lib/fault";
import { sessionSecret } from "@/lib/key-ring";
import { log } from "@/lib/log";

const Token = z.object({ sid: z.string() });

/** What went wrong while signing in, for the status of the answer. */
export interface Outcome {
  fault?: Fault;
}

/**
 * next-auth for one request. Its cookie holds the id of a session row and nothing else; the row decides.
 * The page calls `signIn("credentials", { email, password, redirect: false })` of next-auth/react; the `error` of the
 * result is `CredentialsSignin`, `TooManyTries` or `Unavailable`.
 */
export function authOptions(headers: RequestHeaders, origin: Origin, outcome: Outcome = {}): NextAuthOptions {
  const name = cookieName(headers);
  return {
    secret: sessionSecret(),
    session: { strategy: "jwt", maxAge: absoluteDays * 86_400 },
    useSecureCookies: hasHostPrefix(name),
    cookies: cookies(name),
    pages: { signIn: "/sign-in", signOut: "/sign-in", error: "/sign-in" },
    providers: [
      defaultExport(Credentials)({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        authorize: (given) => authorize(origin, outcome, given),
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => ({ sid: user ? user.id : token.sid }),
      session: ({ session, token }) => describe(origin, session.expires, token),
    },
    events: { signOut: ({ token }) => signOut(Token.parse(token).sid, origin) },
    logger: {
      error: (code) => log.warn({ code, requestId: origin.requestId }, "next-auth refused a request"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

async function authorize(origin: Origin, outcome: Outcome, given: Record<string, string> | undefined) {
  try {
    const id = await signIn(origin, given?.email, given?.password);
    return id ? { id } : null;
  } catch (error) {
    // next-auth puts the message into a redirect URL, so it must be one of Slipway's fixed words.
    outcome.fault = asFault(error);
    throw new Error(outcome.fault.code === "rate_limited" ? "TooManyTries" : "Unavailable");
  }
}

/** For `useSession` and `getServerSession`. Throwing makes next-auth drop the cookie of an ended session. */
async function describe(origin: Origin, expires: string, token: unknown) {
  const sid = Token.safeParse(token).data?.sid;
  const found = sid ? await findSession(sid, origin) : null;
  if (!found) throw new Fault("unauthenticated", { code: "signed_out" });
  return { expires, user: { name: found.principal.name, email: found.principal.email } };
}

function cookies(name: string): NextAuthOptions["cookies"] {
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure: hasHostPrefix(name) } as const;
  return {
    sessionToken: { name, options },
    callbackUrl: { name: name.replace(/session$/, "callback"), options },
    csrfToken: { name: name.replace(/session$/, "csrf"), options },
  };
}
