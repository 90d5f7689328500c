/** Sends deliveries of a host at a steady rate, whatever happens to who receives them, and looks what came of each. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { signed } from "@test/kit/webhook";
import { db } from "@/db/client";
import { newId } from "@/lib/id";

export interface LoadHook {
  type: string;
  path: string;
  secret: string;
}

export interface Load {
  /** Ports of the processes that receive, at this moment. */
  ports(): number[];
  hooks: LoadHook[];
  /** What the host tells next. */
  next(n: number): { body: string; headers: Record<string, string> };
  perSecond: number;
  /** Asked again and again with what came of it so far. */
  isOver(report: LoadReport): boolean;
  /** Share of deliveries that are sent a second time. */
  duplicates: number;
}

export interface LoadReport {
  sent: number;
  /** The host's ids of what was answered with 202. */
  acknowledged: Set<string>;
  repeated: number;
  /** Other answers by their status; 0 for a connection that was lost. */
  others: Map<number, number>;
  /** Milliseconds of each answer with 202. */
  millis: number[];
}

interface Delivery {
  id: string;
  hook: LoadHook;
  body: string;
  headers: Record<string, string>;
}

const stepMs = 20;

export async function runLoad(load: Load): Promise<LoadReport> {
  const report: LoadReport = { sent: 0, acknowledged: new Set(), repeated: 0, others: new Map(), millis: [] };
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const open = new Set<Promise<void>>();
  const recent: Delivery[] = [];
  const began = performance.now();
  while (!load.isOver(report)) {
    const due = Math.floor(((performance.now() - began) / 1000) * load.perSecond);
    while (report.sent < due) {
      const n = report.sent++;
      const isRepeated = recent.length > 0 && (n * load.duplicates) % 1 < load.duplicates;
      const delivery = (isRepeated && recent[(n * 7919) % recent.length]) || deliveryOf(load, n);
      if (isRepeated) report.repeated += 1;
      else recent[n % 200] = delivery;
      const sending = deliver(agent, load.ports(), n, delivery, report).finally(() => open.delete(sending));
      open.add(sending);
    }
    await sleep(stepMs);
  }
  await Promise.all(open);
  agent.destroy();
  return report;
}

/** As many as the processes take from `connections` hosts that each send one after the other. */
export async function acceptRate(
  load: Pick<Load, "ports" | "hooks" | "next"> & { seconds: number },
  connections: number,
) {
  const report: LoadReport = { sent: 0, acknowledged: new Set(), repeated: 0, others: new Map(), millis: [] };
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const began = performance.now();
  const end = began + load.seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const n = report.sent++;
        await deliver(agent, load.ports(), n, deliveryOf(load, n), report);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return { report, perSecond: report.acknowledged.size / seconds };
}

function deliveryOf({ hooks, next }: Pick<Load, "hooks" | "next">, n: number): Delivery {
  const hook = hooks[n % hooks.length];
  if (!hook) throw new Error("there is no hook to send to");
  return { id: newId(), hook, ...next(n) };
}

async function deliver(
  agent: Agent,
  ports: number[],
  n: number,
  delivery: Delivery,
  report: LoadReport,
): Promise<void> {
  const startedAt = performance.now();
  const status = await post(agent, ports[n % ports.length] ?? 0, delivery);
  if (status === 202) {
    report.acknowledged.add(delivery.id);
    report.millis.push(performance.now() - startedAt);
  } else report.others.set(status, (report.others.get(status) ?? 0) + 1);
}

function post(agent: Agent, port: number, { id, hook, body, headers }: Delivery): Promise<number> {
  const { raw, headers: all } = signed(hook.type, body, headers, hook.secret, { id, at: new Date() });
  return new Promise((resolve) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        agent,
        method: "POST",
        path: hook.path,
        headers: { ...Object.fromEntries(all), "content-length": raw.byteLength },
        timeout: 10_000,
      },
      (answer) => {
        answer.resume();
        answer.once("end", () => resolve(answer.statusCode ?? 0)).once("close", () => resolve(0));
      },
    );
    sent.once("timeout", () => sent.destroy()).once("error", () => resolve(0));
    sent.end(raw);
  });
}

/** What became of the deliveries that were acknowledged. */
export interface Outcome {
  acknowledged: number;
  /** Acknowledged, and not in the database. */
  lost: number;
  /** In the database more than once as a delivery that is worked. */
  twice: number;
  undecided: number;
  failed: number;
  /** How many came to what, by decision and reason. */
  decisions: Record<string, number>;
  /** Deployments of one environment and commit beyond the first. */
  doubleDeployments: number;
  deployments: number;
}

interface Row {
  hostDeliveryId: string;
  decision: string | null;
  reasonCode: string | null;
}

/** What the database says of them now. */
async function outcomeOf(acknowledged: Set<string>): Promise<Outcome> {
  const rows = await db().$queryRaw<
    Row[]
  >`SELECT "hostDeliveryId", decision, "reasonCode" FROM webhook_delivery
    WHERE "reasonCode" IS DISTINCT FROM 'hook_duplicate'`;
  const counts = new Map<string, number>();
  const ours = rows.filter(({ hostDeliveryId }) => acknowledged.has(hostDeliveryId));
  for (const { hostDeliveryId } of ours) counts.set(hostDeliveryId, (counts.get(hostDeliveryId) ?? 0) + 1);
  const having = (decision: string | null) => ours.filter((row) => row.decision === decision).length;
  const [deployments] = await db().$queryRaw<{ all: number; double: number }[]>`
    SELECT coalesce(sum(times), 0)::int AS "all", coalesce(sum(times - 1), 0)::int AS "double" FROM (
      SELECT count(*) AS times FROM deployment WHERE trigger = 'push'
      GROUP BY "environmentId", coalesce(commit->>'sha', ref)) AS each`;
  return {
    acknowledged: acknowledged.size,
    lost: acknowledged.size - counts.size,
    twice: [...counts.values()].filter((count) => count > 1).length,
    undecided: having(null),
    failed: having("failed"),
    decisions: countsOf(ours.map(({ decision, reasonCode }) => `${decision} ${reasonCode ?? ""}`.trim())),
    doubleDeployments: deployments?.double ?? 0,
    deployments: deployments?.all ?? 0,
  };
}

function countsOf(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Wait until everything that was acknowledged is decided. */
export async function settled(acknowledged: Set<string>, seconds: number): Promise<Outcome> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const outcome = await outcomeOf(acknowledged).catch(() => null); // the database may be away at this moment
    if (outcome && (outcome.undecided === 0 || Date.now() > end)) return outcome;
    await sleep(200);
  }
}
