import type { Db } from "@/db/client";
import { secretColumns } from "@/features/git-provider/record/columns";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { open, seal } from "@/lib/seal";
import type { Provider } from "@/providers/provider";
import type { ProviderStore, StoredRow } from "@/providers/store";

/** What all tables of provider types have in common; the columns of each come from its own schemas. */
interface TypeTable {
  create(query: { data: StoredRow }): Promise<unknown>;
  update(query: { where: { gitProviderId: string }; data: StoredRow }): Promise<unknown>;
  findUnique(query: { where: Record<string, string> }): Promise<StoredRow | null>;
}

/** Where a type becomes its table, inside the given transaction. The Prisma model has the name of the type. */
function storeOf(db: Db, { type, idField, store }: Provider): ProviderStore {
  if (store) return store;
  const table = (db as unknown as Record<string, TypeTable | undefined>)[type];
  if (!table) throw new Fault("internal", { code: "provider_type_unknown", params: { type } });
  return {
    insert: async (row) => void (await table.create({ data: row })),
    change: async (gitProviderId, data) => void (await table.update({ where: { gitProviderId }, data })),
    read: (gitProviderId) => table.findUnique({ where: { gitProviderId } }),
    providerOf: async (rowId) => {
      const row = await table.findUnique({ where: { [idField]: rowId } });
      return row ? String(row.gitProviderId) : null;
    },
  };
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
  await storeOf(db, provider).insert({ ...own, ...row.settings, ...sealed });
}

/** Change the type's row. Secrets that are left out stay; null takes one away. */
export async function updateFields(
  db: Db,
  provider: Provider,
  row: { gitProviderId: string; rowId: string; settings: StoredRow; secrets: Record<string, string | null> },
): Promise<void> {
  const values = { ...row.settings, ...sealAll(provider, row.rowId, row.secrets) };
  await storeOf(db, provider).change(row.gitProviderId, values);
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
  const row = await storeOf(db, provider).read(gitProviderId);
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
