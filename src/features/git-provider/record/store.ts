import { type Db, transaction } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { open, seal } from "@/lib/seal";
import type { Provider } from "@/providers/provider";

/** Columns of a provider's own table that hold no secret. */
export function settingColumns(provider: Provider): string[] {
  return Object.keys(provider.settings.shape);
}

/** The settings in a row, by the names of their columns. */
export function settingsIn(provider: Provider, row: Pick<ProviderRow, "fields">): Record<string, unknown> {
  return Object.fromEntries(settingColumns(provider).map((name) => [name, row.fields[name]]));
}

/** Columns that are sealed. */
export function secretColumns(provider: Provider): string[] {
  return Object.keys(provider.secrets.shape);
}

/** `accessToken` → `hasAccessToken`: all that an answer tells of a secret. */
export function hasName(secret: string): string {
  return `has${secret.charAt(0).toUpperCase()}${secret.slice(1)}`;
}

/** A quoted SQL identifier. Only names from the code are passed; anything else is a bug. */
export function quoted(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) throw new TypeError(`Not a column: ${name}`);
  return `"${name}"`;
}

/** One row of a type's table: its id, `gitProviderId`, settings, and secrets as sealed text. */
type StoredRow = Record<string, unknown>;

/** Write a row into the table of its type. Tables are reached by name, since one more type adds one more table. */
async function insertRow(db: Db, { type }: Provider, row: StoredRow): Promise<void> {
  const pairs = given(row);
  const names = Prisma.join(pairs.map(([name]) => identifier(name)));
  const values = Prisma.join(pairs.map(([, value]) => value));
  await db.$executeRaw`INSERT INTO ${identifier(type)} (${names}) VALUES (${values})`;
}

async function updateRow(db: Db, { type }: Provider, gitProviderId: string, row: StoredRow): Promise<void> {
  const changes = given(row).map(([name, value]) => Prisma.sql`${identifier(name)} = ${value}`);
  if (changes.length === 0) return;
  await db.$executeRaw`UPDATE ${identifier(type)} SET ${Prisma.join(changes)} WHERE "gitProviderId" = ${gitProviderId}`;
}

async function readRow(db: Db, { type }: Provider, gitProviderId: string): Promise<StoredRow | null> {
  const [row] = await db.$queryRaw<StoredRow[]>`SELECT * FROM ${identifier(type)}
    WHERE "gitProviderId" = ${gitProviderId}`;
  return row ?? null;
}

function identifier(name: string) {
  return Prisma.raw(quoted(name));
}

function given(row: StoredRow): [string, unknown][] {
  return Object.entries(row).filter(([, value]) => value !== undefined);
}

/** Store the type's row of a new provider, its secrets sealed. */
export async function insertFields(
  db: Db,
  provider: Provider,
  row: Owned & { settings: StoredRow; secrets: Record<string, string> },
): Promise<void> {
  const rowId = newId();
  const sealed = sealAll(contextOf(provider, row, rowId, row.settings), row.secrets);
  const own = { [provider.idField]: rowId, gitProviderId: row.gitProviderId };
  await insertRow(db, provider, { ...own, ...row.settings, ...sealed });
}

/**
 * Change the type's row. Secrets that are left out are kept; null deletes one. When an address changes, kept secrets
 * are sealed again for the new one; the caller has decided that they may be kept.
 */
export async function updateFields(
  db: Db,
  provider: Provider,
  row: Owned & { rowId: string; settings: StoredRow; secrets: Record<string, string | null> },
): Promise<void> {
  const stored = (await readRow(db, provider, row.gitProviderId)) ?? {};
  const before = contextOf(provider, row, row.rowId, stored);
  const after = contextOf(provider, row, row.rowId, {
    ...stored,
    ...Object.fromEntries(given(row.settings)),
  });
  const moved = JSON.stringify(before.bound) !== JSON.stringify(after.bound);
  const kept = moved ? keptSecrets(provider, before, stored, row.secrets) : {};
  const values = { ...row.settings, ...sealAll(after, { ...kept, ...row.secrets }) };
  await updateRow(db, provider, row.gitProviderId, values);
}

/** Stored secrets that a change keeps. One that cannot be decrypted is not sealed again: it stays unreadable. */
function keptSecrets(
  provider: Provider,
  context: Context,
  stored: StoredRow,
  changed: Record<string, string | null>,
): Record<string, string> {
  const kept = secretColumns(provider).flatMap((column) => {
    const value = stored[column];
    if (column in changed || typeof value !== "string") return [];
    try {
      return [[column, open(value, { ...context, column })]];
    } catch (error) {
      if (error instanceof Fault) return [];
      throw error;
    }
  });
  return Object.fromEntries(kept);
}

/**
 * The decrypted secrets of a provider, for immediate use: the only place where they leave the database.
 * @param row the provider as its secrets are about to be used: with the addresses they will be sent to
 * @throws Fault `internal` reason `seal_broken` | `key_unknown` | `conflict` reason `provider_changed` when another
 *   address was stored since the row was read
 */
export async function openSecrets(
  db: Db,
  provider: Provider,
  row: Pick<ProviderRow, "organizationId" | "gitProviderId" | "name" | "fields">,
): Promise<Record<string, string | null>> {
  const stored = await readRow(db, provider, row.gitProviderId);
  if (!stored) throw new Fault("not_found", { code: "not_found", params: { what: "provider" } });
  const context = contextOf(provider, row, String(stored[provider.idField]), row.fields);
  const isCurrent = addressesOf(provider, stored).every((address, at) => address === context.addresses[at]);
  if (!isCurrent) throw new Fault("conflict", { code: "provider_changed", params: { name: row.name } });
  const pairs = secretColumns(provider).map((column) => {
    const value = stored[column];
    return [column, typeof value === "string" ? open(value, { ...context, column }) : null];
  });
  return Object.fromEntries(pairs);
}

type Owned = Pick<ProviderRow, "organizationId" | "gitProviderId">;

interface Context {
  table: string;
  rowId: string;
  bound: (string | null)[];
  addresses: (string | null)[];
}

/**
 * What the secrets of a provider are sealed for: its organization, the provider and the addresses they may be sent to.
 * features/encryption-key reads the same columns in the same order.
 */
function contextOf(
  provider: Provider,
  { organizationId, gitProviderId }: Owned,
  rowId: string,
  fields: StoredRow,
): Context {
  const addresses = addressesOf(provider, fields);
  return { table: provider.type, rowId, bound: [organizationId, gitProviderId, ...addresses], addresses };
}

function addressesOf({ addressFields }: Provider, fields: StoredRow): (string | null)[] {
  return addressFields.map((name) => (typeof fields[name] === "string" ? fields[name] : null));
}

function sealAll(context: Context, secrets: Record<string, string | null>): Record<string, string | null> {
  const pairs = Object.entries(secrets).map(([column, value]) => [
    column,
    value === null ? null : seal(value, { ...context, column }),
  ]);
  return Object.fromEntries(pairs);
}

/**
 * Save settings that a provider discovered by itself, such as a pinned host key, unless the connection was changed
 * since it was read. The credential version stays: no cache is dropped and no health is reset.
 */
export function settingsSaver(provider: Provider, row: ProviderRow) {
  return async (settings: Record<string, string | null>): Promise<void> => {
    const { gitProviderId, organizationId, credentialVersion } = row;
    await transaction(async (tx) => {
      const [same] = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "git_provider"
        WHERE "gitProviderId" = ${gitProviderId} AND "credentialVersion" = ${credentialVersion} FOR NO KEY UPDATE`;
      const rowId = String(row.fields[provider.idField]);
      if (same)
        await updateFields(tx, provider, { gitProviderId, organizationId, rowId, settings, secrets: {} });
    });
  };
}
