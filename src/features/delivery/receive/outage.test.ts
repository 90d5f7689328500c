import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { appendFile, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { send } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { type DatabaseProxy, databaseProxy } from "@test/kit/database-proxy";
import { deliveryOf, type TestHook, testHook } from "@test/kit/hook";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { closeDatabase, connectionString, db, pool, setDatabase } from "@/db/client";
import { onServer } from "@/db/create-database";
import type { IntakeOptions } from "@/features/delivery/receive/intake";
import { startReceiving } from "@/features/delivery/receive/start";
import { writeTally } from "@/features/delivery/receive/tally";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";

testDatabase();

const fast = { longestAwayMs: 60_000, commitMs: 400, pauseMs: 20 };
let direct = "";
let proxy: DatabaseProxy;
let receiving: Awaited<ReturnType<typeof startReceiving>>;
let hooks: (TestHook & { type: string })[] = [];

beforeAll(async () => {
  direct = connectionString();
  proxy = await databaseProxy(direct);
  await closeDatabase();
  setDatabase(proxy.url, { poolSize: 5 });
  hooks = await Promise.all(
    ["github", "gitlab", "gitea"].map(async (type) => ({ ...(await testHook(type)), type })),
  );
  await restart();
});
afterEach(async () => {
  proxy.restore();
  await vi.waitFor(() => pool().query("SELECT 1"), { timeout: 10_000 });
  await restart();
});
afterAll(async () => {
  await receiving.stop();
  await closeDatabase();
  proxy.close();
  setDatabase(direct);
});

/** As another process of the same data folder would start. */
async function restart(options: Partial<IntakeOptions> = {}): Promise<void> {
  await receiving?.stop();
  receiving = await startReceiving({ ...fast, ...options });
}

const folder = () => path.join(env().dataDir, "deliveries");
const spoolFiles = () => (existsSync(folder()) ? readdirSync(folder()) : []);

/** The host's ids of deliveries that were answered with 202, and the statuses of the others. */
async function deliver(count: number, marker = newId()) {
  const acknowledged: string[] = [];
  const others: number[] = [];
  const wanted = Array.from({ length: count }, (_, n) => `${marker}-${String(n).padStart(4, "0")}`);
  await Promise.all(
    wanted.map(async (id, n) => {
      const hook = hooks[n % hooks.length];
      if (!hook) return;
      const sent = deliveryOf(hook.type, hook.secret, `{"n":"${id}"}`, { id });
      const { status } = await send(hook.path, sent);
      if (status === 202) acknowledged.push(id);
      else others.push(status);
    }),
  );
  return { acknowledged, others };
}

/** Straight from the database, past the wire that is cut. */
async function stored(ids: string[]): Promise<{ id: string; jobs: number }[]> {
  const sql = `SELECT d."hostDeliveryId" AS id, (SELECT count(*)::int FROM queue.job j
      WHERE j.name = 'delivery' AND j.data->>'deliveryId' = d."deliveryId") AS jobs
    FROM webhook_delivery d WHERE d."hostDeliveryId" = ANY ($1) ORDER BY d.ctid`;
  return onServer(direct, async (client) => (await client.query(sql, [ids])).rows);
}

async function expectOnce(ids: string[]): Promise<void> {
  await vi.waitFor(async () => expect(await stored(ids)).toHaveLength(ids.length), { timeout: 15_000 });
  const found = await stored(ids);
  expect(found.filter(({ jobs }) => jobs !== 1)).toEqual([]);
  expect(new Set(found.map(({ id }) => id))).toEqual(new Set(ids));
}

describe("while the database is away", () => {
  it("no delivery of GitHub, GitLab or Gitea is lost or refused under load, and each is worked once", async () => {
    const all: string[] = [];
    const refused: number[] = [];
    const end = Date.now() + 2_500;
    const outage = sleep(500).then(async () => {
      proxy.cut();
      await sleep(1_200);
      proxy.restore();
    });
    while (Date.now() < end) {
      const { acknowledged, others } = await deliver(20);
      all.push(...acknowledged);
      refused.push(...others);
    }
    await outage;
    expect(refused).toEqual([]);
    expect(all.length).toBeGreaterThan(100);
    await expectOnce(all);
    await vi.waitFor(() => expect(spoolFiles()).toEqual([]));
  });

  it("deliveries are taken in in the order they came when it is back", async () => {
    proxy.cut();
    const ids: string[] = [];
    for (let n = 0; n < 30; n++) ids.push(...(await deliver(1)).acknowledged);
    expect(ids).toHaveLength(30);
    expect(await stored(ids)).toEqual([]);
    proxy.restore();
    await expectOnce(ids);
    expect((await stored(ids)).map(({ id }) => id)).toEqual(ids);
  });

  it("only the owner can read what is kept, and no secret is in it", async () => {
    proxy.cut();
    const { acknowledged } = await deliver(3);
    expect(acknowledged).toHaveLength(3);
    const [name = ""] = spoolFiles();
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(folder(), name)).mode & 0o777).toBe(0o600);
    const text = readFileSync(path.join(folder(), name), "latin1");
    expect(text).toContain(acknowledged[0]);
    for (const { secret } of hooks) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/signature|sha256=/i);
  });

  it("a wrong signature is refused as always, and nothing is kept of it", async () => {
    proxy.cut();
    await deliver(1);
    const before = spoolFiles().map((name) => statSync(path.join(folder(), name)).size);
    const [hook] = hooks;
    const wrong = deliveryOf("github", "another secret", "{}");
    expect((await send(hook?.path ?? "", wrong)).status).toBe(401);
    expect(spoolFiles().map((name) => statSync(path.join(folder(), name)).size)).toEqual(before);
  });
});

describe("a database that does not answer", () => {
  it("delays the answer to a host by less than a second, and each delivery is worked once", async () => {
    proxy.freeze();
    const began = Date.now();
    const { acknowledged } = await deliver(10);
    expect(acknowledged).toHaveLength(10);
    expect(Date.now() - began).toBeLessThan(1_500);
    proxy.restore();
    await expectOnce(acknowledged);
  });

  it("and has committed already does not have the delivery twice", async () => {
    await deliver(1);
    proxy.loseAnswers();
    const { acknowledged } = await deliver(10);
    expect(acknowledged).toHaveLength(10);
    proxy.restore();
    await expectOnce(acknowledged);
  });
});

describe("what cannot be kept", () => {
  const refusals = async () => {
    await writeTally();
    const ids = hooks.map(({ webhookId }) => webhookId);
    const found = await db().webhook.findMany({ where: { webhookId: { in: ids } } });
    return found.reduce((sum, { refusedCount }) => sum + refusedCount, 0);
  };

  it("after the longest time without a database is refused with 429, and counted at its webhook", async () => {
    await restart({ longestAwayMs: 150 });
    const before = await refusals();
    proxy.cut();
    const kept = await deliver(3);
    await sleep(300);
    const late = await deliver(4);
    expect([kept.others, late.others]).toEqual([[], [429, 429, 429, 429]]);
    await writeTally();
    proxy.restore();
    await expectOnce(kept.acknowledged);
    await vi.waitFor(async () => expect(await refusals()).toBe(before + 4));
    const found = await db().webhook.findFirst({ where: { refusedAt: { not: null } } });
    expect(found).not.toBeNull();
    await vi.waitFor(async () => expect((await deliver(1)).acknowledged).toHaveLength(1));
  });

  it("since the room for it is used up is refused with 429 and Retry-After", async () => {
    // A folder of its own: what another test has left would use the room up.
    const own = path.join(env().dataDir, newId());
    await restart({ spool: { folder: own, limit: 2_000, longestBody: 1_000_000 } });
    proxy.cut();
    const { acknowledged, others } = await deliver(30);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect([...new Set(others)]).toEqual([429]);
    const [hook] = hooks;
    const answer = await send(hook?.path ?? "", deliveryOf("github", hook?.secret ?? "", "{}"));
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    proxy.restore();
    await expectOnce(acknowledged);
  });

  it("since the disk refuses to write is refused with 429", async () => {
    await restart({ spool: { folder: "/proc/nowhere", limit: 1e9, longestBody: 1e6 } });
    proxy.cut();
    expect((await deliver(2)).others).toEqual([429, 429]);
  });
});

describe("a database whose disk is full", () => {
  const raise = (code: string) =>
    onServer(direct, (client) =>
      client.query(`CREATE OR REPLACE FUNCTION refuse_row() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'no row' USING ERRCODE = '${code}'; END $$;
        CREATE TRIGGER refuse_row BEFORE INSERT ON webhook_delivery FOR EACH ROW EXECUTE FUNCTION refuse_row()`),
    );
  const relent = () => onServer(direct, (client) => client.query("DROP FUNCTION refuse_row CASCADE"));

  it("has its deliveries kept on the disk of Slipway, and takes them in when there is room again", async () => {
    await raise("53100");
    const { acknowledged, others } = await deliver(6);
    await relent();
    expect(others).toEqual([]);
    await expectOnce(acknowledged);
  });

  it("or refuses a row for any other reason, has the host told to wait, and it counts as refused", async () => {
    await writeTally();
    const count = async () =>
      (await db().webhook.aggregate({ _sum: { refusedCount: true } }))._sum.refusedCount;
    const before = (await count()) ?? 0;
    await raise("23514");
    const { others } = await deliver(2);
    await relent();
    await writeTally();
    expect(others).toEqual([429, 429]);
    expect(await count()).toBe(before + 2);
  });
});

describe("a process that ended while the database was away", () => {
  it("takes in what it had kept after its next start, without what was torn at the end", async () => {
    proxy.cut();
    const { acknowledged } = await deliver(12);
    await receiving.stop();
    const [name = ""] = spoolFiles();
    const whole = readFileSync(path.join(folder(), name));
    await appendFile(path.join(folder(), name), whole.subarray(0, 57));
    proxy.restore();
    receiving = await startReceiving(fast);
    await expectOnce(acknowledged);
    await vi.waitFor(() => expect(spoolFiles()).toEqual([]));
  });

  it("has its deliveries taken in by another process, also when that one has begun before", async () => {
    proxy.cut();
    const first = await deliver(5);
    await receiving.stop();
    proxy.restore();
    const copies = await readdir(folder());
    const bytes = readFileSync(path.join(folder(), copies[0] ?? ""));
    receiving = await startReceiving(fast);
    await expectOnce(first.acknowledged);
    await vi.waitFor(() => expect(spoolFiles()).toEqual([]));
    // The other one was killed after the rows were there and before the file was gone.
    await appendFile(path.join(folder(), "killed.spool"), bytes);
    await restart();
    await vi.waitFor(() => expect(spoolFiles()).toEqual([]));
    await expectOnce(first.acknowledged);
  });

  it("whose file was taken over by another one goes on in a file of its own, and nothing is lost", async () => {
    proxy.cut();
    const before = await deliver(3);
    const [name = ""] = spoolFiles();
    await rm(path.join(folder(), name)); // worse than a take-over: nobody has read it yet, except this process
    const after = await deliver(3);
    expect(spoolFiles()).toHaveLength(1);
    proxy.restore();
    await expectOnce(after.acknowledged);
    expect(before.acknowledged).toHaveLength(3);
  });
});
