import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { branchOrCommit } from "@/git/ref-name";
import { type BitbucketApi, bitbucketApi, lazyApi } from "@/providers/bitbucket/api";
import { authorization } from "@/providers/bitbucket/authorization";
import { changedPaths } from "@/providers/bitbucket/changed-paths";
import { checks } from "@/providers/bitbucket/checks";
import { comments } from "@/providers/bitbucket/comments";
import { listCommits } from "@/providers/bitbucket/commits";
import { toRepository, webUrl } from "@/providers/bitbucket/convert";
import { gitCredentialOf, type Session } from "@/providers/bitbucket/credential";
import { hooks, statuses } from "@/providers/bitbucket/hooks";
import { verify } from "@/providers/bitbucket/identity";
import { isEmpty, locate } from "@/providers/bitbucket/locate";
import { API_TOKEN_PAGE, manifest } from "@/providers/bitbucket/manifest";
import { authorizationsPage } from "@/providers/bitbucket/oauth";
import { parseUrl } from "@/providers/bitbucket/parse-url";
import { probe } from "@/providers/bitbucket/probe";
import { pullRequests } from "@/providers/bitbucket/pull-requests";
import { listRefs, resolveRef } from "@/providers/bitbucket/refs";
import { renew } from "@/providers/bitbucket/renew";
import { listRepositories } from "@/providers/bitbucket/repositories";
import { revoke } from "@/providers/bitbucket/revoke";
import { Secrets, Settings } from "@/providers/bitbucket/settings";
import { webhooks } from "@/providers/bitbucket/webhook";
import { listWorkspaces } from "@/providers/bitbucket/workspaces";
import { defineProvider } from "@/providers/define";
import { ownerAndName } from "@/providers/kit/path";
import type { Forge } from "@/providers/provider";

/** Bitbucket Cloud. */
export const bitbucket = defineProvider<Settings, Secrets>("bitbucket", {
  manifest,
  settings: Settings,
  secrets: Secrets,
  addressFields: ["bitbucketUrl"],
  aliases: { workspaceName: "bitbucketWorkspaceName" },
  open,
  authorization,
  renew,
  revoke,
  parseUrl,
  webhooks,
});

function open(session: Session): Forge {
  const base = session.settings.bitbucketUrl;
  const api = bitbucketApi(session);
  const json = lazyApi(session);
  // An access token does not show its workspace.
  const hasOwners = session.authMethod !== "accessToken";
  return {
    probe: async () => probe(session),
    verify: async () => verify(api, session),
    repositories: {
      list: async (query) => listRepositories(api, session, query),
      get: async (key) => {
        const found = await locate(api, key);
        return toRepository(found, base, await isEmpty(api, found));
      },
    },
    refs: {
      list: async (key, query) => listRefs(api, key, query),
      resolve: async (key, ref) => resolveRef(api, base, key, ref),
    },
    git: { remote: async (key) => remoteOf(api, session, key) },
    hooks: hooks(session),
    statuses: statuses(session),
    pullRequests: pullRequests(json, base),
    comments: comments(json, base),
    changedPaths: async (key, before, after) => changedPaths(json, key, { before, after }),
    commits: async (key, ref, limit) => {
      const { sha } = await resolveRef(api, base, key, branchOrCommit(ref));
      return listCommits(json, key, { sha, limit });
    },
    checks: async (key, sha, own) => checks(json, key, { sha, own }),
    ...(hasOwners ? { owners: { list: async () => (await listWorkspaces(api)).items } } : {}),
    page: (kind, name) => pageOf(session, kind, name),
  };
}

/** git does not follow the redirect of a renamed repository, so the current name is requested first. */
async function remoteOf(api: BitbucketApi, session: Session, key: RepositoryKey): Promise<GitRemote> {
  const credential = gitCredentialOf(session);
  const fullName = key.id ? (await locate(api, key)).full_name : key.fullName;
  ownerAndName(fullName);
  return { url: `${webUrl(session.settings.bitbucketUrl, fullName)}.git`, credential };
}

function pageOf(
  { authMethod, settings }: Session,
  kind: Parameters<Forge["page"]>[0],
  name?: string,
): string | undefined {
  const base = settings.bitbucketUrl;
  if (kind !== "credentials") return name ? webUrl(base, name) : undefined;
  if (authMethod === "oauth") return authorizationsPage(settings);
  const { bitbucketWorkspaceName: workspace, bitbucketRepositoryName: repository } = settings;
  if (authMethod !== "accessToken" || !workspace) return API_TOKEN_PAGE;
  if (repository) return `${webUrl(base, `${workspace}/${repository}`)}/admin/access-tokens`;
  return `${webUrl(base, workspace)}/workspace/settings/access-tokens`;
}
