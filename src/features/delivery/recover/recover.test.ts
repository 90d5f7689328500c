import { testDatabase } from "@test/kit/database";
import { type HookWorld, hookWorld } from "@test/kit/hook-world";
import { beforeEach, describe, expect, it } from "vitest";
import { db, transaction } from "@/db/client";
import { processDelivery } from "@/features/delivery/process/process-delivery";
import { takeIn } from "@/features/delivery/receive/insert";
import { callsPerHour, takeCall } from "@/features/delivery/recover/call-budget";
import { type LogSource, readDeliveryLog } from "@/features/delivery/recover/delivery-log";
import { recoverMissed } from "@/features/delivery/recover/missed";
import { pauseOf, pollDue } from "@/features/delivery/recover/poll";
import { Presence } from "@/features/delivery/recover/presence";
import { openHookProvider } from "@/features/webhook/open-provider";
import { careForDueHooks } from "@/features/webhook/round";
import { newId } from "@/lib/id";
import { appsOf } from "@/providers/github/fake/apps";
import type { DeliveryLogPort, LoggedDelivery } from "@/providers/reporting";
import { commitTo } from "@/providers/simulator/world";

const SLIPWAY = "https://slipway.example.com";
testDatabase({ SLIPWAY_URL: SLIPWAY });

const minute = 60_000;
const at = (minutes: number) => new Date(Date.now() + minutes * minute);
let made: HookWorld;

beforeEach(async () => {
  await db().application.deleteMany({});
  await db().webhook.deleteMany({});
  await db().presence.deleteMany({});
});

const row = () => db().webhook.findFirstOrThrow({ where: { organizationId: made.owner.organizationId } });
const taken = () =>
  db().webhookDelivery.findMany({
    where: { organizationId: made.owner.organizationId },
    orderBy: { receivedAt: "asc" },
  });
const deployed = () =>
  db().deployment.findMany({
    where: { organizationId: made.owner.organizationId },
    orderBy: { createdAt: "asc" },
  });

/** Work what was taken in, as the queue would. */
async function workAll(): Promise<void> {
  for (const { deliveryId, receivedAt, decision } of await taken())
    if (decision === null) await processDelivery({ deliveryId, receivedAt });
}

/** A delivery arrives at the hook, already verified. */
async function arrive(given: { headers: Record<string, string>; body: Buffer }): Promise<void> {
  const { webhookId, organizationId, gitProviderId } = await row();
  const delivery = { organizationId, gitProviderId, sourceId: webhookId, hostDeliveryId: newId(), ...given };
  await transaction((tx) => takeIn(tx, { ...delivery, source: "hook" }));
}

/** The branch moves on at the host, and nobody tells. */
function push(message = "Change"): string {
  return commitTo(made.repository, "main", { message, files: { "index.html": message } });
}

/** A hook that is made, with the first look that later ones are compared with. */
async function hooked(type: string): Promise<void> {
  made = await hookWorld(type);
  made.moveTo(SLIPWAY);
  await careForDueHooks();
  await recoverMissed();
}

describe("after a time in which nothing could arrive", () => {
  it("queues what was pushed meanwhile once, from a host that keeps no log", async () => {
    await hooked("gitea");
    expect(await taken()).toEqual([]);
    await new Presence().mark(new Date());
    const sha = push();
    expect(await new Presence().mark(at(10))).not.toBeNull();
    expect(await recoverMissed(at(10))).toBe(1);
    expect(await recoverMissed(at(11))).toBe(0);
    await workAll();
    expect((await deployed()).map(({ commit }) => commit)).toMatchObject([{ sha }]);
    expect(await taken()).toMatchObject([{ source: "poll", decision: "deployed" }]);
    expect(await row()).toMatchObject({ missedSince: null, failures: 0 });
  });

  it("does not deploy what was there before the hook was made", async () => {
    await hooked("bitbucket");
    await new Presence().mark(new Date());
    await new Presence().mark(at(10));
    await recoverMissed(at(10));
    expect(await taken()).toEqual([]);
  });

  it("does not deploy again when the hook tells of the same push later", async () => {
    await hooked("gitea");
    const before = made.repository.branches.get("main") ?? null;
    const after = push();
    await db().webhook.updateMany({ data: { missedSince: new Date() } });
    await recoverMissed();
    await workAll();
    const [sent] =
      made.host.deliveries?.(made.repository, { kind: "push", ref: "refs/heads/main", before, after }) ?? [];
    await arrive({ headers: sent?.headers ?? {}, body: Buffer.from(sent?.body ?? "") });
    await workAll();
    expect(await deployed()).toHaveLength(1);
    expect((await taken()).map(({ source }) => source)).toEqual(["poll", "hook"]);
  });
});

describe("the start of a process", () => {
  const second = (seconds: number) => at(seconds / 60);

  it.each([2, 6, 600])(
    "%s seconds after the only one ended has what was sent meanwhile fetched",
    async (gap) => {
      await hooked("gitea");
      const former = new Presence();
      await former.mark(second(1));
      const end = second(3);
      await former.leave(end);
      const next = new Presence();
      const marks = [await next.mark(second(3 + gap)), await next.mark(second(8 + gap))];
      expect(marks.find((since) => since !== null)).toEqual(end);
      expect((await row()).missedSince).toEqual(end);
    },
  );

  it("after one that was killed within the same seconds, twice, still has all of it fetched", async () => {
    await hooked("gitea");
    const seen = second(1);
    await new Presence().mark(seen);
    await new Presence().mark(second(3)); // ended before it knew
    const next = new Presence();
    await next.mark(second(5));
    expect(await next.mark(second(10))).toEqual(seen);
  });

  it("beside another one that receives has nothing fetched", async () => {
    await hooked("gitea");
    const other = new Presence();
    await other.mark(second(1));
    const next = new Presence();
    await next.mark(second(3));
    await other.mark(second(6));
    expect(await next.mark(second(8))).toBeNull();
    expect(await next.mark(second(13))).toBeNull();
    expect((await row()).missedSince).toBeNull();
  });
});

describe("what a host that keeps a log could not deliver", () => {
  const sendToNobody = (before: string | null, after: string) => {
    const push = { kind: "push", ref: "refs/heads/main", before, after } as const;
    const now = new Date().toISOString();
    for (const { logged } of made.host.deliveries?.(made.repository, push) ?? []) if (logged) logged.at = now;
  };

  it.each(["github", "gitlab", "azureDevops"])(
    "at %s is taken from there as if it had arrived",
    async (type) => {
      await hooked(type);
      const before = made.repository.branches.get("main") ?? null;
      const sha = push();
      sendToNobody(before, sha);
      await db().webhook.updateMany({ data: { missedSince: at(-5) } });
      expect(await recoverMissed()).toBe(1);
      expect(await taken()).toMatchObject([{ source: "log" }]);
      await workAll();
      expect((await deployed()).map(({ commit }) => commit)).toMatchObject([{ sha }]);
      await db().webhook.updateMany({ data: { missedSince: at(-5) } });
      await recoverMissed(at(1));
      expect(await taken()).toHaveLength(1);
    },
  );

  it("is read again and again for an App whose hook reaches nobody", async () => {
    made = await hookWorld("github", { authMethod: "app" });
    made.moveTo("http://localhost:3000");
    const [app] = appsOf(made.world).apps;
    Object.assign(app ?? {}, {
      hookUrl: "https://behind-a-firewall.example.com/",
      events: ["push", "repository"],
    });
    await careForDueHooks();
    expect(await row()).toMatchObject({ mode: "polling", reasonCode: "hook_address_private" });
    const before = made.repository.branches.get("main") ?? null;
    const sha = push();
    sendToNobody(before, sha);
    await pollDue(at(1));
    await workAll();
    expect(await taken()).toMatchObject([{ source: "log", decision: "deployed" }]);
    expect((await deployed()).map(({ commit }) => commit)).toMatchObject([{ sha }]);
    await pollDue(at(3));
    expect(await taken()).toHaveLength(1);
  });
});

describe("the log of an App that was not read for longer than it is kept", () => {
  it("has each repository looked at as well, so that no push is lost", async () => {
    made = await hookWorld("github", { authMethod: "app" });
    made.moveTo("http://localhost:3000");
    const [app] = appsOf(made.world).apps;
    const hookUrl = "https://behind-a-firewall.example.com/";
    Object.assign(app ?? {}, { hookUrl, events: ["push", "repository"] });
    await careForDueHooks();
    await pollDue(at(1));
    const [{ webhookId }, pollState] = [
      await row(),
      { branches: { main: made.repository.branches.get("main") } },
    ];
    const state = {
      ...pollState,
      tags: {},
      requests: null,
      lookedAt: at(-7_200).toISOString(),
      unchanged: 0,
    };
    await db().webhook.update({ where: { webhookId }, data: { recoveredAt: at(-7_200), pollState: state } });
    const sha = push();
    await pollDue(at(3));
    await workAll();
    expect((await deployed()).map(({ commit }) => commit)).toMatchObject([{ sha }]);
  });
});

describe("deliveries that had to be refused", () => {
  it("are looked for once, and the hook is checked, since the host may have stopped sending", async () => {
    await hooked("gitea");
    const sha = push();
    await db().webhook.updateMany({ data: { refusedAt: at(1), refusedCount: 3 } });
    expect(await recoverMissed(at(2))).toBe(1);
    expect(await recoverMissed(at(3))).toBe(0);
    await workAll();
    expect((await deployed()).map(({ commit }) => commit)).toMatchObject([{ sha }]);
    expect((await row()).checkDueAt?.getTime()).toBeLessThanOrEqual(at(2).getTime());
  });

  it("are looked for later when the host does not answer", async () => {
    await hooked("gitea");
    push();
    await db().webhook.updateMany({ data: { missedSince: new Date() } });
    made.fault = () => new Response("down", { status: 503 });
    expect(await recoverMissed(at(1))).toBe(0);
    made.fault = null;
    expect(await recoverMissed(at(1.5))).toBe(0);
    expect(await recoverMissed(at(3))).toBe(1);
    expect(await taken()).toHaveLength(1);
  });
});

/** A log as GitHub keeps it for an App: a page of attempts, and the payload of one at a time. */
function logOf(entries: LoggedDelivery[], bodies: Map<string, string>): DeliveryLogPort & { calls: number } {
  const log = {
    calls: 0,
    keptHours: 72,
    list: async (_key: unknown, _hook: unknown, { cursor, limit }: { cursor?: string; limit: number }) => {
      log.calls++;
      const from = Number(cursor ?? 0);
      const next = from + limit < entries.length ? String(from + limit) : null;
      return { items: entries.slice(from, from + limit), nextCursor: next };
    },
    get: async (_key: unknown, _hook: unknown, id: string) => {
      log.calls++;
      const entry = entries.find((one) => one.id === id);
      const headers = new Headers({ "x-github-event": "push", "x-github-delivery": entry?.deliveryId ?? "" });
      return { headers, raw: Buffer.from(bodies.get(id) ?? "{}") };
    },
  };
  return log;
}

/** 7,000 deliveries of an App that has 200 repositories; each repository of ours had 9 pushes, some tried twice. */
function bigLog(ours: string[], end: number, count = 7_000) {
  const entries: LoggedDelivery[] = [];
  const bodies = new Map<string, string>();
  for (let n = 0; n < count; n++) {
    const isOurs = n % 25 === 0 && n / 25 < 270;
    const repositoryId = isOurs ? (ours[(n / 25) % ours.length] ?? "") : String(100_000 + (n % 170));
    const repository = { id: Number(repositoryId), full_name: "acme/some" };
    const [before, after] = [n, n + 1].map((each) => each.toString(16).padStart(40, "0"));
    bodies.set(String(n), JSON.stringify({ ref: "refs/heads/main", before, after, repository }));
    const told = { deliveryId: `guid-${n}`, event: "push", repositoryId, installationId: "1" };
    entries.push({ id: String(n), at: new Date(end - n * 1_000).toISOString(), isDelivered: false, ...told });
  }
  return { entries, bodies };
}

describe("the log of an App", () => {
  async function source(log: DeliveryLogPort, repositoryIds: string[]): Promise<LogSource> {
    made = await hookWorld("github");
    made.moveTo(SLIPWAY);
    const opened = await openHookProvider(await row());
    const { webhooks } = opened.provider;
    if (!webhooks) throw new Error("GitHub has webhooks");
    return { opened, log, webhooks, row: null, sourceId: newId(), repositoryIds: new Set(repositoryIds) };
  }

  it("gives the 270 of 7,000 missed deliveries that concern us, with a tenth of the host's limit", async () => {
    const now = new Date();
    const ours = Array.from({ length: 30 }, (_, n) => String(500 + n));
    const { entries, bodies } = bigLog(ours, now.getTime());
    const log = logOf(entries, bodies);
    const from = await source(log, ours);
    const since = new Date(now.getTime() - 3 * 3_600_000);
    expect(await readDeliveryLog(from, since, now)).toEqual({ taken: 270, reach: "whole" });
    expect(log.calls).toBe(70 + 270);
    expect(log.calls).toBeLessThanOrEqual(callsPerHour);
    const rows = await taken();
    expect(new Set(rows.map(({ hostDeliveryId }) => hostDeliveryId)).size).toBe(270);
    expect(rows.every(({ source: told, sourceId }) => told === "log" && sourceId === from.sourceId)).toBe(
      true,
    );
    // Within the same hour the rest of the budget is too little to read it all again; nothing is taken in twice.
    expect(await readDeliveryLog(from, since, new Date(now.getTime() + minute))).toEqual({
      taken: 0,
      reach: "whole",
    });
    expect(await taken()).toHaveLength(270);
  });

  it("counts attempts of one event as one, and leaves out what arrived at last", async () => {
    const now = new Date();
    const told = { event: "push", repositoryId: "500", installationId: "1", at: now.toISOString() };
    const attempts = [
      { id: "4", deliveryId: "arrived", isDelivered: true, ...told },
      { id: "3", deliveryId: "lost", isDelivered: false, ...told },
      { id: "2", deliveryId: "arrived", isDelivered: false, ...told },
      { id: "1", deliveryId: "lost", isDelivered: false, ...told },
    ];
    const from = await source(logOf(attempts, new Map()), ["500"]);
    expect(await readDeliveryLog(from, at(-10), now)).toEqual({ taken: 1, reach: "whole" });
    expect((await taken()).map(({ hostDeliveryId }) => hostDeliveryId)).toEqual(["lost"]);
  });

  it("that does not reach back far enough is told as such, so that branches are compared as well", async () => {
    const from = await source(logOf([], new Map()), ["500"]);
    const now = new Date();
    expect((await readDeliveryLog(from, at(-60), now)).reach).toBe("whole");
    expect((await readDeliveryLog(from, at(-4 * 24 * 60), now)).reach).toBe("short");
  });

  it("of which the host tells only the newest entries is told as such as well", async () => {
    const log = logOf([], new Map());
    const list = async (...given: Parameters<typeof log.list>) => ({
      ...(await log.list(...given)),
      wholeSince: at(-30).toISOString(),
    });
    const from = await source({ ...log, list }, ["500"]);
    expect((await readDeliveryLog(from, at(-60), new Date())).reach).toBe("short");
    expect((await readDeliveryLog(from, at(-10), new Date())).reach).toBe("whole");
  });

  it("is read by all processes together with no more than a tenth of the host's limit", async () => {
    const from = await source(logOf([], new Map()), ["500"]);
    const { gitProviderId } = from.opened.row;
    const now = new Date();
    const asked = Array.from({ length: 600 }, () => takeCall(gitProviderId, now));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(callsPerHour);
    expect(await takeCall(gitProviderId, at(61))).toBe(true);
  });

  it("is read further in the next hour when the calls of this one are used up", async () => {
    const now = new Date();
    const ours = ["500"];
    const { entries, bodies } = bigLog(ours, now.getTime(), 1_000);
    for (const entry of entries) entry.repositoryId = "500";
    const log = logOf(entries, bodies);
    const from = await source(log, ours);
    const since = new Date(now.getTime() - 3 * 3_600_000);
    expect((await readDeliveryLog(from, since, now)).reach).toBe("paused");
    expect(log.calls).toBe(callsPerHour);
    const first = (await taken()).length;
    await readDeliveryLog(from, since, at(61));
    expect((await taken()).length).toBeGreaterThan(first);
  });
});

describe("a repository that no hook tells of", () => {
  async function polled(type: string): Promise<void> {
    made = await hookWorld(type);
    made.moveTo("http://localhost:3000");
    await careForDueHooks();
    expect(await row()).toMatchObject({ mode: "polling", reasonCode: "hook_address_private" });
  }

  it.each(["github", "gitlab", "bitbucket", "bitbucketServer", "gitea", "azureDevops"])(
    "at %s is looked at, and a push leads to its deployment",
    async (type) => {
      await polled(type);
      await pollDue(at(1));
      expect(await taken()).toEqual([]);
      const sha = push();
      await pollDue(at(5));
      await workAll();
      expect((await deployed()).map(({ commit, trigger }) => [commit, trigger])).toMatchObject([
        [{ sha }, "push"],
      ]);
      await pollDue(at(10));
      expect(await taken()).toHaveLength(1);
    },
  );

  it("is looked at less and less often while nothing happens", async () => {
    await polled("gitea");
    const pauses = [1, 2, 3, 4, 8, 20].map(pauseOf);
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
    expect([pauses[0], pauses.at(-1)]).toEqual([minute, 15 * minute]);
    await pollDue(at(1));
    expect(await pollDue(at(1.5))).toBe(0);
    expect(await pollDue(at(3))).toBe(1);
  });

  it("deploys a move back to a former commit as well", async () => {
    await polled("gitea");
    const first = made.repository.branches.get("main") ?? "";
    await pollDue(at(1));
    const second = push();
    for (const [minutes, sha] of [
      [5, second],
      [30, first],
      [60, second],
    ] as const) {
      made.repository.branches.set("main", sha);
      await pollDue(at(minutes));
      await workAll();
      // Each is published before the next one is pushed.
      const [newest] = await db().deployment.findMany({ orderBy: { createdAt: "desc" }, take: 1 });
      await db().deployment.updateMany({ where: { status: "queued" }, data: { status: "succeeded" } });
      await db().environment.updateMany({ data: { currentDeploymentId: newest?.deploymentId ?? null } });
    }
    const shas = (await deployed()).map(({ commit }) => Object(commit).sha);
    expect(shas).toEqual([second, first, second]);
  });

  it("is no longer looked at when its hook delivers", async () => {
    await hooked("gitea");
    await db().webhook.updateMany({ data: { mode: "manual", state: "waiting", pollDueAt: new Date() } });
    await pollDue(at(1));
    expect((await row()).pollDueAt).not.toBeNull();
    await db().webhook.updateMany({ data: { lastDeliveryAt: at(2) } });
    await pollDue(at(20));
    expect((await row()).pollDueAt).toBeNull();
  });
});
