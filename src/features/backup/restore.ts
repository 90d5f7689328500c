import { once } from "node:events";
import { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { connection } from "@/db/client";
import { assertProof } from "@/db/key-check";
import { readMigrations } from "@/db/migration-files";
import {
  type Counts,
  endOfTable,
  Heading,
  leftOut,
  MacLine,
  nameSql,
  TableHeading,
  Trailer,
} from "@/features/backup/format";
import { keepEvents } from "@/features/backup/keep-events";
import { linesOf } from "@/features/backup/lines";
import { linked, unlinked } from "@/features/backup/links";
import { assertMac, type BackupMac, backupMac } from "@/features/backup/mac";
import { endRestored } from "@/features/deployment/state";
import { restRestored } from "@/features/webhook/restored";
import { Fault } from "@/lib/fault";

/**
 * Restore a backup into an empty instance, completely or not at all. Sessions are not in it; deployments that were
 * queued or running then are ended, so that nothing runs a second time, and webhooks rest until a person takes them over:
 * the instance that the backup is of may still use them.
 * @throws Fault `conflict` reason `restore_not_empty` | `keys_do_not_fit` | `backup_newer`, `invalid_input` reason
 * `backup_damaged` | `backup_changed`
 */
export async function restoreBackup(stream: AsyncIterable<unknown>): Promise<Counts> {
  const client = new Client(connection());
  await client.connect();
  try {
    await client.query("BEGIN");
    const counts = await fill(client, linesOf(stream));
    await client.query("COMMIT");
    return counts;
  } catch (error) {
    throw error instanceof Fault ? error : damaged(error);
  } finally {
    await client.end(); // the end of the connection rolls back the transaction
  }
}

async function fill(client: Client, all: AsyncGenerator<string>): Promise<Counts> {
  const first = await next(all);
  const heading = parsed(Heading, first);
  assertKnown(heading);
  const mac = backupMac(heading.keyId);
  mac.update(first);
  const lines = counted(all, mac);
  // this locks the tables: a parallel setup of the instance runs before or after
  const links = await unlinked(client);
  await assertEmpty(client);
  await client.query(`DELETE FROM "instance"`);
  const keepOwn = await keepEvents(client);
  const counts = await fillTables(client, lines);
  // Checked before the rows are used: a forged row must never be committed.
  assertMac(mac, parsed(MacLine, await next(all)).mac);
  if (!(await all.next()).done) throw damaged();
  await client.query(endRestored);
  await client.query(endDeliveries);
  for (const statement of restRestored) await client.query(statement);
  await keepOwn();
  await restartSequences(client);
  await proveKeys(client);
  await linked(client, links);
  return counts;
}

async function* counted(lines: AsyncGenerator<string>, mac: BackupMac): AsyncGenerator<string> {
  // Not `for await`: leaving it would close the stream, of which the MAC still has to be read.
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    mac.update(line.value);
    yield line.value;
  }
}

async function fillTables(client: Client, lines: AsyncGenerator<string>): Promise<Counts> {
  const counts: Record<string, number> = {};
  for (let line = await next(lines); ; line = await next(lines)) {
    const value = json(line);
    const told = Trailer.safeParse(value);
    if (told.success) return sameCounts(counts, told.data.counts);
    const heading = parsed(TableHeading, line);
    if (leftOut.includes(heading.table)) throw damaged();
    counts[heading.table] = await fillTable(client, heading, lines);
  }
}

async function fillTable(
  client: Client,
  { table, columns }: TableHeading,
  lines: AsyncGenerator<string>,
): Promise<number> {
  const names = columns.map(nameSql).join(", ");
  const rows = client.query(copyFrom(`COPY ${nameSql(table)} (${names}) FROM STDIN`));
  const failed = once(rows, "error").then(([error]) => Promise.reject(error));
  failed.catch(() => undefined); // awaited below; without this a failure meanwhile would be an unhandled rejection
  let count = 0;
  for (let line = await next(lines); line !== endOfTable; line = await next(lines)) {
    if (!rows.write(`${line}\n`)) await Promise.race([once(rows, "drain"), failed]);
    count += 1;
  }
  rows.end();
  await Promise.race([once(rows, "finish"), failed]);
  return count;
}

async function assertEmpty(client: Client): Promise<void> {
  const { rows } = await client.query(`SELECT 1 FROM "organization" UNION ALL SELECT 1 FROM "user" LIMIT 1`);
  if (rows.length > 0) throw new Fault("conflict", { code: "restore_not_empty" });
}

function assertKnown({ migrations }: Heading): void {
  const known = new Set(readMigrations().map(({ name }) => name));
  const newer = migrations.filter((name) => !known.has(name));
  if (newer.length > 0) throw new Fault("conflict", { code: "backup_newer" });
}

/** Deliveries that were not worked then are not worked now: what they told may be long out of date. */
const endDeliveries = `UPDATE "webhook_delivery" SET "decision" = 'failed', "reasonCode" = 'hook_restored',
  "decidedAt" = now() WHERE "decision" IS NULL`;

/** The restored rows brought their ids: the sequences continue after them. */
async function restartSequences(client: Client): Promise<void> {
  const { rows } = await client.query<{ sequence: string; table: string; column: string }>(
    `SELECT pg_get_serial_sequence(quote_ident(table_name), column_name) AS "sequence", table_name AS "table",
       column_name AS "column" FROM information_schema.columns
     WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'`,
  );
  for (const { sequence, table, column } of rows) {
    const last = `coalesce((SELECT max(${nameSql(column)}) FROM ${nameSql(table)}), 0) + 1`;
    await client.query(`SELECT setval($1, ${last}, false)`, [sequence]);
  }
}

/** A backup whose secrets this instance cannot open is rolled back. */
async function proveKeys(client: Client): Promise<void> {
  const { rows } = await client.query<{ keyCheck: string }>(`SELECT "keyCheck" FROM "instance"`);
  for (const { keyCheck } of rows) assertProof(keyCheck);
}

function sameCounts(read: Record<string, number>, told: Record<string, number>): Record<string, number> {
  const isSame = Object.keys(told).every((table) => read[table] === told[table]);
  if (!isSame || Object.keys(read).length !== Object.keys(told).length) throw damaged();
  return read;
}

async function next(lines: AsyncGenerator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw damaged();
  return value;
}

function parsed<Shape>(schema: { safeParse(value: unknown): { data?: Shape } }, line: string): Shape {
  const { data } = schema.safeParse(json(line));
  if (data === undefined) throw damaged();
  return data;
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function damaged(cause?: unknown): Fault {
  return new Fault("invalid_input", { code: "backup_damaged" }, { cause });
}
