import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { connection } from "@/db/client";
import { changeChannel } from "@/features/deployment/announce";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";

type Notify = () => void;

export interface Subscription {
  next(signal: AbortSignal | undefined): Promise<void>;
  close(): void;
}

interface Hub {
  subscribers: Map<string, Set<Notify>>;
  /** One connection for all who watch in this process, open while anyone does. */
  connection: Promise<Client> | null;
}

const held = processGlobal<Hub>("deploymentChanges", () => ({ subscribers: new Map(), connection: null }));

/** A notification can be lost together with the connection, so a subscriber also looks after this time. */
const fallbackMs = 2_000;

function hub(): Hub {
  return held.value;
}

/** Learn of changes to one deployment that any process makes. `next` resolves when it is time to look again. */
export function subscribe(deploymentId: string): Subscription {
  let pending = false;
  let resume: Notify = () => undefined;
  const notify = () => {
    pending = true;
    resume();
  };
  const { subscribers } = hub();
  const group = subscribers.get(deploymentId) ?? new Set();
  subscribers.set(deploymentId, group.add(notify));
  connect();
  return {
    async next(signal: AbortSignal | undefined): Promise<void> {
      if (!pending) await Promise.race([new Promise<void>((resolve) => (resume = resolve)), pause(signal)]);
      pending = false;
    },
    close(): void {
      group.delete(notify);
      if (group.size === 0 && subscribers.get(deploymentId) === group) subscribers.delete(deploymentId);
      if (subscribers.size === 0) disconnect();
    },
  };
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(fallbackMs, undefined, { signal, ref: false }).catch(() => undefined); // the subscriber ended the wait
}

function connect(): void {
  const now = hub();
  now.connection ??= open();
  const opening = now.connection;
  opening.catch(() => {
    if (now.connection === opening) now.connection = null; // the next subscriber tries again
  });
}

async function open(): Promise<Client> {
  const client = new Client(connection());
  client.on("error", (error: Error & { code?: string }) => {
    log.warn({ code: error.code }, "the connection that listens for changes was lost");
    forget(client);
  });
  client.on("end", () => forget(client));
  client.on("notification", ({ payload }) => {
    for (const notify of hub().subscribers.get(payload ?? "") ?? []) notify();
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
      if (now.subscribers.size > 0) connect();
    })
    .catch(() => undefined); // it never opened, which `connect` deals with
}

function disconnect(): void {
  const now = hub();
  const opened = now.connection;
  now.connection = null;
  void opened?.then((client) => client.end()).catch(() => undefined); // it never opened
}
