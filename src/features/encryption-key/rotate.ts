import { pool } from "@/db/client";
import { proveKeys } from "@/db/key-check";
import { inSql, type SealedColumn, sealedColumns } from "@/features/encryption-key/sealed-columns";
import { Fault } from "@/lib/fault";
import { keyRing } from "@/lib/key-ring";
import { open, seal } from "@/lib/seal";

export interface Rotation {
  /** Values sealed anew under the first key. */
  sealed: number;
  /** Values that a process changed meanwhile: it sealed them under its own first key. */
  changed: number;
  /** The values that no known key opens; they were left as they are. */
  unreadable: { table: string; column: string; rowId: string }[];
}

const batch = 200;

/**
 * Seal every stored secret with the first key of the ring, while everything keeps working. It may be interrupted at
 * any moment and run again: finished values are skipped.
 * @param tell called after each batch with how many values were sealed so far
 */
export async function rotateKeys(tell: (sealed: number) => void = () => undefined): Promise<Rotation> {
  const rotation: Rotation = { sealed: 0, changed: 0, unreadable: [] };
  for (const column of sealedColumns()) await rotateColumn(column, rotation, tell);
  if (rotation.unreadable.length === 0) await proveKeys();
  return rotation;
}

async function rotateColumn(
  column: SealedColumn,
  rotation: Rotation,
  tell: (sealed: number) => void,
): Promise<void> {
  for (let after = ""; ; ) {
    const rows = await olderValues(column, after);
    for (const row of rows) await rotateValue(column, row, rotation);
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    tell(rotation.sealed);
  }
}

interface Value {
  id: string;
  value: string;
  bound: (string | null)[];
}

/** The next values that are not under the first key, in the order of their rows. */
async function olderValues(sealed: SealedColumn, after: string): Promise<Value[]> {
  const { table, column, id, bound } = inSql(sealed);
  const text = `SELECT ${id} AS "id", ${column} AS "value", ${bound} AS "bound" FROM ${table} t
    WHERE ${column} IS NOT NULL AND split_part(${column}, ':', 2) <> $1 AND ${id} > $2 ORDER BY ${id} LIMIT ${batch}`;
  const { rows } = await pool().query<Value>(text, [keyRing()[0].id, after]);
  return rows;
}

async function rotateValue(sealed: SealedColumn, row: Value, rotation: Rotation): Promise<void> {
  const { id: rowId, value } = row;
  const anew = sealedAnew(sealed, row);
  if (anew === null) {
    rotation.unreadable.push({ table: sealed.table, column: sealed.column, rowId });
    return;
  }
  const { table, column, id } = inSql(sealed);
  // A value that was changed since it was read is skipped: its writer has sealed it with the first key.
  const text = `UPDATE ${table} SET ${column} = $1 WHERE ${id} = $2 AND ${column} = $3`;
  const { rowCount } = await pool().query(text, [anew, rowId, value]);
  rotation[rowCount === 1 ? "sealed" : "changed"] += 1;
}

function sealedAnew({ table, column }: SealedColumn, { id: rowId, value, bound }: Value): string | null {
  const at = { table, column, rowId, bound };
  try {
    return seal(open(value, at), at);
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}
