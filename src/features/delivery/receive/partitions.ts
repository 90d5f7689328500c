/** Deliveries are kept in a partition for each day (UTC), so that old ones go without a row being touched. */
import type { Client } from "pg";
import { connectionString, db } from "@/db/client";
import { onServer } from "@/db/create-database";
import { described } from "@/lib/described";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

const dayMs = 86_400_000;
/** Partitions are made ahead, so that none is missing after a night without a worker. */
const daysAhead = 3;

function startOfDay(at: Date): Date {
  return new Date(Math.floor(at.getTime() / dayMs) * dayMs);
}

function nameOf(day: Date): string {
  return `webhook_delivery_${day.toISOString().slice(0, 10).replaceAll("-", "")}`;
}

/** The day of a partition; null for the one of all other days. */
function dayOf(name: string): Date | null {
  const [, year, month, day] = /^webhook_delivery_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
  return year ? new Date(`${year}-${month}-${day}T00:00:00Z`) : null;
}

async function partitions(): Promise<{ name: string; day: Date }[]> {
  const rows = await db().$queryRaw<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'webhook_delivery'::regclass`;
  return rows.flatMap(({ name }) => {
    const day = dayOf(name);
    return day ? [{ name, day }] : [];
  });
}

/** Make the partitions of the coming days, and of those with deliveries that belong to none yet. */
export async function makePartitions(now = new Date()): Promise<void> {
  const there = new Set((await partitions()).map(({ name }) => name));
  const coming = Array.from({ length: daysAhead + 1 }, (_, n) =>
    startOfDay(new Date(now.getTime() + n * dayMs)),
  );
  for (const day of [...coming, ...(await daysWithout())]) {
    if (there.has(nameOf(day))) continue;
    there.add(nameOf(day));
    await makePartition(day).catch(later(nameOf(day)));
  }
}

/** Days of deliveries that arrived when their day had no partition. */
async function daysWithout(): Promise<Date[]> {
  const rows = await db().$queryRaw<{ day: Date }[]>`
    SELECT DISTINCT date_trunc('day', "receivedAt") AS day FROM "webhook_delivery_default" LIMIT 100`;
  return rows.map(({ day }) => startOfDay(day));
}

/** What arrived for the day already is moved into it: PostgreSQL refuses a partition with rows elsewhere. */
function makePartition(day: Date): Promise<void> {
  const name = nameOf(day);
  const [from, to] = [day, new Date(day.getTime() + dayMs)].map((at) => `'${at.toISOString()}'`);
  return change(async (client) => {
    if (await exists(client, name)) return;
    await client.query(`CREATE TABLE "${name}" (LIKE "webhook_delivery" INCLUDING DEFAULTS)`);
    // In the order in which the foreign key of the new partition needs them.
    await client.query(`LOCK TABLE "organization" IN SHARE ROW EXCLUSIVE MODE`);
    await client.query(`LOCK TABLE "webhook_delivery_default" IN ACCESS EXCLUSIVE MODE`);
    await client.query(
      `WITH moved AS (DELETE FROM "webhook_delivery_default"
         WHERE "receivedAt" >= ${from} AND "receivedAt" < ${to} RETURNING *)
       INSERT INTO "${name}" SELECT * FROM moved`,
    );
    await client.query(
      `ALTER TABLE "webhook_delivery" ATTACH PARTITION "${name}" FOR VALUES FROM (${from}) TO (${to})`,
    );
  });
}

const lockNumber = 5_179_003;

/** One transaction over a connection of its own. One process at a time changes partitions; others leave it to that. */
function change(work: (client: Client) => Promise<void>): Promise<void> {
  return onServer(connectionString(), async (client) => {
    await client.query("BEGIN");
    // Whoever comes after a lock that is waited for waits as well.
    await client.query("SET LOCAL lock_timeout = '3s'");
    const { rows } = await client.query("SELECT pg_try_advisory_xact_lock($1) AS got", [lockNumber]);
    if (rows[0]?.got === true) await work(client);
    await client.query("COMMIT");
  });
}

async function exists(client: Client, name: string): Promise<boolean> {
  const { rows } = await client.query("SELECT to_regclass($1) IS NOT NULL AS found", [name]);
  return rows[0]?.found === true;
}

/** A table that is in use, or a role that may not change tables: it is tried again at the next round. */
function later(name: string): (error: unknown) => void {
  return (error) => log.warn({ name, ...described(error) }, "a partition of deliveries could not be changed");
}

/** Drop the days that are older than deliveries are kept. */
export async function dropOldPartitions(now = new Date()): Promise<void> {
  const oldest = startOfDay(new Date(now.getTime() - env().deliveryDays * dayMs));
  for (const { name, day } of await partitions())
    if (day < oldest) await dropPartition(name).catch(later(name));
  await db().$executeRaw`DELETE FROM "webhook_delivery" WHERE "receivedAt" < ${oldest}`;
}

function dropPartition(name: string): Promise<void> {
  return change(async (client) => {
    await client.query(`DROP TABLE IF EXISTS "${name}"`);
  });
}
