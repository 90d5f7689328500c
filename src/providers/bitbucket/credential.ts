import type { GitRemote } from "@/git/nouns";
import { HOST } from "@/providers/bitbucket/error-mapping";
import type { Secrets, Settings } from "@/providers/bitbucket/settings";
import { grantedToken, usableToken } from "@/providers/kit/token";
import type { HostSession } from "@/providers/provider";

export type Session = HostSession<Settings, Secrets>;

/** Each kind of credential has its own header, and its own user name for git. */
interface Kind {
  header(session: Session): string;
  git(session: Session): NonNullable<GitRemote["credential"]>;
}

const apiToken: Kind = {
  // The API needs the e-mail address of the account, git a fixed name; neither accepts the other's.
  header: ({ settings, secrets }) => basic(settings.bitbucketEmail, usableToken(HOST, secrets.apiToken)),
  git: ({ secrets }) => ({
    username: "x-bitbucket-api-token-auth",
    password: usableToken(HOST, secrets.apiToken),
  }),
};

const accessToken: Kind = {
  header: ({ secrets }) => `Bearer ${usableToken(HOST, secrets.accessToken)}`,
  git: ({ secrets }) => ({ username: "x-token-auth", password: usableToken(HOST, secrets.accessToken) }),
};

const oauth: Kind = {
  header: ({ secrets }) => `Bearer ${grantedToken(HOST, secrets.accessToken)}`,
  git: ({ secrets }) => ({ username: "x-token-auth", password: grantedToken(HOST, secrets.accessToken) }),
};

const appPassword: Kind = {
  header: (session) => basic(loginOf(session), usableToken(HOST, session.secrets.appPassword)),
  git: (session) => ({
    username: loginOf(session),
    password: usableToken(HOST, session.secrets.appPassword),
  }),
};

const kinds: Record<string, Kind> = { apiToken, accessToken, oauth, appPassword };

/** @throws Fault `credential_rejected` reason `token_missing` | `token_rejected` | `authorize_pending` | `grant_refused` */
export function authorizationOf(session: Session): Record<string, string> {
  return { authorization: kindOf(session).header(session) };
}

/** @throws Fault as `authorizationOf` */
export function gitCredentialOf(session: Session): NonNullable<GitRemote["credential"]> {
  return kindOf(session).git(session);
}

function kindOf({ authMethod }: Session): Kind {
  return kinds[authMethod] ?? accessToken;
}

function loginOf({ settings }: Session): string {
  return settings.bitbucketUsername?.trim() || settings.bitbucketEmail?.trim() || "";
}

function basic(name: string | null | undefined, password: string): string {
  return `Basic ${Buffer.from(`${name?.trim() ?? ""}:${password}`).toString("base64")}`;
}
