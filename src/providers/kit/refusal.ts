import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { rateLimitOf } from "@/providers/kit/rate-limit";
import { retryAfter } from "@/providers/kit/retry-after";

/** An answer outside 2xx, as a host's errorMapping may look at it. `body` is its JSON, null when it is none. */
export interface Refusal {
  status: number;
  headers: Headers;
  body: unknown;
}

/** What a token endpoint refuses: the code or refresh token, the client, or the scopes. */
export type TokenRefusal = "grant" | "client" | "scope";

/** What a host says in its own way when it refuses. */
export interface ErrorMapping {
  /** Name of the product in messages. */
  host: string;
  /** The token was granted by OAuth: a person does not paste another one, but connects again. */
  isGranted?: boolean;
  /** The scopes that a 403 names as missing. */
  missingScopes?(refusal: Refusal): string[];
  /** A finer reason for a 401, such as expired or revoked. */
  rejection?(refusal: Refusal): Reason | undefined;
  /** Does a 403 refuse the account whatever it asks for: blocked, not activated, terms not accepted? */
  isBlocked?(refusal: Refusal): boolean;
  /** A finer reason for a 403 that no scope would mend, such as single sign-on. */
  denial?(refusal: Refusal): Reason | undefined;
  /** A finer reason for a 410. */
  removal?(refusal: Refusal): Reason | undefined;
  /** Is this a short limit beside the counted one? The headers tell nothing of its end but `Retry-After`. */
  isShortLimit?(refusal: Refusal): boolean;
  /** What a token endpoint means where its words are not those of RFC 6749. The description is looked at, never shown. */
  tokenRefusal?(answer: { error: string; description: string }): TokenRefusal | Reason | undefined;
}

/** The fault that a refusal means. Never holds text of the host: it may repeat what was sent. */
export function refusalFault(refusal: Refusal, errorMapping: ErrorMapping, now: Date): Fault {
  const { status } = refusal;
  const params = { host: errorMapping.host, status };
  if (status === 401) return new Fault("credential_rejected", rejectionOf(refusal, errorMapping));
  if (status === 429 || isLimit(refusal, errorMapping, now)) return rateLimited(refusal, errorMapping, now);
  if (status === 403) return forbidden(refusal, errorMapping);
  if (status === 404) return new Fault("not_found", { code: "host_not_found", params });
  if (status === 410)
    return new Fault("not_found", errorMapping.removal?.(refusal) ?? { code: "host_gone", params });
  if (status >= 500) return new Fault("unavailable", { code: "host_error", params });
  if (status >= 300 && status < 400) return new Fault("bad_response", { code: "host_redirects", params });
  return new Fault("bad_response", { code: "host_refuses", params }, { details: { status } });
}

function rejectionOf(refusal: Refusal, errorMapping: ErrorMapping): Reason {
  const code = errorMapping.isGranted ? "grant_refused" : "token_rejected";
  return errorMapping.rejection?.(refusal) ?? { code, params: { host: errorMapping.host } };
}

/** Some hosts answer 403 with an exhausted budget instead of 429. */
function isLimit(refusal: Refusal, errorMapping: ErrorMapping, now: Date): boolean {
  if (refusal.status !== 403) return false;
  return (
    rateLimitOf(refusal.headers, now)?.remaining === 0 || (errorMapping.isShortLimit?.(refusal) ?? false)
  );
}

function rateLimited(refusal: Refusal, errorMapping: ErrorMapping, now: Date): Fault {
  const told = refusal.headers.get("retry-after");
  const isShort = errorMapping.isShortLimit?.(refusal) ?? false;
  const resetsAt = isShort ? undefined : rateLimitOf(refusal.headers, now)?.resetsAt;
  const retryAt = retryAfter(told ?? (resetsAt ? new Date(resetsAt).toUTCString() : null), now);
  const params = { host: errorMapping.host, until: retryAt.toISOString() };
  return new Fault("rate_limited", { code: "host_rate_limit", params }, { retryAt });
}

function forbidden(refusal: Refusal, errorMapping: ErrorMapping): Fault {
  if (errorMapping.isBlocked?.(refusal))
    return new Fault("credential_rejected", { code: "account_blocked", params: { host: errorMapping.host } });
  const denial = errorMapping.denial?.(refusal);
  if (denial) return new Fault("permission_missing", denial);
  const scopes = errorMapping.missingScopes?.(refusal) ?? [];
  const params = { host: errorMapping.host, scopes, ...(errorMapping.isGranted && { granted: true }) };
  const code = scopes.length > 0 ? "scopes_missing" : "permission_refused";
  return new Fault("permission_missing", { code, params }, { details: { scopes } });
}
