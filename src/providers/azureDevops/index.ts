import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { urlOf } from "@/lib/url-of";
import {
  type AzureApi,
  azureApi,
  collection,
  credentialOf,
  isGuid,
  type Session,
} from "@/providers/azureDevops/api";
import { authorization } from "@/providers/azureDevops/authorization";
import { changedPaths } from "@/providers/azureDevops/changed-paths";
import { checks } from "@/providers/azureDevops/checks";
import { comments } from "@/providers/azureDevops/comments";
import { listCommits } from "@/providers/azureDevops/commits";
import { fullNameOf, toRepository, webUrl } from "@/providers/azureDevops/convert";
import { deliveryLog } from "@/providers/azureDevops/delivery-log";
import { HOST, isEntra } from "@/providers/azureDevops/error-mapping";
import { hooks, statuses } from "@/providers/azureDevops/hooks";
import { verify } from "@/providers/azureDevops/identity";
import { manifest } from "@/providers/azureDevops/manifest";
import { REGISTRATIONS } from "@/providers/azureDevops/oauth";
import { parseUrl } from "@/providers/azureDevops/parse-url";
import { probe } from "@/providers/azureDevops/probe";
import { pullRequests } from "@/providers/azureDevops/pull-requests";
import { isEmpty, listRefs, resolveRef } from "@/providers/azureDevops/refs";
import { renew } from "@/providers/azureDevops/renew";
import { listRepositories } from "@/providers/azureDevops/repositories";
import { revoke } from "@/providers/azureDevops/revoke";
import { Secrets, Settings } from "@/providers/azureDevops/settings";
import { webhooks } from "@/providers/azureDevops/webhook";
import { defineProvider } from "@/providers/define";
import { baseText } from "@/providers/kit/base-url";
import { continuedPage } from "@/providers/kit/continued";
import { collect } from "@/providers/kit/pages";
import { ownerAndName } from "@/providers/kit/path";
import type { Forge } from "@/providers/provider";

/** Azure DevOps Services, and Azure DevOps Server. */
export const azureDevops = defineProvider<Settings, Secrets>("azureDevops", {
  manifest,
  settings: Settings,
  secrets: Secrets,
  takesAuthority: true,
  addressFields: ["azureDevopsUrl", "entraUrl"],
  open,
  authorization,
  renew,
  revoke,
  parseUrl,
  webhooks,
});

function open(session: Session): Forge {
  const api = azureApi(session);
  const root = () => baseText(collection(session));
  return {
    probe: async () => probe(session),
    verify: async () => verify(api, session),
    repositories: {
      list: async (query) => listRepositories(api, session, root(), query),
      get: async (key) => {
        const found = await api.repository(key);
        return toRepository(found, root(), await isEmpty(api, found));
      },
    },
    refs: {
      list: async (key, query) => listRefs(api, key, query),
      resolve: async (key, ref) => resolveRef(api, root(), key, ref),
    },
    git: { remote: async (key) => remoteOf(api, session, root(), key) },
    hooks: hooks(session, api),
    deliveryLog: deliveryLog(session),
    statuses: statuses(session, api),
    pullRequests: pullRequests(session, api),
    comments: comments(session, api),
    changedPaths: async (key, before, after) => changedPaths(session, api, key, { before, after }),
    commits: async (key, ref, limit) => listCommits(session, api, key, { ref, limit }),
    checks: async (key, sha, own) => checks(session, api, key, { sha, own }),
    owners: { list: async () => projects(api) },
    page: (kind, name) => pageOf(session, kind, name),
  };
}

/** Any user name goes with a token as password, also that of generated Git credentials. */
async function remoteOf(
  api: AzureApi,
  session: Session,
  root: string,
  key: RepositoryKey,
): Promise<GitRemote> {
  const password = credentialOf(session);
  const fullName = isGuid(key.id) ? fullNameOf(await api.repository(key)) : key.fullName;
  ownerAndName(fullName);
  const username = session.settings.username?.trim() || "git";
  return { url: webUrl(root, fullName), credential: { username, password } };
}

async function projects(api: AzureApi): Promise<string[]> {
  const read = (cursor: string | undefined) =>
    continuedPage({ host: HOST, query: "owners", cursor }, (continuation) =>
      api.projects({ continuation, size: 200 }),
    );
  const { items } = await collect(read, { maxPages: 4 });
  return items.map((item) => item.name);
}

function pageOf(session: Session, kind: Parameters<Forge["page"]>[0], name?: string): string | undefined {
  const { authMethod, settings } = session;
  // Without an organization there is no page below it to point to.
  const isNamed = urlOf(settings.azureDevopsUrl) !== null && Boolean(settings.organizationName);
  const root = isNamed ? baseText(collection(session)) : settings.azureDevopsUrl;
  if (kind === "credentials" && isEntra(authMethod)) return REGISTRATIONS;
  if (kind === "credentials") return `${root}/_usersSettings/tokens`;
  return name ? webUrl(root, name) : undefined;
}
