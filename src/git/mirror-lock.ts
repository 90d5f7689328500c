import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "@/lib/fault";

/** Tells this process from an earlier one that had the same number, as in a container that was restarted. */
const self = randomUUID();

const beatMs = 5_000;
const staleMs = 60_000;

export interface LockOptions {
  signal?: AbortSignal;
  /** How long to wait for whoever holds it. 10 minutes unless given. */
  waitMs?: number;
}

/**
 * Hold a lock file while the work runs; one holder among all processes that see the folder. A lock whose holder
 * is dead, or has not touched it for a minute, is taken over.
 * @throws Fault `unavailable` reason `mirror_busy` | `cancelled`
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(file, options);
  const heartbeat = setInterval(() => void touch(file), beatMs);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
}

async function acquire(file: string, { signal, waitMs = 600_000 }: LockOptions): Promise<void> {
  const endsAt = Date.now() + waitMs;
  while (!(await tryCreate(file))) {
    if (signal?.aborted) throw new Fault("unavailable", { code: "cancelled" });
    if (Date.now() > endsAt) throw new Fault("unavailable", { code: "mirror_busy" });
    if (!(await clearStale(file))) await sleep(50 + Math.random() * 100);
  }
}

async function tryCreate(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(JSON.stringify({ pid: process.pid, host: os.hostname(), self }));
    await handle.close();
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Remove the lock of a dead holder. True when the lock can be taken now. */
async function clearStale(file: string): Promise<boolean> {
  const seen = await look(file);
  if (!seen) return true;
  if (!isStale(seen)) return false;
  const aside = `${file}.${randomUUID()}`;
  try {
    // Of two that saw the same dead lock one wins the rename; the other may catch a fresh lock and puts it back.
    await rename(file, aside);
    const caught = await readFile(aside, "utf8");
    if (caught !== seen.text) await rename(aside, file);
    else await rm(aside, { force: true });
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
  return true;
}

interface Seen {
  text: string;
  ageMs: number;
}

async function look(file: string): Promise<Seen | null> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    return { text, ageMs: Date.now() - mtimeMs };
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
}

function isStale({ text, ageMs }: Seen): boolean {
  // A time in the future means that the clock was set back: a living holder soon touches the file again.
  if (Math.abs(ageMs) > staleMs) return true;
  const holder = /"pid":(\d+),"host":"(.*)","self":"(.*)"/.exec(text);
  // Just created and not written yet: give the writer a moment.
  if (!holder) return ageMs > beatMs;
  const [, pid, host, token] = holder;
  if (host !== os.hostname()) return false;
  if (Number(pid) === process.pid) return token !== self;
  return !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  try {
    await utimes(file, now, now);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
