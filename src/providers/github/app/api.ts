import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { githubJson, type Listed, listed, pathTo, type Session } from "@/providers/github/api";
import { clockFault, hostClock, signedErrorMapping } from "@/providers/github/app/error-mapping";
import { appJwt } from "@/providers/github/app/jwt";
import { HOST } from "@/providers/github/error-mapping";
import * as github from "@/providers/github/schema";
import type { JsonAnswer, JsonApi } from "@/providers/kit/json-api";
import type { PageRequest } from "@/providers/kit/pages";
import { rowsOf } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";

/** What a token is narrowed to. Absent: all that the installation has. */
export interface Narrowing {
  repositoryId: number;
  permissions: github.Permissions;
}

/** The calls that an App signs itself. */
export interface AppApi {
  app(): Promise<JsonAnswer<github.App>>;
  installations(page: PageRequest): Promise<Listed<github.Installation>>;
  installation(id: string): Promise<github.Installation>;
  /** The installation that reaches a repository, public ones outside of all installations not among them. */
  installationOf(key: RepositoryKey): Promise<github.Installation>;
  requests(): Promise<z.infer<typeof github.InstallationRequest>[]>;
  /** A token for an hour. */
  token(installationId: string, narrowing?: Narrowing): Promise<github.InstallationToken>;
  /** For calls whose paths stand elsewhere in this folder. */
  signed<Answer>(call: (api: JsonApi) => Promise<Answer>): Promise<Answer>;
}

/** @throws Fault of each call: `credential_rejected` reasons `app_…`, `unavailable` reason `app_clock` */
export function appApi(session: Session): AppApi {
  const signed = <Answer>(call: (api: JsonApi) => Promise<Answer>) => signedCall(session, call);
  const one = <Body>(path: string, schema: z.ZodType<Body>) =>
    signed(async (api) => (await api.get(path, schema)).body);
  return {
    app: async () => signed((api) => api.get("app", github.App)),
    installations: async (page) => {
      const call = { path: "app/installations", schema: rowsOf(github.Installation), query: {} };
      return signed((api) => listed(api, call, page));
    },
    installation: async (id) => one(pathOf("app", "installations", id), github.Installation),
    installationOf: async (key) => one(pathTo(key, "installation"), github.Installation),
    requests: async () => one("app/installation-requests", z.array(github.InstallationRequest)),
    token: async (id, narrowing) =>
      signed(async (api) => {
        const body = narrowing && {
          repository_ids: [narrowing.repositoryId],
          permissions: narrowing.permissions,
        };
        const path = pathOf("app", "installations", id, "access_tokens");
        return (await api.post(path, github.InstallationToken, { body })).body;
      }),
    signed,
  };
}

async function signedCall<Answer>(
  session: Session,
  call: (api: JsonApi) => Promise<Answer>,
): Promise<Answer> {
  const { githubAppId } = session.settings;
  if (!githubAppId) throw new Fault("credential_rejected", { code: "app_gone", params: { host: HOST } });
  const app = { id: githubAppId, privateKey: session.secrets.githubPrivateKey };
  const signedAt = (at: Date) =>
    call(githubJson(session, { token: () => appJwt(app, at), errorMapping: signedErrorMapping }));
  try {
    return await signedAt(session.now()).catch((error: unknown) => {
      const at = hostClock(error, session.now());
      if (!at) throw error;
      return signedAt(at);
    });
  } catch (error) {
    throw clockFault(error, session.now());
  }
}
