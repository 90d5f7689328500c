import { generateKeyPairSync } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { simulatorOf } from "@test/kit/simulator";
import { type EchoSwitch, echoing } from "@test/leak/echoing-host";
import type { Search } from "@test/leak/search";
import { db } from "@/db/client";
import { callbackUrl } from "@/features/git-provider/input/validate";
import { secretColumns, updateFields } from "@/features/git-provider/record/store";
import { newId } from "@/lib/id";
import type { AuthMethod, Field, Provider } from "@/providers/provider";
import { CLIENT, seedWorld } from "@/providers/simulator/seed";
import { type ServedFake, serveFake } from "@/providers/simulator/serve";
import type { World } from "@/providers/simulator/world";

/** For tests: a call of the API whose answer is searched. */
export type Ask = (path: string, input: object) => Promise<Record<string, unknown>>;

/** For tests: a host of one type, on which a seeded token works, and the connections to it. */
export interface SeededHost {
  provider: Provider;
  served: ServedFake;
  world: World;
  how: EchoSwitch;
  /** Ids of the type's rows, the connection that works first. */
  rowIds: string[];
  providerIds: string[];
}

/** For tests: serve a host of this type and connect to it by each auth method, with seeded secrets. */
export async function seedHost(
  search: Search,
  ask: Ask,
  provider: Provider,
  root: string,
): Promise<SeededHost> {
  const simulate = await simulatorOf(provider.type);
  const world = seedWorld();
  const token = search.make(`${provider.type} working token`);
  world.tokens.push({ value: token, login: "acme-bot", scopes: null });
  const redirectUris = [callbackUrl(provider)];
  world.clients = [{ ...CLIENT, secret: search.make(`${provider.type} client secret`), redirectUris }];
  const how: EchoSwitch = { status: null, echoed: 0 };
  const repositoriesRoot = path.join(root, provider.type);
  mkdirSync(repositoriesRoot, { recursive: true });
  const served = await serveFake({ simulate: echoing(simulate, how), world, repositoriesRoot });
  const host: SeededHost = { provider, served, world, how, rowIds: [], providerIds: [] };
  const works = served.host.connection(token);
  await connect(ask, host, { authMethod: works.authMethod, ...works.settings, ...works.secrets });
  for (const [authMethod, method] of Object.entries(provider.manifest.methods)) {
    const fields = filled(search, provider, authMethod, method);
    const address = authMethod === "ssh" ? { gitUrl: "ssh://git@127.0.0.1:22/acme" } : urlsIn(works.settings);
    await connect(ask, host, { ...works.settings, ...fields, ...address, authMethod });
  }
  await fillOtherColumns(search, host);
  return host;
}

/** The addresses of a connection, at which the host of this test is. */
function urlsIn(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => /url$/i.test(name)));
}

async function connect(ask: Ask, host: SeededHost, fields: object): Promise<void> {
  const { type, idField } = host.provider;
  const made = await ask(`${type}.create`, { name: `${type} ${newId()}`, ...fields });
  const row = made[type] as Record<string, string> | undefined;
  if (!row) throw new Error(`${type} was not made: ${JSON.stringify(made)}`);
  host.rowIds.push(String(row[idField]));
  host.providerIds.push(String(made.gitProviderId));
}

/** Every field of a form, with a seeded secret in the secret ones. */
function filled(
  search: Search,
  { type }: Provider,
  authMethod: string,
  method: AuthMethod,
): Record<string, string> {
  const pairs = method.fields.flatMap((field): [string, string][] => {
    if (field.secret) return secretFor(search, `${type}.${authMethod} ${field.name}`, field);
    const given = field.required || needed(method, field) || field.name.endsWith("Name");
    return given ? [[field.name, plainFor(field)]] : [];
  });
  return Object.fromEntries(pairs);
}

/** Fields that a pasted App needs together. */
function needed({ together }: AuthMethod, { name }: Field): boolean {
  return together?.any.includes(name) || together?.needs.includes(name) || false;
}

function plainFor({ name, kind, placeholder }: Field): string {
  if (/url$/i.test(name)) return placeholder ?? "https://git.example.com";
  if (/email/i.test(name)) return "bot@example.com";
  if (kind === "date") return "2027-12-31";
  if (/tenantId/.test(name)) return "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
  return /(AppId|InstallationId)$/.test(name) ? "1234567" : "acme";
}

/** A private key has to be a valid one; the SSH key is left out, so that the product generates it. */
function secretFor(search: Search, name: string, field: Field): [string, string][] {
  if (field.name === "privateKey") return [];
  if (!field.name.endsWith("PrivateKey")) return [[field.name, search.make(name)]];
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  addKey(search, name, pem);
  return [[field.name, pem]];
}

/** For tests: search for the lines of a key but the first, which all keys have in common. */
export function addKey(search: Search, name: string, pem: string): void {
  const lines = pem.split(/\r?\n/).filter((line) => /^[A-Za-z0-9+/]{40,}$/.test(line));
  for (const line of lines.length > 1 ? lines.slice(1) : lines) search.add(name, line);
}

/** Secret columns that no form fills (OAuth tokens), on the last connection. */
async function fillOtherColumns(
  search: Search,
  { provider, rowIds, providerIds }: SeededHost,
): Promise<void> {
  const [rowId = "", gitProviderId = ""] = [rowIds.at(-1), providerIds.at(-1)];
  const keys = ["privateKey", "githubPrivateKey"];
  const names = secretColumns(provider).filter((name) => !keys.includes(name));
  const secrets = Object.fromEntries(
    names.map((name) => [name, search.make(`${provider.type}.${name} stored`)]),
  );
  const { organizationId } = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
  await updateFields(db(), provider, { gitProviderId, organizationId, rowId, settings: {}, secrets });
}
