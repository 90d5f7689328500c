import { once } from "node:events";
import type { Writable } from "node:stream";
import { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { connection } from "@/db/client";
import {
  type Counts,
  endOfTable,
  type Heading,
  leftOut,
  nameSql,
  type TableHeading,
} from "@/features/backup/format";
import { linesOf } from "@/features/backup/lines";
import { backupMac } from "@/features/backup/mac";

/**
 * Write a consistent snapshot of all tables while the instance keeps running. Secrets stay sealed, and no key is
 * included. The MAC prevents changes by anyone without a key of the instance.
 * @returns rows per table
 */
export async function writeBackup(out: Writable, now = new Date()): Promise<Counts> {
  const client = new Client(connection());
  await client.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const mac = backupMac();
    const put = (line: string) => {
      mac.update(line);
      return write(out, `${line}\n`);
    };
    const migrations = await migrationsOf(client);
    const heading: Heading = { slipwayBackup: 2, madeAt: now.toISOString(), migrations, keyId: mac.keyId };
    await put(JSON.stringify(heading));
    const counts: Counts = {};
    for (const table of await tablesOf(client)) counts[table.table] = await putTable(client, put, table);
    await put(JSON.stringify({ counts }));
    await write(out, `${JSON.stringify({ mac: mac.digest() })}\n`);
    return counts;
  } finally {
    await client.end();
  }
}

async function migrationsOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT migration_name AS "name" FROM "_prisma_migrations" WHERE finished_at IS NOT NULL ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

async function tablesOf(client: Client): Promise<TableHeading[]> {
  const { rows } = await client.query<TableHeading>(
    `SELECT c.table_name AS "table", array_agg(c.column_name::text ORDER BY c.ordinal_position) AS "columns"
     FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.table_name <> ALL ($1)
       AND c.is_generated = 'NEVER'
       -- The rows of a partition are those of its table.
       AND NOT (SELECT r.relispartition FROM pg_class r WHERE r.oid = to_regclass(quote_ident(c.table_name)))
     GROUP BY 1 ORDER BY 1`,
    [leftOut],
  );
  return rows;
}

type Put = (line: string) => Promise<void>;

async function putTable(client: Client, put: Put, heading: TableHeading): Promise<number> {
  await put(JSON.stringify(heading));
  const columns = heading.columns.map(nameSql).join(", ");
  const rows = client.query(copyTo(`COPY (SELECT ${columns} FROM ${nameSql(heading.table)}) TO STDOUT`));
  let count = 0;
  for await (const line of linesOf(rows)) {
    await put(line);
    count += 1;
  }
  await put(endOfTable);
  return count;
}

async function write(out: Writable, text: string): Promise<void> {
  if (!out.write(text)) await once(out, "drain");
}
