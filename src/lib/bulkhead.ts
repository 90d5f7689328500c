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
      const compartment = compartments.get(key) ?? { running: 0, queue: [] };
      compartments.set(key, compartment);
      await enter(compartment, options);
      try {
        return await work();
      } finally {
        leave(compartment);
        if (compartment.running === 0) compartments.delete(key);
      }
    },
  };
}

/** Work that needs a place in each of these, taken in their order. @throws Fault as `run` */
export function runThrough<T>(places: readonly [Bulkhead, string][], work: () => Promise<T>): Promise<T> {
  const [first, ...rest] = places;
  if (!first) return work();
  const [bulkhead, key] = first;
  return bulkhead.run(key, () => runThrough(rest, work));
}

async function enter(compartment: Compartment, options: BulkheadOptions): Promise<void> {
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
