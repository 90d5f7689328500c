import type { Origin } from "@/access/caller";
import { newId } from "@/lib/id";

/**
 * The network address of the client, written by our own server over whatever the client sent. X-Forwarded-For is
 * believed of the proxies in the settings only: anyone can write it.
 */
export const addressHeader = "x-slipway-address";

/** Names a call in its answer and in the log. */
export const requestIdHeader = "x-request-id";

/** Where a request came from, from its headers. */
export function originOf(headers: Headers): Origin {
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
