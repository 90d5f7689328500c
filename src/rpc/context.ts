import type { Caller, Origin, Principal } from "@/access/caller";
import { callerOf, keyHeader, resolve } from "@/access/resolve";
import type { Membership, SignedIn } from "@/access/signed-in";
import { asFault } from "@/lib/fault";
import { originOf } from "@/rpc/origin";

/** What a procedure knows of its request. Look-ups happen at most once, and only when a procedure asks. */
export interface Context {
  origin: Origin;
  headers: Headers;
  /** Who is calling. @throws Fault `unauthenticated` */
  principal(): Promise<Principal>;
  /** Who is calling, in which organization. @throws Fault `unauthenticated` | `forbidden` reason `no_organization` */
  caller(): Promise<Caller>;
  /** Their place in the organization they act in; null when they belong to none. @throws Fault `unauthenticated` */
  membership(): Promise<Membership | null>;
  /** Who is calling; null when nobody is signed in. @throws Fault when a key was sent and is not valid */
  visitor(): Promise<Principal | null>;
  /** Headers to send with the answer, for example Retry-After. */
  answerHeaders: Headers;
}

/** The context of a request with these headers. */
export function createContext(headers: Headers, origin: Origin = originOf(headers)): Context {
  let found: Promise<SignedIn> | undefined;
  function once(): Promise<SignedIn> {
    found ??= resolve(headers, origin);
    return found;
  }
  return {
    origin,
    headers,
    principal: async () => (await once()).principal,
    membership: async () => (await once()).membership,
    visitor: async () => (await once().catch((error: unknown) => nobody(headers, error)))?.principal ?? null,
    caller: async () => callerOf(await once()),
    answerHeaders: new Headers({ "x-request-id": origin.requestId, "cache-control": "no-store" }),
  };
}

function nobody(headers: Headers, error: unknown): null {
  if (headers.has(keyHeader) || asFault(error).code !== "unauthenticated") throw error;
  return null;
}
