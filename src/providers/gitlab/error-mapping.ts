import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { Refused } from "@/providers/gitlab/schema";
import { tokenKinds } from "@/providers/gitlab/token-kinds";
import type { ErrorMapping, Refusal } from "@/providers/kit/refusal";
import { grantedToken, usableToken } from "@/providers/kit/token";

export const HOST = "GitLab";

const pasted: ErrorMapping = { host: HOST, missingScopes, rejection, isBlocked, conflict };
// The refresh shows why an OAuth token ended, so this asks nobody to paste another one.
const granted: ErrorMapping = { ...pasted, isGranted: true, rejection: undefined };

/** How GitLab words a refusal. */
export function errorMappingOf(authMethod: string): ErrorMapping {
  return authMethod === "oauth" ? granted : pasted;
}

/** Every call of such an account gets this (lib/gitlab/auth/user_access_denied_reason.rb). */
const blocked =
  /^403 Forbidden - (your (account|password expired|primary email)|you .*must accept|this action cannot be performed by internal)/i;

function isBlocked(refusal: Refusal): boolean {
  const body = Refused.safeParse(refusal.body);
  return body.success && typeof body.data.message === "string" && blocked.test(body.data.message);
}

/** `scope` names every scope that would do; the narrowest is the one to ask for. */
function missingScopes(refusal: Refusal): string[] {
  const body = Refused.safeParse(refusal.body);
  if (!body.success || body.data.error !== "insufficient_scope") return [];
  const told = body.data.scope ?? [];
  const enough = Array.isArray(told) ? told : told.split(/\s+/);
  const best = narrowest.find((scope) => enough.includes(scope)) ?? enough.find(isScopeName);
  return best ? [best] : [];
}

const narrowest = ["read_repository", "read_api", "read_user", "api"];

/** The text is shown in messages, so only what looks like a scope is accepted. */
function isScopeName(text: string): boolean {
  return /^[a-z][a-z0-9_]{1,39}$/.test(text);
}

function rejection(refusal: Refusal): Reason | undefined {
  const body = Refused.safeParse(refusal.body);
  const description = (body.success && body.data.error_description) || "";
  if (/expired/i.test(description)) return { code: "token_expired", params: { host: HOST } };
  if (/revoked/i.test(description)) return { code: "token_revoked", params: { host: HOST } };
  return undefined;
}

/** A status of a commit follows only some others (app/models/concerns/ci/has_status.rb); it never follows itself. */
const noTransition = /^Cannot transition status via :\w+ from :(\w+)/;

function conflict({ status, body }: Refusal): Reason | undefined {
  const refused = Refused.safeParse(body);
  const message = refused.success && refused.data.message;
  const [, state] = (status === 400 && typeof message === "string" && noTransition.exec(message)) || [];
  return state === undefined ? undefined : { code: "status_kept", params: { host: HOST, state } };
}

/**
 * The header that a token travels in.
 * @throws Fault `credential_rejected` as `accessToken`
 */
export function headerOf(authMethod: string, token: string | null | undefined): Record<string, string> {
  return authMethod === "oauth"
    ? { authorization: `Bearer ${accessToken(authMethod, token)}` }
    : { "private-token": accessToken(authMethod, token) };
}

/**
 * The access token as it can be sent.
 * @throws Fault `credential_rejected` reason `token_missing` | `token_rejected` | `token_kind`, of OAuth
 * `authorize_pending` | `grant_refused`
 */
export function accessToken(authMethod: string, token: string | null | undefined): string {
  if (authMethod === "oauth") return grantedToken(HOST, token);
  const text = usableToken(HOST, token);
  const kind = tokenKinds.find(({ prefix, unfit }) => unfit && text.startsWith(prefix));
  if (kind)
    throw new Fault("credential_rejected", { code: "token_kind", params: { host: HOST, kind: kind.label } });
  return text;
}
