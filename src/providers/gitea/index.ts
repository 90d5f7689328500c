import { defineProvider } from "@/providers/define";
import { type GiteaApi, giteaApi, MAX_PAGE_SIZE, type Session, tokenOf } from "@/providers/gitea/api";
import { authorization } from "@/providers/gitea/authorization";
import { changedPaths } from "@/providers/gitea/changed-paths";
import { checks } from "@/providers/gitea/checks";
import { comments } from "@/providers/gitea/comments";
import { listCommits } from "@/providers/gitea/commits";
import { toRepository } from "@/providers/gitea/convert";
import { errorMapping } from "@/providers/gitea/error-mapping";
import { hooks, statuses } from "@/providers/gitea/hooks";
import { identify } from "@/providers/gitea/identity";
import { manifest } from "@/providers/gitea/manifest";
import { parseUrl } from "@/providers/gitea/parse-url";
import { probe } from "@/providers/gitea/probe";
import { pullRequests } from "@/providers/gitea/pull-requests";
import { listRefs, nameForGit, resolveRef } from "@/providers/gitea/refs";
import { renew } from "@/providers/gitea/renew";
import { listRepositories } from "@/providers/gitea/repositories";
import { revoke } from "@/providers/gitea/revoke";
import { Secrets, Settings } from "@/providers/gitea/settings";
import { webhooks } from "@/providers/gitea/webhook";
import { baseText } from "@/providers/kit/base-url";
import { ownerWithin } from "@/providers/kit/owner";
import { collect, numberedPage } from "@/providers/kit/pages";
import { ownerAndName, pathOf } from "@/providers/kit/path";
import type { Forge } from "@/providers/provider";

/** Gitea, and with it Forgejo and Codeberg. */
export const gitea = defineProvider("gitea", {
  manifest,
  settings: Settings,
  secrets: Secrets,
  takesAuthority: true,
  addressFields: ["giteaUrl", "giteaInternalUrl"],
  open,
  authorization,
  renew,
  revoke,
  parseUrl,
  webhooks,
});

function open(session: Session): Forge {
  const api = giteaApi(session);
  const base = session.settings.giteaUrl;
  return {
    probe: () => probe(api),
    verify: () => identify(api, session),
    repositories: {
      list: async (query) => {
        const owner = ownerWithin(session.settings.organizationName, query.owner);
        return owner === null
          ? { items: [], nextCursor: null }
          : listRepositories(api, base, { ...query, owner });
      },
      get: async (key) => toRepository(await api.repository(key), base),
    },
    refs: {
      list: listRefs.bind(null, api),
      resolve: resolveRef.bind(null, api, base),
    },
    git: {
      remote: async (key) => remote(session, await nameForGit(api, key)),
    },
    hooks: hooks(session, api),
    statuses: statuses(session, api),
    pullRequests: pullRequests(session, api),
    comments: comments(session, api),
    changedPaths: async (key, before, after) => changedPaths(session, api, key, { before, after }),
    commits: async (key, ref, limit) => listCommits(session, api, key, { ref, limit }),
    checks: async (key, sha, own) => checks(session, api, key, { sha, own }),
    owners: { list: () => organizations(api) },
    page: (kind, name) => page(base, kind, name),
  };
}

function remote(session: Session, fullName: string) {
  const { owner, name } = ownerAndName(fullName);
  const password = tokenOf(session);
  const url = `${baseText(session.base)}/${pathOf(owner, name)}.git`;
  // Any user name goes with a token as password.
  return { url, credential: { username: "oauth2", password } };
}

async function organizations(api: GiteaApi): Promise<string[]> {
  const read = (cursor: string | undefined) =>
    numberedPage({ host: errorMapping.host, query: "owners", cursor, size: MAX_PAGE_SIZE }, (at) =>
      api.organizations(at),
    );
  const { items } = await collect(read, { maxPages: 4 });
  return items.map((item) => item.username ?? item.name ?? "").filter((name) => name !== "");
}

function page(base: string, kind: Parameters<Forge["page"]>[0], name?: string): string | undefined {
  if (kind === "credentials") return `${base}/user/settings/applications`;
  return name ? `${base}/${name.split("/").map(encodeURIComponent).join("/")}` : undefined;
}
