import type { Client } from "pg";
import { nameSql } from "@/features/backup/format";

/** A foreign key that has to be created again. */
export interface Link {
  table: string;
  name: string;
  definition: string;
}

/** Drop every foreign key: tables reference each other in a circle, so no order of inserting works. */
export async function unlinked(client: Client): Promise<Link[]> {
  const { rows } = await client.query<Link>(
    `SELECT r.relname AS "table", c.conname AS "name", pg_get_constraintdef(c.oid) AS "definition"
     FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
     WHERE c.contype = 'f' AND c.conparentid = 0 AND r.relnamespace = current_schema()::regnamespace ORDER BY 1, 2`,
  );
  for (const { table, name } of rows) {
    await client.query(`ALTER TABLE ${nameSql(table)} DROP CONSTRAINT ${nameSql(name)}`);
  }
  return rows;
}

/** Create them again; PostgreSQL checks each against the inserted rows. */
export async function linked(client: Client, links: Link[]): Promise<void> {
  for (const { table, name, definition } of links) {
    await client.query(`ALTER TABLE ${nameSql(table)} ADD CONSTRAINT ${nameSql(name)} ${definition}`);
  }
}
