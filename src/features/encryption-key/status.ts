import { pool } from "@/db/client";
import { inSql, type SealedColumn, sealedColumns } from "@/features/encryption-key/sealed-columns";
import { keyRing } from "@/lib/key-ring";

export interface KeyStatus {
  keyId: string;
  /** Whether new values are sealed with this key. */
  current: boolean;
  /** Whether this process has the key. */
  known: boolean;
  /** Values that only this key opens. */
  values: number;
}

/** Every key that is known here or still needed by a stored value, the current one first. */
export async function keyStatus(): Promise<KeyStatus[]> {
  const used = await valuesPerKey();
  const ring = keyRing().map(({ id }) => id);
  const all = [...ring, ...[...used.keys()].filter((id) => !ring.includes(id)).sort()];
  return all.map((keyId) => ({
    keyId,
    current: keyId === ring[0],
    known: ring.includes(keyId),
    values: used.get(keyId) ?? 0,
  }));
}

async function valuesPerKey(): Promise<Map<string, number>> {
  const parts = sealedColumns().map(usedSql);
  const text = `SELECT "keyId", sum("values")::int AS "values" FROM (${parts.join(" UNION ALL ")}) AS used GROUP BY "keyId"`;
  const { rows } = await pool().query<{ keyId: string; values: number }>(text);
  return new Map(rows.map(({ keyId, values }) => [keyId, values]));
}

/** The key id is the second part of a sealed value. */
function usedSql(sealed: SealedColumn): string {
  const { table, column } = inSql(sealed);
  return `SELECT split_part(${column}, ':', 2) AS "keyId", count(*) AS "values" FROM ${table}
    WHERE ${column} IS NOT NULL GROUP BY 1`;
}
