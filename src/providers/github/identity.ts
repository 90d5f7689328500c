import type { GithubApi } from "@/providers/github/api";
import { webUrl } from "@/providers/github/convert";
import { HOST, scopesOf } from "@/providers/github/error-mapping";
import { token as method } from "@/providers/github/manifest";
import { rateLimitOf } from "@/providers/kit/rate-limit";
import { answersFor, missingScopes } from "@/providers/kit/scopes";
import type { Identity } from "@/providers/provider";

/** What a fine-grained token has in place of scopes. */
const permissions = {
  webhooks: "Webhooks: read and write",
  commitStatus: "Commit statuses: read and write",
  pullRequests: "Pull requests: read and write",
};

/** Who the token belongs to and what it may do, from one call. A fine-grained token does not tell what it permits. */
export async function verify(api: GithubApi, base: string, now: Date): Promise<Identity> {
  const { body: user, headers } = await api.user();
  const scopes = scopesOf(headers);
  const missing = scopes && missingScopes(scopes, method.scopes, covers);
  const rateLimit = rateLimitOf(headers, now);
  const version = headers.get("x-github-enterprise-version")?.trim().slice(0, 40);
  return {
    account: { name: user.login, url: webUrl(base, user.login) },
    scopes,
    ...(missing ? { missingScopes: missing.map((scope) => scope.name) } : {}),
    expiresAt: endOf(headers.get("github-authentication-token-expiration")),
    ...(rateLimit ? { rateLimit } : {}),
    capabilities: answersFor(method, missing, { host: HOST, permissions }),
    ...(version ? { version } : {}),
  };
}

/** `2026-12-31 19:07:53 UTC`, or with an offset as in `-0700`; no header means no end. */
export function endOf(header: string | null): string | "never" | null {
  if (header === null) return "never";
  const [, day, time, zone] =
    /^\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)\s*(UTC|Z|[+-]\d\d:?\d\d)?\s*$/.exec(header) ?? [];
  const offset = !zone || zone === "UTC" ? "Z" : zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const at = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** `repo` is all of a repository; wider scopes of organizations include reading them. */
function covers(granted: string, wanted: string): boolean {
  const wider: Record<string, string[]> = { "read:org": ["write:org", "admin:org"] };
  return granted === wanted || (wider[wanted] ?? []).includes(granted);
}
