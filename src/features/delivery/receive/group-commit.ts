import { pool } from "@/db/client";
import { isDiskFull, isOutage } from "@/db/outage";
import { type CompleteDelivery, type TakenIn, takeInMany } from "@/features/delivery/receive/insert";

/** Thrown when the database did not answer in time. Whether it has the deliveries is not known. */
class CommitTimeout extends Error {
  override name = "CommitTimeout";
}

interface Waiting {
  delivery: CompleteDelivery;
  resolve(taken: TakenIn): void;
  reject(error: unknown): void;
}

const mostRows = 200;
const mostBytes = 16_777_216;
/** While one transaction is on its way to the disk the next one is filled. */
const atOnce = 2;

/** Puts deliveries that arrive at the same time into the database in one transaction. */
export class GroupCommit {
  private readonly waiting: Waiting[] = [];
  private running = 0;
  private readonly deadlineMs: number;

  constructor(deadlineMs: number) {
    this.deadlineMs = deadlineMs;
  }

  /** Resolves when the delivery is committed. @throws what the database throws, or CommitTimeout */
  commit(delivery: CompleteDelivery): Promise<TakenIn> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ delivery, resolve, reject });
      this.start();
    });
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    while (this.running > 0 || this.waiting.length > 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  private start(): void {
    if (this.running >= atOnce || this.waiting.length === 0) return;
    this.running += 1;
    // After those that arrived in the same moment are waiting as well.
    setImmediate(() => {
      void this.settle(this.next()).finally(() => {
        this.running -= 1;
        this.start();
      });
    });
  }

  private next(): Waiting[] {
    let bytes = 0;
    const fits = this.waiting.findIndex(({ delivery }, at) => {
      bytes += delivery.body.byteLength;
      return at > 0 && (at >= mostRows || bytes > mostBytes);
    });
    return this.waiting.splice(0, fits < 0 ? this.waiting.length : fits);
  }

  private async settle(batch: Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const taken = await commitTogether(
        batch.map(({ delivery }) => delivery),
        this.deadlineMs,
      );
      for (const [at, { resolve, reject }] of batch.entries()) {
        const one = taken[at];
        if (one) resolve(one);
        else reject(new Error("a delivery was committed without an answer"));
      }
    } catch (error) {
      await this.apart(batch, error);
    }
  }

  /** One that the database refuses must not take the others along. */
  private async apart(batch: Waiting[], error: unknown): Promise<void> {
    const [first, ...others] = batch;
    if (others.length === 0 || mayPass(error)) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const one of [first, ...others]) if (one) await this.settle([one]);
  }
}

/** Whether the same can succeed later. */
export function mayPass(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  // A lock that was held too long, a conflict with another transaction, a server that is read-only or new to its role.
  const isCrowded = /^(55P03|40001|40P01|25006|57014)$/.test(code);
  return error instanceof CommitTimeout || isOutage(error) || isDiskFull(error) || isCrowded;
}

/** All of them, or none. @throws as `GroupCommit.commit` */
export async function commitTogether(
  deliveries: readonly CompleteDelivery[],
  deadlineMs: number,
): Promise<TakenIn[]> {
  const late = deadline(deadlineMs);
  try {
    return await Promise.race([late.promise, inTransaction(deliveries, late.signal)]);
  } finally {
    late.clear();
  }
}

function deadline(ms: number) {
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      ended.abort();
      reject(new CommitTimeout("the database did not answer in time"));
    }, ms);
  });
  return { promise, signal: ended.signal, clear: () => clearTimeout(timer) };
}

async function inTransaction(
  deliveries: readonly CompleteDelivery[],
  signal: AbortSignal,
): Promise<TakenIn[]> {
  const client = await pool().connect();
  if (signal.aborted) {
    client.release();
    throw new CommitTimeout("the database did not answer in time");
  }
  // The connection of a transaction whose end is unknown is not used again.
  let broken = true;
  const cut = () => client.release(true);
  // Without a listener the loss of a connection that is in use would end the process; its query fails as well.
  client.on("error", ignore);
  try {
    signal.addEventListener("abort", cut);
    await client.query("BEGIN");
    const taken = await takeInMany({ executeSql: (text, values) => client.query(text, values) }, deliveries);
    await client.query("COMMIT");
    broken = false;
    return taken;
  } finally {
    signal.removeEventListener("abort", cut);
    // The listener of a connection that was lost stays: more errors may follow.
    if (!broken) client.off("error", ignore);
    if (!signal.aborted) client.release(broken);
  }
}

function ignore(): void {
  // The query that is running fails with the same error.
}
