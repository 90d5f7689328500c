import type { Reason } from "@/lib/reason";
import { Refused, ScopeDetail } from "@/providers/bitbucket/schema";
import type { ErrorMapping, Refusal } from "@/providers/kit/refusal";

export const HOST = "Bitbucket";

/** How Bitbucket words a refusal. What a 401 means depends on the kind of credential that was sent. */
export function errorMappingOf(authMethod: string): ErrorMapping {
  return {
    host: HOST,
    missingScopes,
    denial,
    removal,
    rejection: authMethod === "appPassword" ? appPasswordRemoved : rejection,
    // The refresh shows why an OAuth token ended, so this asks nobody to paste another one.
    ...(authMethod === "oauth" && { isGranted: true, rejection: undefined, tokenRefusal }),
  };
}

/** Bitbucket calls an invalid refresh token or code an invalid request. */
function tokenRefusal({ error, description }: { error: string; description: string }) {
  const isOfGrant = error === "invalid_request" && /refresh_token|\bcode\b/i.test(description);
  return isOfGrant ? "grant" : undefined;
}

/** The scopes that would have been needed, as far as they were not granted. */
function missingScopes({ body }: Refusal): string[] {
  const detail = ScopeDetail.safeParse(Refused.parse(body).error.detail);
  if (!detail.success) return [];
  const { required, granted } = detail.data;
  return required.filter((name) => isScopeName(name) && !granted.includes(name)).slice(0, 5);
}

/** The scopes of a credential, where Bitbucket tells them. */
export function scopesOf(headers: Headers): string[] | null {
  const header = headers.get("x-oauth-scopes");
  return header === null ? null : header.split(/[\s,]+/).filter(isScopeName);
}

/** The text is shown in messages, so only what looks like a scope is accepted. */
function isScopeName(text: string): boolean {
  return /^[a-z][a-z_:-]{1,59}$/.test(text);
}

function denial({ body }: Refusal): Reason | undefined {
  const isAddress = /allow ?list|whitelist/i.test(Refused.parse(body).error.message);
  return isAddress ? { code: "ip_not_allowed", params: { host: HOST } } : undefined;
}

/** Bitbucket names the change of its API that took a call away: `CHANGE-2770`. */
function removal({ body }: Refusal): Reason | undefined {
  const { message } = Refused.parse(body).error;
  const change = /\bCHANGE-\d{1,6}\b/.exec(message)?.[0];
  if (!change && !/deprecat/i.test(message)) return undefined;
  return { code: "host_call_gone", params: { host: HOST, ...(change ? { change } : {}) } };
}

function appPasswordRemoved(): Reason {
  return { code: "app_password_removed", params: { host: HOST } };
}

/** The usual message, "Token is invalid, expired, or not supported …", does not say which. */
function rejection({ body }: Refusal): Reason | undefined {
  const isOver = /^access token expired/i.test(Refused.parse(body).error.message);
  return isOver ? { code: "token_expired", params: { host: HOST } } : undefined;
}
