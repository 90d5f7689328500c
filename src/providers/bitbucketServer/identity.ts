import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { type ServerApi, type Session, signedInName, tokenOf } from "@/providers/bitbucketServer/api";
import { assertOAuth } from "@/providers/bitbucketServer/authorization";
import { clonePath } from "@/providers/bitbucketServer/convert";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import { token } from "@/providers/bitbucketServer/manifest";
import { oauth } from "@/providers/bitbucketServer/oauth";
import { currentName } from "@/providers/bitbucketServer/refs";
import type * as server from "@/providers/bitbucketServer/schema";
import { askedScope, covers } from "@/providers/bitbucketServer/scopes";
import type { Capability } from "@/providers/capability";
import { baseText } from "@/providers/kit/base-url";
import { lackingFor } from "@/providers/kit/scopes";
import type { Identity } from "@/providers/provider";

const first = { continuation: null, size: 1 };

/** Who the token belongs to. No call tells what it permits or when it ends. */
export async function verify(api: ServerApi, session: Session): Promise<Identity> {
  const { authMethod, settings } = session;
  const isGrant = authMethod === "oauth";
  if (isGrant) await assertOAuth(api);
  const [{ name, user }, version] = await Promise.all([whoever(api), unlessRefused(api.properties())]);
  const missing = isGrant ? notAsked(settings.scopes) : [];
  const url = user ? `${settings.bitbucketServerUrl}/users/${encodeURIComponent(user.slug)}` : undefined;
  return {
    account: { name: (user?.name ?? name).slice(0, 255), ...(url ? { url } : {}) },
    scopes: null,
    ...(isGrant && { missingScopes: missing }),
    // OAuth tokens are refreshed; the server does not show when a pasted token ends.
    expiresAt: isGrant ? "never" : null,
    // A successful list proves that reading works, and who reads may report on commits.
    capabilities: Object.fromEntries(
      token.can.map((one) => {
        const isProven = isGrant || one !== "webhooks";
        return [one, lacks(one, missing) ?? { answer: isProven ? "yes" : "unknown" }];
      }),
    ),
    ...(version ? { version: version.version } : {}),
  };
}

/** No call shows the scopes of a grant: it has at most the requested ones. */
function notAsked(entered: string | null | undefined): string[] {
  const asked = askedScope(entered);
  return oauth.scopes.map((scope) => scope.name).filter((name) => !covers(asked, name));
}

function lacks(capability: Capability, missing: string[]) {
  const names = oauth.scopes.filter((scope) => missing.includes(scope.name));
  const scopes = lackingFor(capability, names);
  if (scopes.length === 0) return null;
  return {
    answer: "no" as const,
    reason: { code: "scopes_missing", params: { host: HOST, scopes, granted: true } },
  };
}

interface Whoever {
  name: string;
  /** Null for the bot behind the token of a project or repository. */
  user: server.User | null;
}

/** There is no call for the account: every answer names it in a header. */
async function whoever(api: ServerApi): Promise<Whoever> {
  const { headers } = await api.repositories({ permission: "REPO_READ" }, first);
  const name = signedInName(headers);
  const user = await unlessRefused(api.user(slugOf(name)));
  return { name, user: user?.type === "SERVICE" ? null : user };
}

function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}._-]/gu, "_");
}

async function unlessRefused<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (error) {
    const isRefusal =
      error instanceof Fault && ["not_found", "permission_missing", "invalid_input"].includes(error.code);
    if (isRefusal) return null;
    throw error;
  }
}

/** A personal token goes with its user's name; that of a project or repository, and a grant, with a fixed one. */
export async function remoteOf(api: ServerApi, session: Session, key: RepositoryKey): Promise<GitRemote> {
  const password = tokenOf(session);
  const path = clonePath(await currentName(api, key));
  const entered = session.authMethod === "oauth" ? "x-token-auth" : session.settings.username?.trim();
  const username = entered || ((await whoever(api)).user?.name ?? "x-token-auth");
  return { url: `${baseText(session.base)}/${path}`, credential: { username, password } };
}
