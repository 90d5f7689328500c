import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { type ClientConfig, Pool } from "pg";
import { type Prisma, PrismaClient } from "@/db/generated/client";
import { session } from "@/db/session";
import { isSerializationFailure } from "@/db/violation";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";
import { retry } from "@/lib/retry";

/** The client or an open transaction: what a function takes that must work inside its caller's transaction. */
export type Db = PrismaClient | Prisma.TransactionClient;

interface Held {
  connectionString: string;
  poolSize: number;
  pool?: Pool;
  client?: PrismaClient;
  recording?: PrismaClient;
}

const held = processGlobal<Held | null>("database", () => null);

/** Say which database this process works on; nothing is opened before the first query. */
export function setDatabase(connectionString: string, options: { poolSize?: number } = {}): void {
  const poolSize = options.poolSize ?? env().databasePool;
  held.value = { connectionString, poolSize };
}

function current(): Held {
  if (held.value) return held.value;
  const { databaseUrl } = env();
  if (!databaseUrl) throw new Fault("unavailable", { code: "database_not_open" });
  setDatabase(databaseUrl);
  return current();
}

/** The address of the database. It holds a password: never log it. */
export function connectionString(): string {
  return current().connectionString;
}

/** How to open a connection of one's own: for LISTEN, COPY and session locks. It holds a password: never log it. */
export function connection(): ClientConfig {
  return session(current().connectionString);
}

/** The connections all queries of this process share. For LISTEN and session locks open a `Client` with `connection()`. */
export function pool(): Pool {
  const now = current();
  now.pool ??= openPool(now);
  return now.pool;
}

function openPool({ connectionString, poolSize }: Held): Pool {
  const opened = new Pool({
    ...session(connectionString),
    max: poolSize,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
  });
  // Without a listener the loss of an idle connection would end the process.
  opened.on("error", (error: Error & { code?: string }) =>
    log.warn({ code: error.code }, "an idle database connection was lost"),
  );
  return opened;
}

/**
 * The Prisma client of this process. Inside `transaction` use the client that is handed in, never this one.
 * While something is done that has to be recorded, a single write is a transaction with the record in it.
 */
export function db(): PrismaClient {
  const client = plainClient();
  if (!currentAuditRecorder()) return client;
  const now = current();
  now.recording ??= recording(client);
  return now.recording;
}

function plainClient(): PrismaClient {
  const now = current();
  now.client ??= new PrismaClient({
    adapter: new PrismaPg(pool(), { statementNameGenerator: statementName }),
    errorFormat: "minimal", // the other error formats print the arguments of the failed query
    transactionOptions: { maxWait: 10_000, timeout: 20_000 },
  });
  return now.client;
}

/** Adds the audit record to every transaction that the running code commits. */
export interface AuditRecorder {
  /** Write the record into the transaction that is about to commit. When this throws, nothing is committed. */
  record(tx: Prisma.TransactionClient): Promise<void>;
  /** The transaction with the record in it is committed. */
  committed(): void;
}

const recorders = processGlobal("auditRecorder", () => new AsyncLocalStorage<AuditRecorder | null>()).value;

/** The recorder of the running call; null for background work. */
export function currentAuditRecorder(): AuditRecorder | null {
  return recorders.getStore() ?? null;
}

/** Do `work` with a recorder: its transactions carry the audit record. */
export function withAuditRecorder<T>(recorder: AuditRecorder, work: () => T): T {
  return recorders.run(recorder, work);
}

/** Do `work` without one: bookkeeping, such as when a key was last used or a token that was renewed on the way. */
export function withoutAudit<T>(work: () => T): T {
  return recorders.run(null, work);
}

type Write = (args: unknown) => Promise<unknown>;

/** Raw statements are left alone: outside of a transaction they are bookkeeping only. */
function recording(client: PrismaClient): PrismaClient {
  const extended = client.$extends({
    query: {
      $allModels: {
        $allOperations({ model, operation, args, query }) {
          if (!/^(create|update|upsert|delete)/.test(operation)) return query(args);
          const table = model.charAt(0).toLowerCase() + model.slice(1);
          const write = async (tx: Prisma.TransactionClient) => {
            const tables = tx as unknown as Record<string, Record<string, Write> | undefined>;
            return tables[table]?.[operation]?.(args);
          };
          return transaction(write, { recorded: touched });
        },
      },
    },
  });
  return extended as unknown as PrismaClient;
}

/** An updateMany or deleteMany that matched no row has changed nothing, so it gets no audit record. */
function touched(result: unknown): boolean {
  return !(typeof result === "object" && result !== null && "count" in result && result.count === 0);
}

const maxTries = 3;

type Work<T> = (tx: Prisma.TransactionClient) => Promise<T>;

interface Options<T> {
  isolationLevel?: Prisma.TransactionIsolationLevel;
  /** Milliseconds. */
  timeout?: number;
  /** Whether the result belongs into the audit record; always unless given. */
  recorded?: (result: T) => boolean;
}

/**
 * Run `work` in one transaction: all of it is kept, or none when it throws. It is run again when PostgreSQL ended
 * it because of a conflict with another transaction, so its effects outside of the database must be repeatable.
 */
export function transaction<T>(work: Work<T>, options?: Options<T>): Promise<T> {
  return retry(
    () => once(work, options),
    (error, failures) => (isSerializationFailure(error) && failures < maxTries ? 0 : null),
  );
}

async function once<T>(work: Work<T>, { recorded = () => true, ...options }: Options<T> = {}): Promise<T> {
  const recorder = currentAuditRecorder();
  if (!recorder) return plainClient().$transaction(work, options);
  const result = await plainClient().$transaction(async (tx) => {
    const done = await work(tx);
    if (recorded(done)) await recorder.record(tx);
    return done;
  }, options);
  if (recorded(result)) recorder.committed();
  return result;
}

/** Close every connection; a later query opens them again. */
export async function closeDatabase(): Promise<void> {
  const now = held.value;
  if (!now) return;
  held.value = { connectionString: now.connectionString, poolSize: now.poolSize };
  await now.client?.$disconnect();
  await now.pool?.end();
}

/** Prepared statements live as long as their connection, so their number has to end somewhere. */
const limit = 400;
const names = new Map<string, string>();

/**
 * A stable name per statement text, so that PostgreSQL plans it once per connection.
 * Empty (plan each time) for texts beyond the limit, such as IN lists of every length.
 */
export function statementName({ sql }: { sql: string }): string {
  const known = names.get(sql);
  if (known) return known;
  if (names.size >= limit) return "";
  const name = `s${createHash("sha256").update(sql).digest("hex").slice(0, 24)}`;
  names.set(sql, name);
  return name;
}
