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

/** The name in SQL. Only names of our own code come here; anything else is a bug. */
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
  row: { gitProviderId: string; settings: StoredRow; secrets: Record<string, string> },
): Promise<void> {
  const rowId = newId();
  const sealed = sealAll(provider, rowId, row.secrets);
  const own = { [provider.idField]: rowId, gitProviderId: row.gitProviderId };
  await insertRow(db, provider, { ...own, ...row.settings, ...sealed });
}

/** Change the type's row. Secrets that are left out stay; null takes one away. */
export async function updateFields(
  db: Db,
  provider: Provider,
  row: { gitProviderId: string; rowId: string; settings: StoredRow; secrets: Record<string, string | null> },
): Promise<void> {
  const values = { ...row.settings, ...sealAll(provider, row.rowId, row.secrets) };
  await updateRow(db, provider, row.gitProviderId, values);
}

/**
 * The secrets of a provider in the clear: the only place where they leave the database. For the moment of use.
 * @throws Fault `internal` reason `seal_broken` | `key_unknown`
 */
export async function openSecrets(
  db: Db,
  provider: Provider,
  gitProviderId: string,
): Promise<Record<string, string | null>> {
  const names = secretColumns(provider);
  const row = await readRow(db, provider, gitProviderId);
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "provider" } });
  const rowId = String(row[provider.idField]);
  return Object.fromEntries(names.map((name) => [name, opened(provider, rowId, name, row[name])]));
}

function opened(provider: Provider, rowId: string, column: string, value: unknown): string | null {
  return typeof value === "string" ? open(value, { table: provider.type, column, rowId }) : null;
}

function sealAll(
  provider: Provider,
  rowId: string,
  secrets: Record<string, string | null>,
): Record<string, string | null> {
  const pairs = Object.entries(secrets).map(([column, value]) => [
    column,
    value === null ? null : seal(value, { table: provider.type, column, rowId }),
  ]);
  return Object.fromEntries(pairs);
}

/**
 * Store what a provider found out by itself, unless the connection was changed since it was read. It stays the same
 * connection: no cache is dropped and no health is reset.
 */
export function settingsSaver(provider: Provider, row: ProviderRow) {
  return async (settings: Record<string, string | null>): Promise<void> => {
    const { gitProviderId, credentialVersion } = row;
    await transaction(async (tx) => {
      const [same] = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "git_provider"
        WHERE "gitProviderId" = ${gitProviderId} AND "credentialVersion" = ${credentialVersion} FOR NO KEY UPDATE`;
      const rowId = String(row.fields[provider.idField]);
      if (same) await updateFields(tx, provider, { gitProviderId, rowId, settings, secrets: {} });
    });
  };
}
