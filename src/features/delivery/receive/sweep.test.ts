import { Readable, Writable } from "node:stream";
import { createTestDatabase, databaseUrl, testDatabase } from "@test/kit/database";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeDatabase, connectionString, db, pool, setDatabase, transaction } from "@/db/client";
import { dropDatabase } from "@/db/create-database";
import { verifyKeys } from "@/db/key-check";
import { restoreBackup } from "@/features/backup/restore";
import { writeBackup } from "@/features/backup/write";
import { type NewDelivery, takeIn } from "@/features/delivery/receive/insert";
import { dropOldPartitions, makePartitions } from "@/features/delivery/receive/partitions";
import { requeueUndecided, sweepDeliveries, sweepOrganizations } from "@/features/delivery/receive/sweep";
import { rotateKeys } from "@/features/encryption-key/rotate";
import { newId } from "@/lib/id";

testDatabase({ SLIPWAY_DELIVERY_DAYS: "30" });

const now = new Date("2026-03-20T15:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
let organizationId = "";

beforeAll(async () => {
  await verifyKeys();
  ({ organizationId } = await db().organization.create({ data: { name: "one" } }));
});
beforeEach(() => db().webhookDelivery.deleteMany());

function arrive(receivedAt: Date, given: Partial<NewDelivery> = {}) {
  const delivery: NewDelivery = {
    organizationId,
    gitProviderId: "provider",
    sourceId: "source",
    source: "hook",
    hostDeliveryId: newId(),
    headers: {},
    body: Buffer.from([0, 9, 10, 92, 255]),
    receivedAt,
    ...given,
  };
  return transaction((tx) => takeIn(tx, delivery));
}

async function partitionOf(deliveryId: string): Promise<string | undefined> {
  const sql = `SELECT tableoid::regclass::text AS name FROM webhook_delivery WHERE "deliveryId" = $1`;
  return (await pool().query(sql, [deliveryId])).rows[0]?.name;
}

async function partitions(): Promise<string[]> {
  const sql = `SELECT relname FROM pg_class WHERE relispartition AND relname LIKE 'webhook_delivery_2%' AND relkind = 'r'`;
  return (await pool().query(sql)).rows.map(({ relname }) => relname).toSorted();
}

describe("partitions of deliveries", () => {
  it("are made for today and the coming days, by several processes at once and again and again", async () => {
    await Promise.all([makePartitions(now), makePartitions(now)]);
    await makePartitions(now);
    expect(await partitions()).toEqual([
      "webhook_delivery_20260320",
      "webhook_delivery_20260321",
      "webhook_delivery_20260322",
      "webhook_delivery_20260323",
    ]);
    const { deliveryId } = await arrive(now);
    expect(await partitionOf(deliveryId)).toBe("webhook_delivery_20260320");
  });

  it("of a day with deliveries that are kept elsewhere take them over, unchanged", async () => {
    const early = await arrive(new Date("2026-03-24T00:00:00Z"));
    const late = await arrive(new Date("2026-03-24T23:59:59.999Z"));
    const next = await arrive(new Date("2026-04-24T00:00:00Z"));
    expect(await partitionOf(early.deliveryId)).toBe("webhook_delivery_default");
    await makePartitions(daysAgo(-1));
    const places = await Promise.all([early, late, next].map((one) => partitionOf(one.deliveryId)));
    expect(places).toEqual([
      "webhook_delivery_20260324",
      "webhook_delivery_20260324",
      "webhook_delivery_20260424",
    ]);
    const kept = await db().webhookDelivery.findFirst({ where: { deliveryId: late.deliveryId } });
    expect(Buffer.from(kept?.body ?? [])).toEqual(Buffer.from([0, 9, 10, 92, 255]));
  });

  it("are made while deliveries arrive for that day, and none is lost", async () => {
    const day = new Date("2026-05-01T12:00:00Z");
    const arriving = Array.from({ length: 40 }, () => arrive(day));
    await Promise.all([...arriving, makePartitions(day)]);
    await makePartitions(day);
    expect(await db().webhookDelivery.count()).toBe(40);
    expect(await pool().query(`SELECT 1 FROM "webhook_delivery_20260501"`)).toMatchObject({ rowCount: 40 });
  });

  it("go with their organization's rows, as the table does", async () => {
    const other = await db().organization.create({ data: { name: "two" } });
    await arrive(now, { organizationId: other.organizationId });
    await db().organization.delete({ where: { organizationId: other.organizationId } });
    expect(await db().webhookDelivery.count()).toBe(0);
  });

  it("older than deliveries are kept are dropped, and old rows of other days are deleted", async () => {
    await makePartitions(daysAgo(40));
    const old = await arrive(daysAgo(40));
    const odd = await arrive(daysAgo(36));
    const kept = await arrive(daysAgo(29));
    await dropOldPartitions(now);
    expect(await partitions()).not.toContain("webhook_delivery_20260208");
    expect(await partitions()).toContain("webhook_delivery_20260320");
    expect(await partitionOf(old.deliveryId)).toBeUndefined();
    expect(await partitionOf(odd.deliveryId)).toBeUndefined();
    expect(await partitionOf(kept.deliveryId)).toBe("webhook_delivery_default");
  });
});

describe("the sweep of deliveries", () => {
  it("deletes receipts and causes that are as old as dropped deliveries", async () => {
    await db().deliveryReceipt.deleteMany();
    await arrive(daysAgo(31), { hostDeliveryId: "old" });
    await arrive(daysAgo(29), { hostDeliveryId: "young" });
    await sweepDeliveries(now);
    const left = await db().deliveryReceipt.findMany();
    expect(left.map(({ hostDeliveryId }) => hostDeliveryId)).toEqual(["young"]);
  });

  it("deletes the oldest worked ones of an organization that has too many, and of no other", async () => {
    const other = await db().organization.create({ data: { name: "three" } });
    for (let n = 1; n <= 5; n++) {
      await arrive(daysAgo(n), { hostDeliveryId: `${n} days`, sourceId: newId() });
      await arrive(daysAgo(n), { organizationId: other.organizationId, sourceId: newId() });
    }
    await db().webhookDelivery.updateMany({
      where: { hostDeliveryId: { not: "5 days" } },
      data: { decision: "ignored" },
    });
    await sweepOrganizations(3);
    const left = await db().webhookDelivery.findMany({ where: { organizationId } });
    const ids = left.map(({ hostDeliveryId }) => hostDeliveryId).toSorted();
    expect(ids).toEqual(["1 days", "2 days", "3 days", "5 days"]);
    expect(await db().webhookDelivery.count({ where: { organizationId: other.organizationId } })).toBe(3);
  });

  it("queues an undecided delivery again whose job is lost, and no other", async () => {
    const [lost, waiting, young] = [await arrive(daysAgo(1)), await arrive(daysAgo(1)), await arrive(now)];
    const drop = (id: string) =>
      pool().query(`DELETE FROM queue.job WHERE name = 'delivery' AND data->>'deliveryId' = $1`, [id]);
    await drop(lost.deliveryId);
    await drop(young.deliveryId);
    expect(await requeueUndecided(now)).toBe(1);
    expect(await requeueUndecided(now)).toBe(0);
    const sql = `SELECT data->>'deliveryId' AS id FROM queue.job WHERE name = 'delivery' AND data->>'deliveryId' = ANY ($1)`;
    const { rows } = await pool().query(sql, [[lost, waiting, young].map(({ deliveryId }) => deliveryId)]);
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set([lost.deliveryId, waiting.deliveryId]));
  });
});

describe("a backup with deliveries", () => {
  it("has each once, is restored into partitions, and nothing of it is worked a second time", async () => {
    await makePartitions(now);
    const worked = await arrive(now);
    await db().webhookDelivery.updateMany({
      where: { deliveryId: worked.deliveryId },
      data: { decision: "ignored" },
    });
    const open = await arrive(daysAgo(3));
    const chunks: Buffer[] = [];
    const out = new Writable({
      write(chunk, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    const counts = await writeBackup(out);
    expect(counts.webhook_delivery).toBe(2);
    expect(Object.keys(counts).filter((name) => name.startsWith("webhook_delivery_"))).toEqual([]);
    const [first, second] = [connectionString(), await createTestDatabase()];
    await closeDatabase();
    setDatabase(databaseUrl(second.server, second.name));
    try {
      await restoreBackup(Readable.from(chunks));
      await makePartitions(now);
      const found = await db().webhookDelivery.findMany({ orderBy: { receivedAt: "asc" } });
      expect(found.map(({ deliveryId, decision, reasonCode }) => [deliveryId, decision, reasonCode])).toEqual(
        [
          [open.deliveryId, "failed", "hook_restored"],
          [worked.deliveryId, "ignored", null],
        ],
      );
      expect(Buffer.from(found[0]?.body ?? [])).toEqual(Buffer.from([0, 9, 10, 92, 255]));
      expect(await partitionOf(worked.deliveryId)).toBe("webhook_delivery_20260320");
      expect((await rotateKeys()).unreadable).toEqual([]);
    } finally {
      await closeDatabase();
      setDatabase(first, { poolSize: 5 });
      await dropDatabase(second.server, second.name);
    }
  });
});
