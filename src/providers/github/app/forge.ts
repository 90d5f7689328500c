import type { RepositoryApi, RepositoryCall, Session } from "@/providers/github/api";
import { type Access, accessOf } from "@/providers/github/app/access";
import { appHook } from "@/providers/github/app/app-hook";
import { verifyApp } from "@/providers/github/app/identity";
import { installPage, slugOf } from "@/providers/github/app/page";
import { installedRemote } from "@/providers/github/app/remote";
import { listInstalled } from "@/providers/github/app/repositories";
import { appStatuses } from "@/providers/github/app/statuses";
import { comments } from "@/providers/github/comments";
import { webUrl } from "@/providers/github/convert";
import { deliveryLog } from "@/providers/github/delivery-log";
import { statuses } from "@/providers/github/hooks";
import { probe } from "@/providers/github/probe";
import { listRefs, resolveRef } from "@/providers/github/refs";
import { reading } from "@/providers/github/reporting";
import { getRepository } from "@/providers/github/repositories";
import type { Forge } from "@/providers/provider";

/** A connection through a GitHub App: every call goes with the token of the installation that it is about. */
export function openApp(session: Session): Forge {
  const base = session.settings.githubUrl;
  const access = accessOf(session);
  const api = repositoryApi(access);
  const at: RepositoryCall = (key, call) => access.of(key, (one) => call(one.json()));
  return {
    probe: async () => probe(session),
    verify: async () => verifyApp(session, access),
    repositories: {
      list: async (query) => listInstalled(access, session.settings, query),
      get: async (key) => getRepository(api, session, key),
    },
    refs: {
      list: async (key, query) => listRefs(api, key, query),
      resolve: async (key, ref) => resolveRef(api, base, key, ref),
    },
    git: { remote: async (key) => installedRemote(access, base, key) },
    statuses: appStatuses(at, session.settings.githubAppId, statuses(api)),
    ...reading(at, api, base),
    comments: comments(at, base, async () => (comment) => {
      return comment.performed_via_github_app?.id === session.settings.githubAppId;
    }),
    appHook: appHook(session, access.app),
    deliveryLog: deliveryLog(async (_hook, call) =>
      access.app.signed((one) => call(one, "app/hook/deliveries")),
    ),
    owners: { list: async () => ownersOf(access) },
    page: (kind, name) => pageOf(session, kind, name),
  };
}

function repositoryApi(access: Access): RepositoryApi {
  return {
    repository: async (key) => access.of(key, (api) => api.repository(key)),
    branches: async (key, page) => access.of(key, (api) => api.branches(key, page)),
    tags: async (key, page) => access.of(key, (api) => api.tags(key, page)),
    commit: async (key, ref) => access.of(key, (api) => api.commit(key, ref)),
    setStatus: async (key, sha, body) => access.of(key, (api) => api.setStatus(key, sha, body)),
  };
}

/** The accounts that have the App. */
async function ownersOf(access: Access): Promise<string[]> {
  return (await access.installations()).flatMap((one) => one.account?.login ?? []);
}

function pageOf({ settings }: Session, kind: Parameters<Forge["page"]>[0], name?: string) {
  const base = settings.githubUrl;
  if (kind !== "credentials") return name ? webUrl(base, name) : undefined;
  const slug = slugOf(settings);
  return slug ? installPage(settings, slug) : webUrl(base, "settings/installations");
}
