import { pool } from "@/db/client";
import { readMigrations } from "@/db/migration-files";
import { assertDiskSpace } from "@/lib/disk";
import { asFault, Fault } from "@/lib/fault";
import { keyRing } from "@/lib/key-ring";
import { processGlobal } from "@/lib/process-global";
import type { Reason } from "@/lib/reason";
import { openQueue } from "@/queue/queue";

/** The parts that must work before this process can serve. */
export const parts = ["database", "migrations", "queue", "keyRing", "disk"] as const;
export type Part = (typeof parts)[number];

/** Resolves when the part works; throws why it does not. */
type Check = () => Promise<void>;

interface PartState {
  ok: boolean;
  reason?: Reason & { message: string };
}

const deadline = 3_000;

const held = processGlobal("readiness", () => new Map<Part, Check>());

/** Replace the check of a part, in a process that has a better one; null restores the default. */
export function setReadiness(part: Part, check: Check | null): void {
  if (check) held.value.set(part, check);
  else held.value.delete(part);
}

interface Readiness {
  ready: boolean;
  parts: Record<Part, PartState>;
}

let asked: Promise<Readiness> | null = null;

/** Ask every part at once, three seconds at most. Anyone may ask: those who do meanwhile get the same answer. */
export function readiness(): Promise<Readiness> {
  asked ??= askAll().finally(() => {
    asked = null;
  });
  return asked;
}

async function askAll(): Promise<Readiness> {
  const states = await Promise.all(parts.map(async (part) => [part, await stateOf(part)] as const));
  const ready = states.every(([, state]) => state.ok);
  return { ready, parts: Object.fromEntries(states) as Record<Part, PartState> };
}

async function stateOf(part: Part): Promise<PartState> {
  const check = held.value.get(part) ?? builtIn[part];
  try {
    await Promise.race([check(), late(part)]);
    return { ok: true };
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault("unavailable", away(part), { cause: error });
    const { reason, message } = asFault(fault);
    return { ok: false, reason: { ...reason, message } };
  }
}

function away(part: Part): Reason {
  return { code: "part_not_ready", params: { part } };
}

function late(part: Part): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Fault("unavailable", away(part))), deadline).unref();
  });
}

const builtIn: Record<Part, Check> = {
  database: async () => {
    await pool().query("SELECT 1");
  },
  migrations: checkMigrations,
  queue: async () => {
    await openQueue();
    await pool().query("SELECT 1 FROM queue.version");
  },
  keyRing: async () => {
    keyRing();
  },
  disk: assertDiskSpace,
};

async function checkMigrations(): Promise<void> {
  const { rows } = await pool().query<{ migration_name: string }>(
    `SELECT migration_name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  const done = new Set(rows.map((row) => row.migration_name));
  const missing = readMigrations().filter(({ name }) => !done.has(name));
  if (missing.length === 0) return;
  const params = { names: missing.map(({ name }) => name) };
  throw new Fault("unavailable", { code: "migrations_missing", params });
}
