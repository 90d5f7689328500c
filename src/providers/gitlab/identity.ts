import { Fault, type FaultCode } from "@/lib/fault";
import type { GitlabApi, Session } from "@/providers/gitlab/api";
import { HOST } from "@/providers/gitlab/error-mapping";
import { manifest } from "@/providers/gitlab/manifest";
import type * as gitlab from "@/providers/gitlab/schema";
import type { JsonAnswer } from "@/providers/kit/json-api";
import { rateLimitOf } from "@/providers/kit/rate-limit";
import { answersFor, missingScopes } from "@/providers/kit/scopes";
import type { Identity } from "@/providers/provider";

/**
 * Who the token belongs to and what it may do, from three calls at once. Each of them may be closed to a token that
 * is good for other things: `user` needs read_user, the token's own page is newer than some servers (15.5), and a
 * proxy may let nothing but the API through.
 */
export async function verify(api: GitlabApi, { authMethod, settings, now }: Session): Promise<Identity> {
  const method = manifest.methods[authMethod];
  const [token, user, version] = await Promise.all([
    unless(api.token(), "not_found", "permission_missing", "bad_response"),
    unless(api.user(), "permission_missing"),
    unless(api.version(), "permission_missing", "not_found", "bad_response"),
  ]);
  if (token) refuseEnded(token.body);
  const headers = (user ?? token ?? version)?.headers;
  const rateLimit = headers && rateLimitOf(headers, now());
  const scopes = token && !isFineGrained(token.body) ? token.body.scopes : null;
  const missing = scopes && method ? missingScopes(scopes, method.scopes, covers) : null;
  const base = settings.gitlabUrl;
  return {
    account: user
      ? { name: user.body.username, url: `${base}/${encodeURIComponent(user.body.username)}` }
      : null,
    scopes,
    ...(missing ? { missingScopes: missing.map((scope) => scope.name) } : {}),
    expiresAt: token ? endOf(token.body) : null,
    ...(rateLimit ? { rateLimit } : {}),
    capabilities: method ? answersFor(method, missing, { host: HOST }) : {},
    ...(version ? { version: version.body.version } : {}),
  };
}

async function unless<Body>(
  answer: Promise<JsonAnswer<Body>>,
  ...codes: FaultCode[]
): Promise<JsonAnswer<Body> | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Fault && codes.includes(error.code)) return null;
    throw error;
  }
}

/** An ended token is refused with 401; a server that answers anyway marks it as inactive. */
function refuseEnded(token: gitlab.AccessToken): void {
  const params = { host: HOST };
  if (token.revoked) throw new Fault("credential_rejected", { code: "token_revoked", params });
  if (token.active === false) throw new Fault("credential_rejected", { code: "token_expired", params });
}

/** Such a token is limited by resource and permission, which its scopes do not show. */
function isFineGrained(token: gitlab.AccessToken): boolean {
  return token.scopes.length === 0 || token.scopes.includes("granular");
}

/** The token ends when its last day begins, in UTC. */
function endOf(token: gitlab.AccessToken): string | "never" | null {
  if (token.expires_at === null) return "never";
  const time = Date.parse(token.expires_at ?? "");
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** `api` includes everything, and what may write may read. */
function covers(granted: string, wanted: string): boolean {
  const wider: Record<string, string[]> = { read_repository: ["write_repository"] };
  return granted === wanted || granted === "api" || (wider[wanted] ?? []).includes(granted);
}
