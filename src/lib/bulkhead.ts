import { Fault } from "@/lib/fault";

export interface BulkheadOptions {
  /** Pieces of work that run at once for each key. */
  atOnce: number;
  /** Pieces that may wait for each key; the next is refused at once. */
  waiting: number;
  /** Milliseconds to wait at most. */
  waitMs: number;
  /** Reason code of the fault when there is no room; `host_busy` unless given. */
  reason?: string;
}

/** Limits work per key: work of one key waits for that key only, so a hanging host never slows another. */
export interface Bulkhead {
  /** @throws Fault `unavailable` with the reason, else `host_busy`, when too much waits, or it waited too long */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Wait for a slot. @returns what gives it back, to be called once @throws Fault as `run` */
  enter(key: string): Promise<() => void>;
  /** Keys that have work now. */
  readonly size: number;
}

interface Compartment {
  running: number;
  queue: (() => void)[];
}

export function bulkhead(options: BulkheadOptions): Bulkhead {
  const compartments = new Map<string, Compartment>();
  return {
    get size() {
      return compartments.size;
    },
    async run(key, work) {
      const leave = await enter(key);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    enter,
  };
  async function enter(key: string): Promise<() => void> {
    const compartment = compartments.get(key) ?? { running: 0, queue: [] };
    compartments.set(key, compartment);
    await slot(compartment, options);
    return () => {
      leave(compartment);
      if (compartment.running === 0) compartments.delete(key);
    };
  }
}

/** Wait for a slot in each of these, in their order. @returns what gives them back @throws Fault as `run` */
export async function enterAll(slots: readonly [Bulkhead, string][]): Promise<() => void> {
  const left: (() => void)[] = [];
  const leaveAll = () => {
    for (const leave of left.reverse()) leave();
  };
  try {
    for (const [bulkhead, key] of slots) left.push(await bulkhead.enter(key));
    return leaveAll;
  } catch (error) {
    leaveAll();
    throw error;
  }
}

async function slot(compartment: Compartment, options: BulkheadOptions): Promise<void> {
  const { atOnce, waiting } = options;
  if (compartment.running < atOnce) {
    compartment.running += 1;
    return;
  }
  if (compartment.queue.length >= waiting) throw busy(options);
  await turn(compartment, options);
}

/** Resolves when another piece of work ends and hands its slot over, so `running` is not counted again. */
function turn({ queue }: Compartment, options: BulkheadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      queue.splice(queue.indexOf(go), 1);
      reject(busy(options));
    }, options.waitMs);
    function go(): void {
      clearTimeout(timer);
      resolve();
    }
    queue.push(go);
  });
}

function leave(compartment: Compartment): void {
  const next = compartment.queue.shift();
  if (next) next();
  else compartment.running -= 1;
}

function busy({ reason: code = "host_busy" }: BulkheadOptions): Fault {
  return new Fault("unavailable", { code });
}
