import { testDatabase } from "@test/kit/database";
import { Client } from "pg";
import { afterAll, expect, it } from "vitest";
import { connection, connectionString, db, pool, transaction } from "@/db/client";
import { onServer } from "@/db/create-database";
import { isLockTimeout } from "@/db/outage";
import { closeQueue, openQueue } from "@/queue/queue";

testDatabase();

afterAll(() => closeQueue());

/** Runs one statement and returns its rows. */
type Ask = (sql: string) => Promise<{ name: string; value: string }[]>;

const settings = `SELECT name, setting AS value FROM pg_settings WHERE name IN ('TimeZone', 'jit', 'lock_timeout',
  'idle_in_transaction_session_timeout', 'random_page_cost') ORDER BY name COLLATE "C"`;

const wanted = [
  { name: "TimeZone", value: "UTC" },
  { name: "idle_in_transaction_session_timeout", value: "30000" },
  { name: "jit", value: "off" },
  { name: "lock_timeout", value: "5000" },
  { name: "random_page_cost", value: "1.1" },
];

const ways: [string, (ask: (ask: Ask) => Promise<void>) => Promise<void>][] = [
  ["of the pool", (work) => work(async (sql) => (await pool().query(sql)).rows)],
  ["of Prisma", (work) => work((sql) => db().$queryRawUnsafe(sql))],
  [
    "for LISTEN and COPY",
    async (work) => {
      const client = new Client(connection());
      await client.connect();
      await work(async (sql) => (await client.query(sql)).rows).finally(() => client.end());
    },
  ],
  [
    "of migrations and commands",
    (work) => onServer(connectionString(), (client) => work(async (sql) => (await client.query(sql)).rows)),
  ],
  [
    "of the queue",
    async (work) => {
      const boss = await openQueue();
      await work(async (sql) => (await boss.getDb().executeSql(sql)).rows);
    },
  ],
];

it.each(ways)(
  "a connection %s has the session settings of Slipway, whatever the defaults of the server are",
  async (_, use) => {
    const name = new URL(connectionString()).pathname.slice(1);
    for (const own of ["jit = on", "lock_timeout = 0", "timezone = 'Asia/Tokyo'", "random_page_cost = 4"])
      await onServer(connectionString(), (client) => client.query(`ALTER DATABASE "${name}" SET ${own}`));
    await use(async (ask) => expect(await ask(settings)).toEqual(wanted));
  },
);

it("keeps the options and the application name that the operator wrote into DATABASE_URL", async () => {
  const address = new URL(connectionString());
  address.searchParams.set("options", "-c statement_timeout=7s -c jit=on");
  address.searchParams.set("application_name", "kiosk");
  const sql = `SELECT current_setting('statement_timeout') AS a, current_setting('jit') AS b,
    current_setting('application_name') AS c`;
  const { rows } = await onServer(address.href, (client) => client.query(sql));
  expect(rows).toEqual([{ a: "7s", b: "off", c: "kiosk" }]);
});

it("reports a lock time-out as a busy row, not as an internal error", async () => {
  const { organizationId } = await db().organization.create({ data: { name: "held" } });
  const where = { organizationId };
  const error = await transaction(async (holder) => {
    await holder.organization.update({ where, data: { name: "held still" } });
    return transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL lock_timeout = '50ms'`;
      await tx.organization.update({ where, data: { name: "taken" } });
    }).catch((caught: unknown) => caught);
  });
  expect(isLockTimeout(error)).toBe(true);
  expect(isLockTimeout(new Error("other"))).toBe(false);
});
