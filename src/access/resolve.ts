import { recordBadKey } from "@/access/bad-key";
import type { Caller, Origin } from "@/access/caller";
import { findKey } from "@/access/key-lookup";
import { sessionIdOf } from "@/access/session-cookie";
import { findSession } from "@/access/session-lookup";
import type { SignedIn } from "@/access/signed-in";
import { takeTry } from "@/access/throttle";
import { Fault } from "@/lib/fault";

export const keyHeader = "x-api-key";

/**
 * Who sent a request. A key header decides, also when the key is not valid: rights are never put together from both.
 * @throws Fault `unauthenticated`, or `rate_limited` after many bad keys from one address
 */
export async function resolve(headers: Headers, origin: Origin): Promise<SignedIn> {
  const key = headers.get(keyHeader);
  if (key !== null) return (await findKey(key, origin)) ?? refuseKey(key, origin);
  const sessionId = await sessionIdOf(headers);
  const found = sessionId ? await findSession(sessionId, origin) : null;
  if (!found) throw new Fault("unauthenticated", { code: "signed_out" });
  return found;
}

/** Only bad keys are counted, so that good ones from the same address are never slowed or locked out. */
async function refuseKey(key: string, origin: Origin): Promise<never> {
  await takeTry("badKey", origin.address);
  recordBadKey(key, origin);
  throw new Fault("unauthenticated", { code: "key_invalid" });
}

/** @throws Fault `forbidden` reason `no_organization` */
export function callerOf({ principal, membership }: SignedIn): Caller {
  if (!membership) throw new Fault("forbidden", { code: "no_organization" });
  return { ...principal, ...membership };
}
