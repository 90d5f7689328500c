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

async function addColumn(search: Search, { table, column, id }: SealedColumn): Promise<number> {
  const sql = inSql({ table, column, id });
  const { rows } = await pool().query<{ id: string; value: string }>(
    `SELECT ${sql.id} AS id, ${sql.column} AS value FROM ${sql.table} WHERE ${sql.column} IS NOT NULL`,
  );
  for (const { id: rowId, value } of rows)
    for (const secret of secretsIn(open(value, { table, column, rowId })))
      addValue(search, `${table}.${column}`, secret);
  return rows.length;
}

/** Some columns hold the secrets of a whole row as JSON. */
function secretsIn(text: string): string[] {
  if (!text.startsWith("{")) return [text];
  return Object.values(JSON.parse(text) as object).filter((one) => typeof one === "string");
}

function addValue(search: Search, name: string, secret: string): void {
  if (secret.includes("PRIVATE KEY")) addKey(search, name, secret);
  else if (secret.length >= 8) search.add(name, secret);
}
