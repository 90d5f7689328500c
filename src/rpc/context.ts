import type { IncomingMessage } from "node:http";
import { type Actor, nobody } from "@/access/audit";
import type { Caller, Origin, Principal, RequestHeaders } from "@/access/caller";
import { callerOf, keyHeader, resolve } from "@/access/resolve";
import type { Membership, SignedIn } from "@/access/signed-in";
import { asFault, Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { organizationHeader } from "@/lib/organization-header";

/**
 * The network address of the client, written by our own server over whatever the client sent. X-Forwarded-For is
 * trusted only from the proxies in the settings: anyone can write it.
 */
export const addressHeader = "x-slipway-address";

/** Names a call in its answer and in the log. */
export const requestIdHeader = "x-request-id";

/** Where a request came from, from its headers. */
export function originOf(headers: RequestHeaders): Origin {
  return {
    requestId: requestIdOf(headers.get(requestIdHeader)),
    address: (headers.get(addressHeader) ?? "unknown").slice(0, 64),
    userAgent: (headers.get("user-agent") ?? "").slice(0, 300),
  };
}

/** The id of a request: a well-formed one that it brings, so that logs can be joined, else a new one. */
export function requestIdOf(given: string | null | undefined): string {
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

/** The context of a request as Node gives it. */
export function contextOf(request: IncomingMessage): Context {
  const headers = new Map<string, string>();
  for (const [name, value = []] of Object.entries(request.headers)) {
    headers.set(name, typeof value === "string" ? value : value.join(", "));
  }
  const organizationId = headers.get(organizationHeader) ?? organizationInQuery(request.url ?? "/");
  return createContext(headers, originOf(headers), organizationId);
}

/** Event streams of browsers cannot send headers. */
function organizationInQuery(target: string): string | null {
  if (!target.includes(organizationHeader)) return null;
  return new URLSearchParams(target.slice(target.indexOf("?"))).get(organizationHeader);
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
    // Another tab may have switched the session since the page was made, and a key acts in its own organization.
    if (organizationId !== null && signedIn.membership?.organizationId !== organizationId) {
      throw new Fault("conflict", { code: "organization_switched" });
    }
    return signedIn;
  }
  return {
    origin,
    headers,
    principal: async () => (await once()).principal,
    membership: async () => (await inOrganization()).membership,
    visitor: async () =>
      (await once().catch((error: unknown) => signedOut(headers, error)))?.principal ?? null,
    caller: async () => callerOf(await inOrganization()),
    answerHeaders: { [requestIdHeader]: origin.requestId, "cache-control": "no-store" },
  };
}

/** Whom the audit names for a call. */
export async function actorOf(ctx: Pick<Context, "principal" | "membership">): Promise<Actor> {
  const principal = await ctx.principal().catch(() => null);
  if (!principal) return nobody;
  const membership = await ctx.membership().catch(() => null);
  const { userId, email, via } = principal;
  const isKey = via.kind === "key";
  return {
    organizationId: membership?.organizationId ?? null,
    userId,
    apiKeyId: isKey ? via.apiKeyId : null,
    name: isKey ? via.keyName : email,
  };
}

function signedOut(headers: RequestHeaders, error: unknown): null {
  if (headers.has(keyHeader) || asFault(error).code !== "unauthenticated") throw error;
  return null;
}
