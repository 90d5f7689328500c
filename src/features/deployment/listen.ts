import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { connectionString } from "@/db/client";
import { changeChannel } from "@/features/deployment/change";
import { log } from "@/lib/log";

type Wake = () => void;

interface Hub {
  wakes: Map<string, Set<Wake>>;
  /** One connection for all who watch in this process, open while anyone does. */
  connection: Promise<Client> | null;
}

const held = globalThis as { slipwayWatch?: Hub };

/** A word may be lost with the connection: without one, look again after this time. */
const patienceMs = 2_000;

function hub(): Hub {
  held.slipwayWatch ??= { wakes: new Map(), connection: null };
  return held.slipwayWatch;
}

/** Hear of the changes of one deployment, made by any process. `next` resolves when it is time to look. */
export function listenTo(deploymentId: string) {
  let rung = false;
  let wake: Wake = () => undefined;
  const ring = () => {
    rung = true;
    wake();
  };
  const { wakes } = hub();
  const group = wakes.get(deploymentId) ?? new Set();
  wakes.set(deploymentId, group.add(ring));
  connect();
  return {
    async next(signal: AbortSignal | undefined): Promise<void> {
      if (!rung) await Promise.race([new Promise<void>((resolve) => (wake = resolve)), pause(signal)]);
      rung = false;
    },
    close(): void {
      group.delete(ring);
      if (group.size === 0 && wakes.get(deploymentId) === group) wakes.delete(deploymentId);
      if (wakes.size === 0) disconnect();
    },
  };
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(patienceMs, undefined, { signal, ref: false }).catch(() => undefined); // ended by who watches
}

function connect(): void {
  const now = hub();
  now.connection ??= open();
  const opening = now.connection;
  opening.catch(() => {
    if (now.connection === opening) now.connection = null; // the next who comes tries anew
  });
}

async function open(): Promise<Client> {
  const client = new Client({ connectionString: connectionString(), keepAlive: true });
  client.on("error", (error: Error & { code?: string }) => {
    log.warn({ code: error.code }, "the connection that hears of changes was lost");
    forget(client);
  });
  client.on("end", () => forget(client));
  client.on("notification", ({ payload }) => {
    for (const ring of hub().wakes.get(payload ?? "") ?? []) ring();
  });
  await client.connect();
  await client.query(`LISTEN ${changeChannel}`);
  return client;
}

function forget(client: Client): void {
  const now = hub();
  const opened = now.connection;
  opened
    ?.then((current) => {
      if (current !== client || now.connection !== opened) return;
      now.connection = null;
      if (now.wakes.size > 0) connect();
    })
    .catch(() => undefined); // it never opened, which `connect` deals with
}

function disconnect(): void {
  const now = hub();
  const opened = now.connection;
  now.connection = null;
  void opened?.then((client) => client.end()).catch(() => undefined); // it never opened
}
