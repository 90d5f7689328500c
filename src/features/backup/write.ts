import { once } from "node:events";
import type { Writable } from "node:stream";
import { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { connection } from "@/db/client";
import { type Counts, endOfTable, leftOut, nameSql, type TableHeading } from "@/features/backup/format";
import { linesOf } from "@/features/backup/lines";

/**
 * Write all tables as they are at one moment, while everything goes on. Secrets stay sealed; no key is in it.
 * @returns rows per table
 */
export async function writeBackup(out: Writable, now = new Date()): Promise<Counts> {
  const client = new Client(connection());
  await client.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await put(out, { slipwayBackup: 1, madeAt: now.toISOString(), migrations: await migrationsOf(client) });
    const counts: Counts = {};
    for (const heading of await tablesOf(client))
      counts[heading.table] = await putTable(client, out, heading);
    await put(out, { counts });
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
     GROUP BY 1 ORDER BY 1`,
    [leftOut],
  );
  return rows;
}

async function putTable(client: Client, out: Writable, heading: TableHeading): Promise<number> {
  await put(out, heading);
  const columns = heading.columns.map(nameSql).join(", ");
  const rows = client.query(copyTo(`COPY ${nameSql(heading.table)} (${columns}) TO STDOUT`));
  let count = 0;
  for await (const line of linesOf(rows)) {
    await write(out, `${line}\n`);
    count += 1;
  }
  await write(out, `${endOfTable}\n`);
  return count;
}

function put(out: Writable, value: object): Promise<void> {
  return write(out, `${JSON.stringify(value)}\n`);
}

async function write(out: Writable, text: string): Promise<void> {
  if (!out.write(text)) await once(out, "drain");
}
