import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { remainingOf, resetOf } from "@/providers/kit/rate-limit";
import { retryAfter } from "@/providers/kit/retry-after";

/** An answer outside 2xx, as the error mapping of a host may look at it. `body` is its JSON, else its text. */
export interface Refusal {
  status: number;
  headers: Headers;
  body: unknown;
  /** The beginning of a web page that came in place of JSON. */
  page?: string;
}

/** What a token endpoint refuses: the code or refresh token, the client, or the scopes. */
export type TokenRefusal = "grant" | "client" | "scope";

/** How a host words its refusals. */
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
  /** A finer reason for a 410, which always means that the host has removed the call. */
  removal?(refusal: Refusal): Reason | undefined;
  /** A finer reason for another refusal, such as a state that cannot follow the one it is in. */
  conflict?(refusal: Refusal): Reason | undefined;
  /** Why this version of the host cannot be used, where it says so. */
  unsupported?(refusal: Refusal): Reason | undefined;
  /** Is a web page the host's own refusal, and not one of a proxy in front of it? */
  isOwnPage?(refusal: Refusal): boolean;
  /** Is this a short limit beside the counted one? The headers tell nothing of its end but `Retry-After`. */
  isShortLimit?(refusal: Refusal): boolean;
  /** Recognizes a rate limit by the host's own wording. */
  isLimit?(refusal: Refusal): boolean;
  /** What a token endpoint means where its words are not those of RFC 6749. The description is looked at, never shown. */
  tokenRefusal?(answer: { error: string; description: string }): TokenRefusal | Reason | undefined;
}

/** The fault that a refusal means. Never holds text of the host: it may repeat what was sent. */
export function refusalFault(refusal: Refusal, mapping: ErrorMapping, now: Date): Fault {
  const { status } = refusal;
  const params = { host: mapping.host, status };
  if (status >= 300 && status < 400) return new Fault("bad_response", { code: "host_redirects", params });
  if (status === 429 || isLimit(refusal, mapping)) return rateLimited(refusal, mapping, now);
  if (refusal.page !== undefined && !mapping.isOwnPage?.(refusal))
    return new Fault(status >= 500 ? "unavailable" : "bad_response", { code: "host_page", params });
  const unsupported = mapping.unsupported?.(refusal);
  if (unsupported) return new Fault("unsupported", unsupported);
  if (status === 401) return new Fault("credential_rejected", rejectionOf(refusal, mapping));
  if (status === 403) return forbidden(refusal, mapping);
  if (status === 404) return new Fault("not_found", { code: "host_not_found", params });
  if (status === 410)
    return new Fault("unsupported", mapping.removal?.(refusal) ?? { code: "host_call_gone", params });
  if (status === 451) return new Fault("permission_missing", { code: "host_legal_block", params });
  if (status >= 500) return new Fault("unavailable", { code: "host_error", params });
  const reason = mapping.conflict?.(refusal) ?? { code: "host_refuses", params };
  return new Fault("bad_response", reason, { details: { status } });
}

function rejectionOf(refusal: Refusal, mapping: ErrorMapping): Reason {
  const code = mapping.isGranted ? "grant_refused" : "token_rejected";
  return mapping.rejection?.(refusal) ?? { code, params: { host: mapping.host } };
}

/**
 * Some hosts answer 403 or 503 with an exhausted budget instead of 429, and proxies drop the headers that tell the
 * rest of it: that nothing remains, or the host's own words, is enough.
 */
function isLimit(refusal: Refusal, mapping: ErrorMapping): boolean {
  const { status, headers, page, body } = refusal;
  if (![400, 403, 503].includes(status)) return false;
  if ((status === 403 && mapping.isShortLimit?.(refusal)) || mapping.isLimit?.(refusal)) return true;
  if (page !== undefined) return false;
  return (status !== 400 && remainingOf(headers) === 0) || limitWords.test(wordsOf(body));
}

const limitWords =
  /\brate.?limit\w*\b.{0,60}\b(?:exceeded|reached|hit)|\b(?:exceeded|reached|hit)\b.{0,60}\brate.?limit|\bbeen (?:rate.?limited|throttled)|too many requests|abuse detection/i;

/** The texts in which hosts say why they refuse; nothing of them is shown. */
function wordsOf(body: unknown): string {
  return textsIn(body).join(" ").slice(0, 1_000);
}

function textsIn(body: unknown): string[] {
  if (typeof body === "string") return [body];
  if (typeof body !== "object" || body === null) return [];
  const { message, error, errors, error_description } = body as Record<string, unknown>;
  const listed = Array.isArray(errors) ? errors.slice(0, 10) : [];
  return [message, error_description, error, ...listed]
    .flatMap((part) =>
      typeof part === "object" && part !== null ? ((part as Record<string, unknown>).message ?? []) : part,
    )
    .filter((part) => typeof part === "string");
}

function rateLimited(refusal: Refusal, mapping: ErrorMapping, now: Date): Fault {
  const told = refusal.headers.get("retry-after");
  const isShort = mapping.isShortLimit?.(refusal) ?? false;
  const resetsAt = isShort ? undefined : resetOf(refusal.headers, now);
  const retryAt = retryAfter(told ?? resetsAt?.toUTCString() ?? null, now);
  const params = { host: mapping.host, until: retryAt.toISOString() };
  return new Fault("rate_limited", { code: "host_rate_limit", params }, { retryAt });
}

function forbidden(refusal: Refusal, mapping: ErrorMapping): Fault {
  if (mapping.isBlocked?.(refusal))
    return new Fault("credential_rejected", { code: "account_blocked", params: { host: mapping.host } });
  const denial = mapping.denial?.(refusal);
  if (denial) return new Fault("permission_missing", denial);
  const scopes = mapping.missingScopes?.(refusal) ?? [];
  const params = { host: mapping.host, scopes, ...(mapping.isGranted && { granted: true }) };
  const code = scopes.length > 0 ? "scopes_missing" : "permission_refused";
  return new Fault("permission_missing", { code, params }, { details: { scopes } });
}
