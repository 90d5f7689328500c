import { testDatabase } from "@test/kit/database";
import { beforeAll, describe, expect, it } from "vitest";
import { db, pool, transaction } from "@/db/client";
import { type NewDelivery, takeIn, takeInMany } from "@/features/delivery/receive/insert";
import { newId } from "@/lib/id";

testDatabase();

let organizationId = "";
beforeAll(async () => {
  ({ organizationId } = await db().organization.create({ data: { name: "one" } }));
});

function delivery(given: Partial<NewDelivery> = {}): NewDelivery {
  return {
    organizationId,
    gitProviderId: "provider",
    sourceId: newId(),
    source: "hook",
    hostDeliveryId: newId(),
    headers: { "x-github-event": "push" },
    body: Buffer.from([0, 1, 0xff, 0x27, 0x5c]),
    ...given,
  };
}

const taken = (given: NewDelivery) => transaction((tx) => takeIn(tx, given));
const row = (deliveryId: string) => db().webhookDelivery.findFirst({ where: { deliveryId } });

async function jobsFor(deliveryId: string): Promise<number> {
  const sql = `SELECT 1 FROM queue.job WHERE name = 'delivery' AND data->>'deliveryId' = $1`;
  return (await pool().query(sql, [deliveryId])).rowCount ?? 0;
}

describe("a delivery that is taken in", () => {
  it("has a row with its exact bytes, and one job", async () => {
    const given = delivery({ receivedAt: new Date("2026-03-04T05:06:07.089Z") });
    const { deliveryId, receivedAt, isNew } = await taken(given);
    expect({ isNew, receivedAt }).toEqual({ isNew: true, receivedAt: given.receivedAt });
    const kept = await row(deliveryId);
    expect(kept).toMatchObject({ decision: null, receivedAt, headers: given.headers, source: "hook" });
    expect(Buffer.from(kept?.body ?? [])).toEqual(given.body);
    expect(await jobsFor(deliveryId)).toBe(1);
  });

  it("leaves nothing when its transaction rolls back", async () => {
    const given = delivery({ deliveryId: newId() });
    const failing = transaction(async (tx) => {
      await takeIn(tx, given);
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    expect(await row(given.deliveryId ?? "")).toBeNull();
    expect((await taken(given)).isNew).toBe(true);
  });

  it("is shown but not worked when the host sends it again, with what is known of the first", async () => {
    const given = delivery();
    const first = await taken(given);
    await db().webhookDelivery.updateMany({
      where: { deliveryId: first.deliveryId },
      data: { event: "push", ref: "main", decision: "ignored" },
    });
    const second = await taken(given);
    expect(second.isNew).toBe(false);
    expect(await row(second.deliveryId)).toMatchObject({
      decision: "coalesced",
      reasonCode: "hook_duplicate",
      reasonParams: { deliveryId: first.deliveryId },
      event: "push",
      ref: "main",
    });
    expect(await jobsFor(second.deliveryId)).toBe(0);
  });

  it("is worked again when the first one ended with a failure of ours, and then not a third time", async () => {
    const given = delivery();
    const first = await taken(given);
    await db().webhookDelivery.updateMany({
      where: { deliveryId: first.deliveryId },
      data: { decision: "failed" },
    });
    const second = await taken(given);
    expect(second.isNew).toBe(true);
    expect(await jobsFor(second.deliveryId)).toBe(1);
    const third = await taken(given);
    expect(third.isNew).toBe(false);
    expect((await row(third.deliveryId))?.reasonParams).toEqual({ deliveryId: second.deliveryId });
  });

  it("is another one when it arrives at another address", async () => {
    const given = delivery();
    await taken(given);
    expect((await taken({ ...given, sourceId: newId() })).isNew).toBe(true);
  });

  it("leaves no row when it was found in the host's log and had arrived before", async () => {
    const given = delivery();
    await taken(given);
    const found = await taken({ ...given, source: "log" });
    expect(found.isNew).toBe(false);
    expect(await row(found.deliveryId)).toBeNull();
  });

  it("is always worked when it is a replay", async () => {
    const given = delivery();
    const first = await taken(given);
    const replay = await taken({ ...given, source: "replay", replayOfId: first.deliveryId });
    expect(replay.isNew).toBe(true);
    expect(await row(replay.deliveryId)).toMatchObject({ decision: null, replayOfId: first.deliveryId });
  });
});

describe("many deliveries at once", () => {
  const many = (list: NewDelivery[]) =>
    takeInMany({ executeSql: (text, values) => pool().query(text, values) }, list);

  it("keep each its own bytes, and of two with the same id the first is worked", async () => {
    const twice = delivery({ body: Buffer.from("twice") });
    const list = [
      delivery({ body: Buffer.alloc(0) }),
      twice,
      delivery({ body: Buffer.from("three") }),
      twice,
    ];
    const done = await many(list);
    expect(done.filter(({ isNew }) => isNew)).toHaveLength(3);
    for (const [at, { deliveryId }] of done.entries())
      expect(Buffer.from((await row(deliveryId))?.body ?? [])).toEqual(list[at]?.body);
  });

  it("are worked once when they arrive by several connections at the same time", async () => {
    const list = Array.from({ length: 50 }, () => delivery());
    const rounds = await Promise.all([
      many(list),
      many(list.toReversed()),
      many(list),
      many(list.toReversed()),
    ]);
    expect(rounds.flat().filter(({ isNew }) => isNew)).toHaveLength(50);
  });
});
