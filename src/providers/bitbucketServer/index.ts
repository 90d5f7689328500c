import { type ServerApi, type Session, serverApi } from "@/providers/bitbucketServer/api";
import { authorization } from "@/providers/bitbucketServer/authorization";
import { changedPaths } from "@/providers/bitbucketServer/changed-paths";
import { checks } from "@/providers/bitbucketServer/checks";
import { comments } from "@/providers/bitbucketServer/comments";
import { listCommits } from "@/providers/bitbucketServer/commits";
import { fullNameOf, toRepository, webUrl } from "@/providers/bitbucketServer/convert";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import { hooks, statuses } from "@/providers/bitbucketServer/hooks";
import { remoteOf, verify } from "@/providers/bitbucketServer/identity";
import { fillingOf, locate } from "@/providers/bitbucketServer/locate";
import { manifest } from "@/providers/bitbucketServer/manifest";
import { parseUrl } from "@/providers/bitbucketServer/parse-url";
import { probe } from "@/providers/bitbucketServer/probe";
import { pullRequests } from "@/providers/bitbucketServer/pull-requests";
import { listRefs, resolveRef } from "@/providers/bitbucketServer/refs";
import { renew } from "@/providers/bitbucketServer/renew";
import { listRepositories } from "@/providers/bitbucketServer/repositories";
import { revoke } from "@/providers/bitbucketServer/revoke";
import { Secrets, Settings } from "@/providers/bitbucketServer/settings";
import { webhooks } from "@/providers/bitbucketServer/webhook";
import { defineProvider } from "@/providers/define";
import { continuedPage } from "@/providers/kit/continued";
import { collect } from "@/providers/kit/pages";
import type { Forge } from "@/providers/provider";

/** Bitbucket Data Center, and Bitbucket Server before it. */
export const bitbucketServer = defineProvider<Settings, Secrets>("bitbucketServer", {
  manifest,
  settings: Settings,
  secrets: Secrets,
  takesAuthority: true,
  addressFields: ["bitbucketServerUrl", "bitbucketServerInternalUrl"],
  open,
  authorization,
  renew,
  revoke,
  parseUrl,
  webhooks,
});

function open(session: Session): Forge {
  const api = serverApi(session);
  const base = session.settings.bitbucketServerUrl;
  return {
    probe: async () => probe(api),
    verify: async () => verify(api, session),
    repositories: {
      list: async (query) => listRepositories(api, session, query),
      get: async (key) => {
        const found = await locate(api, key);
        return toRepository(found, base, await fillingOf(api, fullNameOf(found)));
      },
    },
    refs: {
      list: async (key, query) => listRefs(api, key, query),
      resolve: async (key, ref) => resolveRef(api, base, key, ref),
    },
    git: { remote: async (key) => remoteOf(api, session, key) },
    hooks: hooks(session, api),
    statuses: statuses(session, api),
    pullRequests: pullRequests(session, api),
    comments: comments(session, api),
    changedPaths: async (key, before, after) => changedPaths(session, api, key, { before, after }),
    commits: async (key, ref, limit) => listCommits(session, api, key, { ref, limit }),
    checks: async (key, sha, own) => checks(session, api, key, { sha, own }),
    owners: { list: async () => projects(api) },
    page: (kind, name) => {
      if (kind === "credentials") return `${base}/${credentialPath(session.authMethod)}`;
      return name ? webUrl(base, name) : undefined;
    },
  };
}

/** A person takes back what was permitted in their account, under Authorized applications. */
function credentialPath(authMethod: string): string {
  return authMethod === "oauth" ? "account" : "plugins/servlet/access-tokens/manage";
}

async function projects(api: ServerApi): Promise<string[]> {
  const read = (cursor: string | undefined) =>
    continuedPage({ host: HOST, query: "owners", cursor }, (continuation) =>
      api.projects({ continuation, size: 100 }),
    );
  const { items } = await collect(read, { maxPages: 4 });
  return items.map((item) => item.key);
}
