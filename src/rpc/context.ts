import type { IncomingMessage } from "node:http";
import type { Caller, Origin, Principal, RequestHeaders } from "@/access/caller";
import { callerOf, keyHeader, resolve } from "@/access/resolve";
import type { Membership, SignedIn } from "@/access/signed-in";
import { asFault, Fault } from "@/lib/fault";
import { newId } from "@/lib/id";

/**
 * The network address of the client, written by our own server over whatever the client sent. X-Forwarded-For is
 * trusted only from the proxies in the settings: anyone can write it.
 */
export const addressHeader = "x-slipway-address";

/** Names a call in its answer and in the log. */
export const requestIdHeader = "x-request-id";

/** Headers of Node's own request, without a copy. */
export function headersOf({ headers }: IncomingMessage): RequestHeaders {
  return {
    get(name) {
      const value = headers[name];
      return value === undefined ? null : typeof value === "string" ? value : value.join(", ");
    },
    has: (name) => headers[name] !== undefined,
  };
}

/** Where a request came from, from its headers. */
export function originOf(headers: RequestHeaders): Origin {
  return {
    requestId: requestIdOf(headers.get(requestIdHeader)),
    address: (headers.get(addressHeader) ?? "unknown").slice(0, 64),
    userAgent: (headers.get("user-agent") ?? "").slice(0, 300),
  };
}

/** The id of a request: a well-formed one that it brings, so that logs can be joined, else a new one. */
export function requestIdOf(given: string | null): string {
  return given && /^[A-Za-z0-9._-]{8,64}$/.test(given) ? given : newId();
}

/** What a procedure knows of its request. Look-ups happen at most once, and only when a procedure asks. */
export interface Context {
  origin: Origin;
  headers: RequestHeaders;
  /** Who is calling. @throws Fault `unauthenticated` */
  principal(): Promise<Principal>;
  /**
   * Who is calling, in which organization.
   * @throws Fault `unauthenticated` | `forbidden` reason `no_organization` | `conflict` reason `organization_switched`
   */
  caller(): Promise<Caller>;
  /**
   * Their place in the organization they act in; null when they belong to none.
   * @throws Fault `unauthenticated` | `conflict` reason `organization_switched`
   */
  membership(): Promise<Membership | null>;
  /** Who is calling; null when nobody is signed in. @throws Fault when a key was sent and is not valid */
  visitor(): Promise<Principal | null>;
  /** Headers to send with the answer by their name in small letters, for example `retry-after`. */
  answerHeaders: Record<string, string>;
}

/**
 * The context of a request with these headers.
 * @param organizationId of the page that the call comes from, where it says so
 */
export function createContext(
  headers: RequestHeaders,
  origin: Origin = originOf(headers),
  organizationId: string | null = null,
): Context {
  let found: Promise<SignedIn> | undefined;
  function once(): Promise<SignedIn> {
    found ??= resolve(headers, origin);
    return found;
  }
  async function inOrganization(): Promise<SignedIn> {
    const signedIn = await once();
    assertOrganization(signedIn.membership, organizationId);
    return signedIn;
  }
  return {
    origin,
    headers,
    principal: async () => (await once()).principal,
    membership: async () => (await inOrganization()).membership,
    visitor: async () => (await once().catch((error: unknown) => nobody(headers, error)))?.principal ?? null,
    caller: async () => callerOf(await inOrganization()),
    answerHeaders: { [requestIdHeader]: origin.requestId, "cache-control": "no-store" },
  };
}

/** Another tab may have switched the session since the page was made, and a key acts in its own organization. */
function assertOrganization(membership: Membership | null, ofPage: string | null): void {
  if (ofPage === null || membership?.organizationId === ofPage) return;
  throw new Fault("conflict", { code: "organization_switched" });
}

function nobody(headers: RequestHeaders, error: unknown): null {
  if (headers.has(keyHeader) || asFault(error).code !== "unauthenticated") throw error;
  return null;
}
