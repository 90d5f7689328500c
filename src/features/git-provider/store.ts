import type { Db } from "@/db/client";
import { secretColumns } from "@/features/git-provider/columns";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { open, seal } from "@/lib/seal";
import type { Provider } from "@/providers/provider";

/** What all tables of provider types have in common; the columns of each come from its own schemas. */
interface TypeTable {
  create(query: { data: Row; select: Selection }): Promise<Row>;
  update(query: { where: { gitProviderId: string }; data: Row; select: Selection }): Promise<Row>;
  findUnique(query: { where: { gitProviderId: string }; select: Selection }): Promise<Row | null>;
}
type Row = Record<string, unknown>;
type Selection = Record<string, true>;

/** Where a type becomes its table. The Prisma model has the name of the type. */
function tableOf(db: Db, { type }: Provider): TypeTable {
  const table = (db as unknown as Record<string, TypeTable | undefined>)[type];
  if (!table) throw new Fault("internal", { code: "provider_type_unknown", params: { type } });
  return table;
}

/** Store the type's row of a new provider, its secrets sealed. */
export async function insertFields(
  db: Db,
  provider: Provider,
  row: { gitProviderId: string; settings: Row; secrets: Record<string, string> },
): Promise<void> {
  const rowId = newId();
  const sealed = sealAll(provider, rowId, row.secrets);
  const data = { [provider.idField]: rowId, gitProviderId: row.gitProviderId, ...row.settings, ...sealed };
  await tableOf(db, provider).create({ data, select: { [provider.idField]: true } });
}

/** Change the type's row. Secrets that are left out stay; null takes one away. */
export async function updateFields(
  db: Db,
  provider: Provider,
  row: { gitProviderId: string; rowId: string; settings: Row; secrets: Record<string, string | null> },
): Promise<void> {
  const data = { ...row.settings, ...sealAll(provider, row.rowId, row.secrets) };
  const where = { gitProviderId: row.gitProviderId };
  await tableOf(db, provider).update({ where, data, select: { [provider.idField]: true } });
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
  const select = Object.fromEntries([provider.idField, ...names].map((name) => [name, true as const]));
  const row = await tableOf(db, provider).findUnique({ where: { gitProviderId }, select });
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
