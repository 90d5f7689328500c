import { Fault } from "@/lib/fault";
import type { BitbucketApi } from "@/providers/bitbucket/api";
import { webUrl } from "@/providers/bitbucket/convert";
import type { Session } from "@/providers/bitbucket/credential";
import { HOST, scopesOf } from "@/providers/bitbucket/error-mapping";
import { manifest } from "@/providers/bitbucket/manifest";
import type * as bitbucket from "@/providers/bitbucket/schema";
import type { JsonAnswer } from "@/providers/kit/json-api";
import { answersFor, missingScopes } from "@/providers/kit/scopes";
import type { AuthMethod, Identity, Scope } from "@/providers/provider";

/** Who the credential belongs to and what it may do. Bitbucket never tells when one ends. */
export async function verify(api: BitbucketApi, session: Session): Promise<Identity> {
  const method = manifest.methods[session.authMethod];
  const { user, headers } = await whoever(api, session);
  const scopes = scopesOf(headers);
  const used = method ? usedScopes(method, session.settings.bitbucketWorkspaceName) : [];
  const missing = scopes && missingScopes(scopes, used, covers);
  return {
    account: user && accountOf(user, session.settings.bitbucketUrl),
    scopes,
    ...(missing ? { missingScopes: missing.map((scope) => scope.name) } : {}),
    expiresAt: null,
    capabilities: method ? answersFor(method, missing, { host: HOST }) : {},
  };
}

/** With an entered workspace no scope is needed to find it. */
function usedScopes({ scopes }: AuthMethod, workspace: string | null | undefined): Scope[] {
  if (!workspace) return scopes;
  return scopes.filter(({ name }) => !["read:workspace:bitbucket", "account"].includes(name));
}

interface Whoever {
  user: bitbucket.User | null;
  /** Of an answer to this credential, which may tell its scopes. */
  headers: Headers;
}

/**
 * Access tokens belong to no account, and a token may lack the scope to read its account: then something else is
 * read.
 */
async function whoever(api: BitbucketApi, session: Session): Promise<Whoever> {
  const user = session.authMethod === "accessToken" ? null : await unlessDenied(api.user());
  if (user) return { user: user.body, headers: user.headers };
  return { user: null, headers: await anyHeaders(api, session) };
}

async function anyHeaders(api: BitbucketApi, { authMethod, settings }: Session): Promise<Headers> {
  const { bitbucketWorkspaceName: workspace, bitbucketRepositoryName: name } = settings;
  const at = { continuation: null, size: 1 };
  if (workspace && name) return api.headersAbout(`${workspace}/${name}`);
  if (workspace) return (await api.repositories(workspace, {}, at)).headers;
  if (authMethod === "accessToken")
    throw new Fault("invalid_input", { code: "workspace_needed", params: { host: HOST } });
  return (await api.workspaces(at)).headers;
}

async function unlessDenied<Body>(answer: Promise<JsonAnswer<Body>>): Promise<JsonAnswer<Body> | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Fault && error.code === "permission_missing") return null;
    throw error;
  }
}

/** A nickname is chosen freely, so the address is the one by UUID. */
function accountOf(user: bitbucket.User, base: string): { name: string; url: string } {
  const name = user.username || user.nickname || user.display_name || user.uuid;
  return { name: name.slice(0, 255), url: webUrl(base, user.uuid) };
}

/** Other kinds of token use the older names of the same scopes. */
const older: Record<string, string[]> = {
  "read:user:bitbucket": ["account", "account:write"],
  "read:workspace:bitbucket": ["account", "account:write"],
  "read:repository:bitbucket": ["repository", "repository:write"],
  "read:webhook:bitbucket": ["webhook"],
  "write:webhook:bitbucket": ["webhook"],
  "read:pullrequest:bitbucket": ["pullrequest", "pullrequest:write", "write:pullrequest:bitbucket"],
  "write:pullrequest:bitbucket": ["pullrequest:write"],
  account: ["account:write"],
  // Reading projects or pull requests includes reading the repositories.
  repository: [
    "repository:write",
    "read:repository:bitbucket",
    "project",
    "pullrequest",
    "pullrequest:write",
  ],
};

function covers(granted: string, wanted: string): boolean {
  return granted === wanted || (older[wanted] ?? []).includes(granted);
}
