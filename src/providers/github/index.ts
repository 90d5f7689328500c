import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { defineProvider } from "@/providers/define";
import { type GithubApi, githubApi, type RepositoryCall, type Session } from "@/providers/github/api";
import { appAuthorization } from "@/providers/github/app/authorization";
import { openApp } from "@/providers/github/app/forge";
import { renewApp } from "@/providers/github/app/renew";
import { revokeApp } from "@/providers/github/app/revoke";
import { comments } from "@/providers/github/comments";
import { webUrl } from "@/providers/github/convert";
import { deliveryLog, ofRepositoryHook } from "@/providers/github/delivery-log";
import { accessToken, HOST } from "@/providers/github/error-mapping";
import { hooks, statuses } from "@/providers/github/hooks";
import { verify } from "@/providers/github/identity";
import { CLASSIC_PAGE, FINE_GRAINED_PAGE, manifest } from "@/providers/github/manifest";
import { parseUrl } from "@/providers/github/parse-url";
import { probe } from "@/providers/github/probe";
import { listRefs, resolveRef } from "@/providers/github/refs";
import { reading } from "@/providers/github/reporting";
import { getRepository, listRepositories } from "@/providers/github/repositories";
import { Secrets, Settings } from "@/providers/github/settings";
import { listOrganizations } from "@/providers/github/source";
import { webhooks } from "@/providers/github/webhook";
import { ownerAndName } from "@/providers/kit/path";
import type { Forge, Revocation } from "@/providers/provider";

/** GitHub: github.com, ghe.com, Enterprise Server. */
export const github = defineProvider<Settings, Secrets>("github", {
  manifest,
  settings: Settings,
  secrets: Secrets,
  takesAuthority: true,
  addressFields: ["githubUrl"],
  open,
  authorization: appAuthorization,
  renew: renewApp,
  revoke: async (session) => (session.authMethod === "app" ? revokeApp(session) : nothingRevoked(session)),
  parseUrl,
  webhooks,
});

/** A personal token ends where it was made. */
function nothingRevoked(session: Session): Revocation {
  const at = pageOf(session, "credentials") ?? "";
  return { done: [], left: [{ code: "github_token_left", params: { host: HOST, at } }] };
}

function open(session: Session): Forge {
  return session.authMethod === "app" ? openApp(session) : openToken(session);
}

function openToken(session: Session): Forge {
  const base = session.settings.githubUrl;
  const api = githubApi(session);
  const at: RepositoryCall = (_key, call) => call(api.json());
  return {
    probe: async () => probe(session),
    verify: async () => verify(api, base, session.now()),
    repositories: {
      list: async (query) => listRepositories(api, session, query),
      get: async (key) => getRepository(api, session, key),
    },
    refs: {
      list: async (key, query) => listRefs(api, key, query),
      resolve: async (key, ref) => resolveRef(api, base, key, ref),
    },
    git: { remote: async (key) => remoteOf(api, session, key) },
    hooks: hooks(session),
    statuses: statuses(api),
    ...reading(at, api, base),
    comments: comments(at, base, async () => {
      const { login } = (await api.user()).body;
      return (comment) => comment.user?.login === login;
    }),
    deliveryLog: deliveryLog(ofRepositoryHook(at)),
    owners: { list: async () => (await listOrganizations(api)).items },
    page: (kind, name) => pageOf(session, kind, name),
  };
}

/** Git is not let through the redirect of a renamed repository, so the name of today is asked for. */
async function remoteOf(api: GithubApi, session: Session, key: RepositoryKey): Promise<GitRemote> {
  const password = accessToken(session.secrets.accessToken);
  const fullName = key.id ? (await api.repository(key)).full_name : key.fullName;
  ownerAndName(fullName);
  const url = `${webUrl(session.settings.githubUrl, fullName)}.git`;
  return { url, credential: { username: "x-access-token", password } };
}

function pageOf(
  { settings, secrets }: Session,
  kind: Parameters<Forge["page"]>[0],
  name?: string,
): string | undefined {
  const base = settings.githubUrl;
  if (kind !== "credentials") return name ? webUrl(base, name) : undefined;
  const isFineGrained = secrets.accessToken?.startsWith("github_pat_") ?? false;
  return `${base}${isFineGrained ? FINE_GRAINED_PAGE : CLASSIC_PAGE}`;
}
