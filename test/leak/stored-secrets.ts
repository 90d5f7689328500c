import type { Search } from "@test/leak/search";
import { addKey } from "@test/leak/seed-secrets";
import { pool } from "@/db/client";
import { inSql, type SealedColumn, sealedColumns } from "@/features/encryption-key/sealed-columns";
import { open } from "@/lib/seal";

/**
 * For tests: search for every secret that is stored sealed as well, wherever it came from.
 * @returns how many columns hold something
 */
export async function addStoredSecrets(search: Search): Promise<number> {
  const counts = await Promise.all(sealedColumns().map((column) => addColumn(search, column)));
  return counts.filter((count) => count > 0).length;
}

async function addColumn(search: Search, sealed: SealedColumn): Promise<number> {
  const { table, column } = sealed;
  const sql = inSql(sealed);
  const { rows } = await pool().query<{ id: string; value: string; bound: (string | null)[] }>(
    `SELECT ${sql.id} AS id, ${sql.column} AS value, ${sql.bound} AS bound FROM ${sql.table} t
     WHERE ${sql.column} IS NOT NULL`,
  );
  for (const { id: rowId, value, bound } of rows)
    for (const secret of secretsIn(open(value, { table, column, rowId, bound })))
      addValue(search, `${table}.${column}`, secret);
  return rows.length;
}

/** Some columns hold the secrets of a whole row as JSON, with what goes with them. */
function secretsIn(text: string): string[] {
  if (!text.startsWith("{")) return [text];
  const { secrets } = JSON.parse(text) as { secrets: object };
  return Object.values(secrets).filter((one) => typeof one === "string");
}

function addValue(search: Search, name: string, secret: string): void {
  if (secret.includes("PRIVATE KEY")) addKey(search, name, secret);
  else if (secret.length >= 8) search.add(name, secret);
}
