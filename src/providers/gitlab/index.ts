import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { branchOrCommit } from "@/git/ref-name";
import { Fault } from "@/lib/fault";
import { defineProvider } from "@/providers/define";
import { type GitlabApi, gitlabApi, lazyApi, type Session } from "@/providers/gitlab/api";
import { authorization } from "@/providers/gitlab/authorization";
import { changedPaths } from "@/providers/gitlab/changed-paths";
import { checks } from "@/providers/gitlab/checks";
import { comments } from "@/providers/gitlab/comments";
import { listCommits } from "@/providers/gitlab/commits";
import { webUrl } from "@/providers/gitlab/convert";
import { deliveryLog } from "@/providers/gitlab/delivery-log";
import { accessToken } from "@/providers/gitlab/error-mapping";
import { hooks, statuses } from "@/providers/gitlab/hooks";
import { verify } from "@/providers/gitlab/identity";
import { manifest, TOKEN_PAGE } from "@/providers/gitlab/manifest";
import { APPLICATIONS_PAGE } from "@/providers/gitlab/oauth";
import { parseUrl } from "@/providers/gitlab/parse-url";
import { probe } from "@/providers/gitlab/probe";
import { pullRequests } from "@/providers/gitlab/pull-requests";
import { listRefs, resolveRef } from "@/providers/gitlab/refs";
import { renew } from "@/providers/gitlab/renew";
import { getRepository, listGroups, listRepositories } from "@/providers/gitlab/repositories";
import { revoke } from "@/providers/gitlab/revoke";
import { Secrets, Settings } from "@/providers/gitlab/settings";
import { webhooks } from "@/providers/gitlab/webhook";
import type { Forge } from "@/providers/provider";

/** GitLab: gitlab.com, Self-Managed, Dedicated. */
export const gitlab = defineProvider<Settings, Secrets>("gitlab", {
  manifest,
  settings: Settings,
  secrets: Secrets,
  takesAuthority: true,
  addressFields: ["gitlabUrl", "gitlabInternalUrl"],
  open,
  authorization,
  renew,
  revoke,
  parseUrl,
  webhooks,
});

function open(session: Session): Forge {
  const { settings } = session;
  const api = gitlabApi(session);
  const json = lazyApi(session);
  return {
    probe: async () => probe(session),
    verify: async () => verify(api, session),
    repositories: {
      list: async (query) => listRepositories(api, session, query),
      get: async (key) => getRepository(api, session, key),
    },
    refs: {
      list: async (key, query) => listRefs(api, key, query),
      resolve: async (key, ref) => resolveRef(api, settings.gitlabUrl, key, ref),
    },
    git: { remote: async (key) => remoteOf(api, session, key) },
    hooks: hooks(session),
    statuses: statuses(session),
    pullRequests: pullRequests(json, settings.gitlabUrl),
    comments: comments(json, settings.gitlabUrl),
    changedPaths: async (key, before, after) => changedPaths(json, key, { before, after }),
    commits: async (key, ref, limit) => {
      const { sha } = await resolveRef(api, settings.gitlabUrl, key, branchOrCommit(ref));
      return listCommits(json, key, { sha, limit });
    },
    checks: async (key, sha, own) => checks(json, key, { sha, own }),
    deliveryLog: deliveryLog(json),
    owners: { list: async () => listGroups(api) },
    page: (kind, name) => pageOf(session, kind, name),
  };
}

async function remoteOf(
  api: GitlabApi,
  { authMethod, settings, secrets }: Session,
  key: RepositoryKey,
): Promise<GitRemote> {
  const server = settings.gitlabInternalUrl ?? settings.gitlabUrl;
  return {
    url: `${webUrl(server, await currentName(api, key))}.git`,
    credential: { username: "oauth2", password: accessToken(authMethod, secrets.accessToken) },
  };
}

/** git does not follow the redirect of a renamed project, so the current name is requested first. */
async function currentName(api: GitlabApi, key: RepositoryKey): Promise<string> {
  if (!key.id) return key.fullName;
  try {
    return (await api.project(key)).path_with_namespace;
  } catch (error) {
    // A token for git alone may not read the project; then the known name is used.
    if (error instanceof Fault && error.code === "permission_missing") return key.fullName;
    throw error;
  }
}

function pageOf(
  { authMethod, settings }: Session,
  kind: Parameters<Forge["page"]>[0],
  name?: string,
): string | undefined {
  const base = settings.gitlabUrl;
  if (kind === "credentials") return `${base}${authMethod === "oauth" ? APPLICATIONS_PAGE : TOKEN_PAGE}`;
  return name ? webUrl(base, name) : undefined;
}
