import { manifest } from "@test/conformance/toy/manifest";
import * as toyHost from "@test/conformance/toy/schema";
import { z } from "zod";
import type { RepositoryKey, ResolvedRef } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { defineProvider } from "@/providers/define";
import { Address, baseUrl, segmentsBelow } from "@/providers/kit/base-url";
import { type JsonApi, jsonApi } from "@/providers/kit/json-api";
import { numberedPage } from "@/providers/kit/pages";
import { usableToken } from "@/providers/kit/token";
import type { Forge, HostSession, RefQuery, RepositoryQuery } from "@/providers/provider";

const HOST = "Toy";
const Settings = z.object({ toyUrl: Address, toyOwner: z.string().max(255).nullish() });
const Secrets = z.object({ accessToken: z.string().max(4096).nullish() });
type Session = HostSession<z.infer<typeof Settings>, z.infer<typeof Secrets>>;

/** The eighth type of the tests: one folder and one line in the registry. */
export const toy = defineProvider<Session["settings"], Session["secrets"]>("toy", {
  manifest,
  settings: Settings,
  secrets: Secrets,
  addressFields: ["toyUrl"],
  open,
  parseUrl(url, { toyUrl }) {
    const [owner, name] = segmentsBelow(baseUrl(toyUrl), url) ?? [];
    return owner && name ? { fullName: `${owner}/${name.replace(/\.git$/, "")}` } : null;
  },
});

function open(session: Session): Forge {
  const { toyUrl } = session.settings;
  const api = () => apiOf(session);
  return {
    probe: async () => {
      const { body } = await anonymous(session).get("version", toyHost.Version, { anonymous: true });
      return body;
    },
    verify: async () => {
      const { body } = await api().get("me", toyHost.Account);
      const capabilities = { repositories: yes, branches: yes, gitRead: yes };
      return { account: { name: body.login }, scopes: ["read"], expiresAt: "never", capabilities };
    },
    repositories: {
      list: async (query) => listRepositories(session, query),
      get: async (key) => getRepository(api(), key),
    },
    refs: {
      list: async (key, query) => listRefs(api(), key, query),
      resolve: async (key, ref) => resolveRef(api(), key, ref),
    },
    git: {
      remote: async (key) => {
        const password = usableToken(HOST, session.secrets.accessToken);
        return { url: (await getRepository(api(), key)).cloneUrl, credential: { username: "toy", password } };
      },
    },
    owners: { list: async () => (await api().get("owners", z.array(z.string()))).body },
    page: (kind, name) => (kind === "credentials" ? `${toyUrl}/settings/tokens` : `${toyUrl}/${name ?? ""}`),
  };
}

const yes = { answer: "yes" } as const;

function apiOf(session: Session): JsonApi {
  const token = usableToken(HOST, session.secrets.accessToken);
  return jsonApi({ ...options(session), authorization: { authorization: `Bearer ${token}` } });
}

function anonymous(session: Session): JsonApi {
  return jsonApi({ ...options(session), authorization: {} });
}

function options({ http, now, signal, base }: Session) {
  const root = new URL("toy/", base);
  return { http, now, signal, root, errorMapping: { host: HOST } };
}

/** A list stays within the owner of the settings. */
async function listRepositories(
  session: Session,
  { search = "", owner: asked = "", cursor, limit }: RepositoryQuery,
) {
  const own = session.settings.toyOwner ?? "";
  if (own && asked && own !== asked) return { items: [], nextCursor: null };
  const owner = own || asked;
  const at = { host: HOST, query: { search, owner }, cursor, size: limit };
  return numberedPage(at, async ({ page, size }) => {
    const query = { search, owner, page, size };
    const call = apiOf(session).get("repositories", toyHost.Repositories, { query });
    return (await call.catch((error: unknown) => unknownOwner(error, owner))).body;
  });
}

function unknownOwner(error: unknown, owner: string): never {
  if (!(error instanceof Fault) || error.code !== "not_found") throw error;
  throw new Fault("not_found", { code: "owner_not_found", params: { host: HOST, owner } });
}

async function getRepository(api: JsonApi, { id, fullName }: RepositoryKey) {
  const query = id ? { id } : { name: fullName };
  return (await api.get("repository", toyHost.Repository, { query })).body;
}

async function listRefs(api: JsonApi, key: RepositoryKey, { kind, search = "", cursor, limit }: RefQuery) {
  const bound = { kind, search, repository: key.id ?? key.fullName };
  const found = await numberedPage(
    { host: HOST, query: bound, cursor, size: limit },
    async ({ page, size }) => {
      const query = { id: key.id, name: key.fullName, kind, search, page, size };
      return (await api.get("refs", toyHost.Refs, { query })).body;
    },
  );
  return { ...found, items: found.items.flatMap(({ sha, ...ref }) => (sha ? [{ ...ref, sha }] : [])) };
}

async function resolveRef(api: JsonApi, key: RepositoryKey, ref: string): Promise<ResolvedRef> {
  try {
    const { body } = await api.get("commit", toyHost.Commit, {
      query: { id: key.id, name: key.fullName, ref },
    });
    return { sha: body.sha, commit: body };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "not_found") throw error;
    const { fullName, empty } = await getRepository(api, key);
    const params = { ref, repository: fullName };
    throw new Fault("not_found", { code: empty ? "repository_empty" : "ref_gone", params });
  }
}
