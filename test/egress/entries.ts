import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { simulatorOf } from "@test/kit/simulator";
import { sealContext } from "@/db/sealed-column";
import { prepare } from "@/features/git-provider/input/insert";
import type { NotificationContent } from "@/features/notification/content";
import { callWebhook } from "@/features/notification/webhook";
import { withCommit } from "@/git/mirror";
import type { GitRemote } from "@/git/nouns";
import { generateSshKey } from "@/git/ssh-key";
import { probeSsh } from "@/git/ssh-probe";
import { newId } from "@/lib/id";
import { outbound } from "@/lib/outbound";
import { probe } from "@/lib/outbound/probe";
import type { Network } from "@/lib/outbound/target";
import { seal } from "@/lib/seal";
import { gitPort } from "@/providers/kit/git-port";
import type { Provider } from "@/providers/provider";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

/** For tests: a way by which an address that somebody typed, or a host gave, could be called. */
export interface Entry {
  name: string;
  /** Ends with a fault when the address is refused; how it ends is not looked at. */
  use(address: string): Promise<unknown>;
}

const repository = { fullName: "acme/site" };
const page = { limit: 10 };
const sha = "1".repeat(40);

/** For tests: every way through one type: each field with an address, at each thing that is done with it. */
export async function entriesOf(provider: Provider, network: Network): Promise<Entry[]> {
  const simulate = await simulatorOf(provider.type);
  const host = simulate({ world: seedWorld(), baseUrl: "https://git.example.com" });
  const connections = { ...host.connections, main: (token: string) => host.connection(token) };
  const ports = portsTo(network);
  const fields = Object.keys(provider.settings.shape).filter((name) => /(?<!redirect)Url$/i.test(name));
  return Object.values(connections).flatMap((connection) => {
    const { authMethod, settings, secrets } = connection(BOT_TOKEN);
    return fields.flatMap((field, at) => {
      const told = (address: string) => ({
        authMethod,
        // The address that only this machine sees is used beside the one that people see.
        settings: {
          ...settings,
          ...Object.fromEntries(fields.slice(0, at + 1).map((name) => [name, address])),
        },
        secrets: { ...secrets, ...unspent(provider) },
        ...ports,
      });
      return stagesOf(provider, network).map(([stage, use]) => ({
        name: `${provider.type}.${field} by ${authMethod}: ${stage}`,
        use: async (address: string) => use(told(address)),
      }));
    });
  });
}

type Session = Parameters<Provider["open"]>[0];
type Stage = [string, (session: Session) => unknown];

function portsTo(network: Network) {
  const http = outbound({ ...network, backoffMs: 1 });
  return { http, git: gitPort(network), now: () => new Date() };
}

/** Tokens to renew and to give back, where the type keeps such. */
function unspent({ secrets }: Provider): Record<string, string> {
  const names = ["refreshToken", "clientSecret", "secret"].filter((name) => name in secrets.shape);
  return Object.fromEntries(names.map((name) => [name, "a-secret-to-send"]));
}

function stagesOf(provider: Provider, network: Network): Stage[] {
  const answer = {
    step: "authorize",
    params: { code: "c" },
    redirectUri: "https://x.example/",
    codeVerifier: "v",
  };
  return [
    ["create", ({ authMethod, settings }) => prepare(provider, { name: newId(), authMethod, ...settings })],
    ["test", (session) => provider.open(session).probe()],
    ["identity", (session) => provider.open(session).verify()],
    ["list", (session) => provider.open(session).repositories?.list(page)],
    ["owners", (session) => provider.open(session).owners?.list()],
    ["branches", (session) => provider.open(session).refs.list(keyIn(session), { kind: "branch", ...page })],
    ["resolve", (session) => provider.open(session).refs.resolve(keyIn(session), "main")],
    ["clone", async (session) => clone(await provider.open(session).git.remote(keyIn(session)), network)],
    ...reportingStages(provider),
    ["OAuth token", (session) => provider.authorization?.complete(session, answer)],
    ["renewal", (session) => provider.renew?.(session)],
    ["giving back", (session) => provider.revoke?.(session)],
  ];
}

/** What is asked and told beside refs: by webhooks, previews and reports. */
function reportingStages(provider: Provider): Stage[] {
  const status = { sha, state: "success", context: "slipway/production", description: "Ready" } as const;
  const url = "https://slipway.example.com/";
  const comment = { id: null, marker: "<!-- m -->", body: "<!-- m --> Ready" };
  return [
    ["hooks", (session) => provider.open(session).hooks?.list(keyIn(session))],
    ["hook of an App", (session) => provider.open(session).appHook?.get()],
    ["delivery log", (session) => provider.open(session).deliveryLog?.list(keyIn(session), "1", page)],
    ["status", (session) => provider.open(session).statuses?.set(keyIn(session), { ...status, url })],
    ["checks", (session) => provider.open(session).checks?.(keyIn(session), sha, "slipway/")],
    ["commits", (session) => provider.open(session).commits?.(keyIn(session), "main", 10)],
    ["changed paths", (session) => provider.open(session).changedPaths?.(keyIn(session), sha, sha)],
    ["requests", (session) => provider.open(session).pullRequests?.list(keyIn(session), page)],
    ["request", (session) => provider.open(session).pullRequests?.get(keyIn(session), 7)],
    ["comment", (session) => provider.open(session).comments?.upsert(keyIn(session), 7, comment)],
  ];
}

/** A plain Git server names a repository by its address. */
function keyIn({ settings }: Session) {
  const { gitUrl } = settings as Record<string, unknown>;
  return typeof gitUrl === "string" ? { fullName: `${gitUrl.replace(/\/$/, "")}/acme/site.git` } : repository;
}

const mirrors = mkdtempSync(path.join(os.tmpdir(), "slipway-table-"));

function clone(remote: GitRemote, network: Network): Promise<unknown> {
  const folder = path.join(mirrors, `${newId()}.git`);
  return withCommit({ folder, remote, sha, network }, async () => undefined);
}

/** For tests: the entries that belong to no type. */
export async function commonEntries(network: Network): Promise<Entry[]> {
  const { http, git } = portsTo(network);
  const { pem: privateKey } = await generateSshKey("ed25519");
  const ssh = { privateKey, hostKeys: "" };
  const refs = (url: string, more: Partial<GitRemote> = {}) =>
    git.lsRemote({ url, credential: null, ...more });
  return [
    { name: "report: probe", use: (address) => probe(address, http, network, 3_000) },
    { name: "notification webhook", use: (address) => callWebhook(target(address), newId(), content) },
    { name: "git: refs", use: (address) => refs(`${address}a/b.git`) },
    { name: "git: clone", use: (address) => clone({ url: `${address}a/b.git`, credential: null }, network) },
    { name: "ssh: probe", use: (address) => probeSsh(overSsh(address), network, 3_000) },
    { name: "ssh: host keys", use: async (address) => git.hostKeys?.(hostAndPort(address)) },
    { name: "ssh: refs", use: (address) => refs(overSsh(address), { ssh }) },
    {
      name: "ssh: clone",
      use: (address) => clone({ url: overSsh(address), credential: null, ssh }, network),
    },
  ];
}

function overSsh(address: string): string {
  return `${address.replace(/^https?:\/\//, "ssh://git@")}a/b.git`;
}

/** As text, since no parser may stand between the address and the policy. */
function hostAndPort(address: string): { host: string; port: number } {
  const [, host = "", port] = /^https?:\/\/(.*?)(?::(\d+))?\/.*$/s.exec(address) ?? [];
  return { host, port: Number(port ?? 22) };
}

function target(address: string) {
  const notificationRecipientId = newId();
  const fields = { notificationRecipientId, organizationId: "o", kind: "webhook", address };
  const signingSecret = seal("whsec_c2VjcmV0", sealContext("notification_recipient", fields));
  return { ...fields, signingSecret, createdAt: new Date() };
}

const content: NotificationContent = {
  event: "test",
  at: new Date(),
  organization: { organizationId: "o", name: "Acme" },
  provider: null,
  message: "A test.",
  expiresAt: null,
  daysLeft: null,
  applications: [],
  applicationCount: 0,
  url: "https://slipway.example.com",
};
