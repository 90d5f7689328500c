/** Receives the notifications of PostgreSQL (LISTEN and NOTIFY), over one connection for all channels. */
import { Client } from "pg";
import { connection } from "@/db/client";
import { described } from "@/lib/described";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";

export interface Listener {
  notified(payload: string): void;
  /** Called when no notification is missed any more, until `lost`. */
  connected?(): void;
  /** Called when the connection is lost: notifications may be missed from now on. */
  lost?(): void;
}

interface Hub {
  channels: Map<string, Set<Listener>>;
  /** Open while anyone listens. */
  client: Client | null;
  connecting: boolean;
  ready: boolean;
  retry: NodeJS.Timeout | undefined;
}

const pauseMs = 1_000;

const hub = processGlobal<Hub>("databaseListener", () => ({
  channels: new Map(),
  client: null,
  connecting: false,
  ready: false,
  retry: undefined,
}));

/**
 * Listen to a channel. A lost connection is opened again; meanwhile notifications are missed, so a listener also
 * has to poll now and then.
 * @param channel letters, digits and underscores, never from outside
 * @returns a function that stops listening
 */
export function listen(channel: string, listener: Listener): () => void {
  const { channels, client, ready } = hub.value;
  const known = channels.get(channel);
  const group = known ?? new Set<Listener>();
  channels.set(channel, group.add(listener));
  if (!client) connect();
  else if (!ready || known) {
    if (ready) listener.connected?.();
  } else {
    client
      .query(`LISTEN ${channel}`)
      .then(() => listener.connected?.())
      .catch(() => end(client)); // the next connection listens to every channel again
  }
  return () => {
    group.delete(listener);
    if (group.size === 0 && channels.get(channel) === group) channels.delete(channel);
    if (channels.size === 0) close();
  };
}

function connect(): void {
  const now = hub.value;
  if (now.connecting || now.client || now.channels.size === 0) return;
  now.connecting = true;
  open()
    .catch((error: unknown) => {
      log.debug(described(error), "no connection to listen for changes");
      later();
    })
    .finally(() => {
      now.connecting = false;
    });
}

function later(): void {
  const now = hub.value;
  clearTimeout(now.retry);
  now.retry = setTimeout(connect, pauseMs).unref();
}

async function open(): Promise<void> {
  const now = hub.value;
  const client = new Client(connection());
  client.on("error", (error: Error & { code?: string }) => {
    log.warn({ code: error.code }, "the connection that listens for changes was lost");
    end(client);
  });
  client.on("end", () => end(client));
  client.on("notification", ({ channel, payload = "" }) => {
    for (const listener of now.channels.get(channel) ?? []) listener.notified(payload);
  });
  await client.connect();
  now.client = client;
  const asked = [...now.channels.keys()];
  for (const channel of asked) await client.query(`LISTEN ${channel}`);
  // Channels that were added while there was no connection still have to be listened to.
  for (const channel of now.channels.keys()) {
    if (!asked.includes(channel)) await client.query(`LISTEN ${channel}`);
  }
  if (now.client !== client) return;
  now.ready = true;
  for (const listener of everyone(now)) listener.connected?.();
  if (now.channels.size === 0) close();
}

function everyone({ channels }: Hub): Listener[] {
  return [...channels.values()].flatMap((group) => [...group]);
}

function end(client: Client): void {
  const now = hub.value;
  if (now.client !== client) return;
  now.client = null;
  now.ready = false;
  for (const listener of everyone(now)) listener.lost?.();
  client.end().catch(() => undefined); // it is gone already
  if (now.channels.size > 0) later();
}

function close(): void {
  const now = hub.value;
  clearTimeout(now.retry);
  const { client } = now;
  now.client = null;
  now.ready = false;
  client?.end().catch(() => undefined); // it is gone already
}

/** Close the connection when the database is closed. Listeners have to call `listen` again. */
export function stopListening(): void {
  const now = hub.value;
  const listeners = everyone(now);
  now.channels.clear();
  close();
  for (const listener of listeners) listener.lost?.();
}
