import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { Refused } from "@/providers/github/schema";
import { tokenKinds } from "@/providers/github/token-kinds";
import type { ErrorMapping, Refusal } from "@/providers/kit/refusal";
import { usableToken } from "@/providers/kit/token";

export const HOST = "GitHub";

/** How GitHub words a refusal. */
export const errorMapping: ErrorMapping = {
  host: HOST,
  missingScopes,
  denial,
  isShortLimit,
  isBlocked: ({ body }) => suspended.test(Refused.parse(body).message),
};

/** "Sorry. Your account was suspended." on github.com, and on a server the words of its administrator's page. */
const suspended = /\baccount\b.{0,40}\bsuspended\b/i;

/** Classic tokens are told in scopes, fine-grained ones in permissions. */
export function missingScopes({ headers }: Refusal): string[] {
  const permissions = lackingPermissions(headers.get("x-accepted-github-permissions"));
  const granted = scopesOf(headers);
  if (granted === null) return permissions;
  const enough = listOf(headers.get("x-accepted-oauth-scopes")).filter(isScopeName);
  return enough.some((name) => granted.includes(name)) ? [] : enough.slice(0, 1);
}

/** The scopes of a classic token; null for a fine-grained one, which has none. */
export function scopesOf(headers: Headers): string[] | null {
  const header = headers.get("x-oauth-scopes");
  return header === null ? null : listOf(header).filter(isScopeName);
}

/** `contents=read,metadata=read; issues=read` are two sets, either of which would do: the first is named. */
function lackingPermissions(header: string | null): string[] {
  const [first = ""] = (header ?? "").slice(0, 1000).split(";");
  return listOf(first)
    .filter((name) => /^[a-z_]{2,40}=(?:read|write|admin)$/.test(name))
    .map((name) => name.replace("=", ": "));
}

function listOf(header: string | null): string[] {
  return (header ?? "").split(/[\s,]+/).filter(Boolean);
}

/** The text ends up in messages, so only what looks like a scope counts. */
function isScopeName(text: string): boolean {
  return /^[a-z][a-z_:]{1,39}$/.test(text);
}

function denial({ headers, body }: Refusal): Reason | undefined {
  const { message } = Refused.parse(body);
  const sso = headers.get("x-github-sso") ?? "";
  if (/^\s*required/i.test(sso) || /\bSAML enforcement\b/i.test(message)) return ssoRequired(sso);
  if (/forbids access via a (?:personal access token \(classic\)|fine-grained)/i.test(message))
    return { code: "token_policy", params: { host: HOST } };
  if (/repository access blocked/i.test(message))
    return { code: "repository_blocked", params: { host: HOST } };
  if (/\bIP allow list\b/i.test(message)) return { code: "ip_not_allowed", params: { host: HOST } };
  return undefined;
}

/** The header has a link for one use, which is not ours to keep; the organization is its first part. */
function ssoRequired(header: string): Reason {
  const organization = /\/(?:orgs|enterprises)\/([A-Za-z0-9_-]{1,60})\/sso/.exec(header)?.[1];
  return { code: "sso_required", params: { host: HOST, ...(organization ? { organization } : {}) } };
}

/** Too much at once: the counted limit may have plenty left, and its end says nothing about this one. */
function isShortLimit({ headers, body }: Refusal): boolean {
  return (
    headers.has("retry-after") || /secondary rate limit|abuse detection/i.test(Refused.parse(body).message)
  );
}

/**
 * The access token as it can be sent.
 * @throws Fault `credential_rejected` reason `token_missing` | `token_rejected` | `token_kind`
 */
export function accessToken(token: string | null | undefined): string {
  const text = usableToken(HOST, token);
  const kind = tokenKinds.find(({ prefix, unfit }) => unfit && text.startsWith(prefix));
  if (kind)
    throw new Fault("credential_rejected", { code: "token_kind", params: { host: HOST, kind: kind.label } });
  return text;
}
