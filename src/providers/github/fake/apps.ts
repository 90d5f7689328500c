import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, verify } from "node:crypto";
import type { World, WorldRepository } from "@/providers/simulator/world";

/** GitHub Apps of a simulated host: who they are, where they are installed, and the tokens they were given. */

export type Grants = Record<string, string>;

export interface FakeApp {
  id: number;
  slug: string;
  name: string;
  /** Login of a person or an organization. */
  owner: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string | null;
  /** Null for an App without a webhook. */
  hookUrl: string | null;
  pem: string;
  publicKey: KeyObject;
  permissions: Grants;
  events: string[];
  isPublic: boolean;
  setupUrl: string | null;
}

export interface FakeInstallation {
  id: number;
  appId: number;
  account: string;
  /** What the account has approved. */
  permissions: Grants;
  /** Null: all of the account's. */
  repositoryIds: number[] | null;
  suspendedAt: string | null;
}

export interface FakeToken {
  value: string;
  installationId: number;
  permissions: Grants;
  /** Null: all of the installation's. */
  repositoryIds: number[] | null;
  /** Milliseconds. */
  endsAt: number;
}

/** What an App reports of a commit. */
export interface FakeCheckRun {
  id: number;
  /** 0 for one that none of these Apps made, such as GitHub's own. */
  appId: number;
  repositoryId: number;
  sha: string;
  name: string;
  status: string;
  conclusion: string | null;
  url: string;
  title: string;
}

export interface FakeDeployment {
  id: number;
  repositoryId: number;
  sha: string;
  environment: string;
  payload: unknown;
  /** In the order in which they were told. */
  states: string[];
}

export interface AppState {
  apps: FakeApp[];
  installations: FakeInstallation[];
  tokens: FakeToken[];
  /** Manifests that were made into an App and not fetched yet. */
  codes: Map<string, { app: FakeApp; until: number }>;
  /** Installations that wait for an owner: app and account. */
  requests: { id: number; appId: number; account: string; requester: string }[];
  /** Which App wrote a comment, by the id of the comment. */
  comments: Map<number, number>;
  checkRuns: FakeCheckRun[];
  deployments: FakeDeployment[];
}

const states = new WeakMap<World, AppState>();

/** The Apps of a world; the same for every host over it. */
export function appsOf(world: World): AppState {
  const known = states.get(world);
  if (known) return known;
  const fresh: AppState = {
    apps: [],
    installations: [],
    tokens: [],
    codes: new Map(),
    requests: [],
    comments: new Map(),
    checkRuns: [],
    deployments: [],
  };
  states.set(world, fresh);
  return fresh;
}

const FULL: Grants = {
  checks: "write",
  contents: "read",
  deployments: "write",
  metadata: "read",
  pull_requests: "write",
  statuses: "write",
};

/** Making one takes a while, so that Apps that nobody made through the browser share it. */
let shared: string | undefined;

export function newKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
}

export function addApp(world: World, given: Partial<FakeApp> & { name: string; owner: string }): FakeApp {
  const state = appsOf(world);
  const id = 1000 + state.apps.length + 1;
  shared ??= newKey();
  const pem = given.pem ?? shared;
  const app: FakeApp = {
    id,
    slug: given.name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    clientId: `Iv23li${randomBytes(7).toString("hex")}`,
    clientSecret: randomBytes(20).toString("hex"),
    webhookSecret: null,
    hookUrl: null,
    permissions: FULL,
    events: ["push", "pull_request", "repository"],
    isPublic: false,
    setupUrl: null,
    ...given,
    pem,
    publicKey: createPublicKey(pem),
  };
  state.apps.push(app);
  return app;
}

export function addInstallation(
  world: World,
  app: FakeApp,
  account: string,
  repositoryIds: number[] | null = null,
): FakeInstallation {
  const state = appsOf(world);
  const installation: FakeInstallation = {
    id: 70_001 + state.installations.length,
    appId: app.id,
    account,
    permissions: { ...app.permissions, metadata: "read" },
    repositoryIds,
    suspendedAt: null,
  };
  state.installations.push(installation);
  return installation;
}

/** Remove an installation as an owner of its account does: what it gave ends with it. */
export function removeInstallation(world: World, id: number): void {
  const state = appsOf(world);
  state.installations = state.installations.filter((one) => one.id !== id);
  state.tokens = state.tokens.filter((one) => one.installationId !== id);
}

export function addToken(
  world: World,
  installation: FakeInstallation,
  now: Date,
  narrowed: Partial<Pick<FakeToken, "permissions" | "repositoryIds">> = {},
): FakeToken {
  const token: FakeToken = {
    value: `ghs_${randomBytes(18).toString("hex")}`,
    installationId: installation.id,
    permissions: { metadata: "read", ...(narrowed.permissions ?? installation.permissions) },
    repositoryIds: narrowed.repositoryIds ?? null,
    // To the second, as it is told.
    endsAt: (Math.floor(now.getTime() / 1000) + 3600) * 1000,
  };
  appsOf(world).tokens.push(token);
  return token;
}

/** What a token opens, as long as it lives and its installation is neither removed nor suspended. */
export function installationOfToken(world: World, value: string, now: Date) {
  const state = appsOf(world);
  const token = state.tokens.find((one) => one.value === value);
  const installation = state.installations.find((one) => one.id === token?.installationId);
  if (!token || !installation || installation.suspendedAt || token.endsAt <= now.getTime()) return null;
  return { token, installation };
}

export function reaches(installation: FakeInstallation, one: WorldRepository): boolean {
  return (
    one.owner === installation.account &&
    (installation.repositoryIds === null || installation.repositoryIds.includes(one.id))
  );
}

/** The App that signed a token, or GitHub's words of why it did not. */
export function signer(
  world: World,
  header: string | null,
  now: Date,
): FakeApp | { status: number; message: string } {
  const text = /^Bearer (\S+)$/i.exec(header ?? "")?.[1] ?? "";
  const [head = "", body = "", signature = ""] = text.split(".");
  const claims = decoded(body);
  const undecodable = { status: 401, message: "A JSON web token could not be decoded" };
  if (decoded(head)?.alg !== "RS256" || !claims) return undecodable;
  const wrong = clockProblem(claims, now.getTime() / 1000);
  if (wrong) return { status: 401, message: wrong };
  const app = appsOf(world).apps.find((one) => [String(one.id), one.clientId].includes(String(claims.iss)));
  if (!app) return { status: 404, message: "Integration not found" };
  const isOurs = verify(
    "sha256",
    Buffer.from(`${head}.${body}`),
    app.publicKey,
    Buffer.from(signature, "base64url"),
  );
  return isOurs ? app : undecodable;
}

function clockProblem(claims: Record<string, unknown>, now: number): string | null {
  const { iat, exp } = claims;
  if (!Number.isInteger(exp) || Number(exp) <= now)
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  if (Number(exp) > now + 600) return "'Expiration time' claim ('exp') is too far in the future";
  if (!Number.isInteger(iat) || Number(iat) > now)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  return null;
}

function decoded(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
