import type { Page, RepositoryKey } from "@/git/nouns";
import type { Reason } from "@/lib/reason";
import { type GithubApi, githubApi, type Session } from "@/providers/github/api";
import { type AppApi, appApi, type Narrowing } from "@/providers/github/app/api";
import { installedErrorMapping } from "@/providers/github/app/error-mapping";
import { ofInstallation } from "@/providers/github/app/fault";
import { accountOf, installationsPage, isUsable, notInstalled } from "@/providers/github/app/installations";
import { installationPage } from "@/providers/github/app/page";
import { HOST } from "@/providers/github/error-mapping";
import type * as github from "@/providers/github/schema";
import { isNotFound } from "@/providers/kit/not-found";
import { usableToken } from "@/providers/kit/token";

/** A token is not begun with so near to its end. */
const SPARE_MS = 60_000;

/** Tokens of installations live for an hour. */
const LIFE_MS = 3_600_000;

/** What one opened connection of an App reaches, and with which token. Nothing outlives it. */
export interface Access {
  app: AppApi;
  /** The one that was installed from here; of others the oldest. @throws Fault when there is none, saying why */
  primary(): Promise<string>;
  /** All that are not suspended. */
  installations(): Promise<github.Installation[]>;
  /** Why the list of installations lacks some; undefined when it has all of them. */
  missing(): Promise<Reason | undefined>;
  /** GitHub's API with the token of an installation, by default of the primary one. */
  api(installation?: string): Promise<GithubApi>;
  /** Call with the token of the installation that reaches the repository. */
  of<Answer>(key: RepositoryKey, call: (api: GithubApi) => Promise<Answer>): Promise<Answer>;
  /** A new token, for this repository only. */
  narrowed(installation: string, narrowing: Narrowing): Promise<string>;
}

export function accessOf(session: Session): Access {
  const app = appApi(session);
  const found = new Map<string, string>();
  const tokenOf = tokens(session, app);
  let listed: ReturnType<typeof installationsPage> | undefined;
  const page = () => {
    listed ??= installationsPage(app);
    return listed;
  };
  const installations = async () => (await page()).items.filter(isUsable);
  const primary = async () => {
    const { githubInstallationId } = session.settings;
    if (githubInstallationId) return githubInstallationId;
    const [first] = await installations();
    if (!first) throw await notInstalled(app);
    return String(first.id);
  };
  const api = async (installation?: string) => {
    const { token, until } = await tokenOf(installation ?? (await primary()));
    return githubApi(session, {
      token: () => usableToken(HOST, token),
      errorMapping: installedErrorMapping,
      madeAt: until - LIFE_MS,
    });
  };
  const elsewhere = async (key: RepositoryKey, error: unknown) => {
    if (!isNotFound(error)) throw error;
    const owner = await app.installationOf(key).catch((cause) => {
      throw isNotFound(cause) ? error : cause;
    });
    if (String(owner.id) === (await primary())) throw error;
    return String(owner.id);
  };
  return {
    app,
    primary,
    installations,
    missing: async () => missingIn(session, await page()),
    api,
    async of(key, call) {
      const known = found.get(key.fullName);
      if (known) return call(await api(known));
      try {
        return await call(await api());
      } catch (error) {
        const other = await elsewhere(key, error);
        found.set(key.fullName, other);
        return call(await api(other));
      }
    },
    narrowed: async (installation, narrowing) =>
      (await ofInstallation(app, app.token(installation, narrowing))).token,
  };
}

function missingIn(
  { settings }: Session,
  { items, incomplete }: Page<github.Installation>,
): Reason | undefined {
  const suspended = items.find((one) => !isUsable(one));
  if (!suspended) return incomplete?.reason;
  const at = installationPage(settings, suspended.id, accountOf(suspended));
  return { code: "installation_suspended", params: { host: HOST, at } };
}

interface Token {
  token: string;
  /** Milliseconds. */
  until: number;
}

/**
 * The stored token is that of the primary installation; others are made when they are needed, and kept. Calls that are
 * under way at once share one.
 */
function tokens(session: Session, app: AppApi): (installation: string) => Promise<Token> {
  const { settings, secrets } = session;
  const kept = new Map<string, Promise<Token>>();
  if (secrets.accessToken && settings.githubInstallationId) {
    const until = settings.expiresAt ? settings.expiresAt * 1000 : Number.POSITIVE_INFINITY;
    kept.set(settings.githubInstallationId, Promise.resolve({ token: secrets.accessToken, until }));
  }
  const made = async (installation: string) => {
    const { token, expires_at } = await ofInstallation(app, app.token(installation));
    return { token, until: Date.parse(expires_at) };
  };
  const begin = (installation: string) => {
    const next = made(installation);
    kept.set(installation, next);
    // What failed is tried again by the next call.
    next.catch(() => kept.get(installation) === next && kept.delete(installation));
    return next;
  };
  return async (installation) => {
    const current = kept.get(installation);
    if (!current) return begin(installation);
    const known = await current;
    if (known.until - SPARE_MS > session.now().getTime()) return known;
    const later = kept.get(installation);
    // Another call may have begun the next one meanwhile.
    return later && later !== current ? later : begin(installation);
  };
}
