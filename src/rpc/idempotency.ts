import type { Caller } from "@/access/caller";
import { digest } from "@/access/digest";
import { permissions } from "@/access/policy";
import { countCallOf } from "@/access/rate-limit";
import { pool } from "@/db/client";
import { asFault, Fault } from "@/lib/fault";
import { log } from "@/lib/log";
import type { Context } from "@/rpc/context";

/** One mutation, as it arrived. */
export interface Call {
  path: string;
  body: string;
  /** What the procedure asks of its caller: a permission, or a word that is none. */
  access: string;
  /** Its answer holds a secret and must not be stored. */
  secret: boolean;
}

interface Row {
  bodyHash: string;
  state: string;
  answer: { value?: unknown } | null;
}

const claimText = `INSERT INTO idempotency_key ("keyHash", "organizationId", "bodyHash")
  VALUES ($1, $2, $3)
  ON CONFLICT ("keyHash") DO UPDATE SET "bodyHash" = excluded."bodyHash", state = 'running', answer = NULL,
    "createdAt" = now()
  WHERE idempotency_key."createdAt" < now() - interval '24 hours'
  RETURNING 1`;
const keepText = `UPDATE idempotency_key SET state = 'done', answer = $2 WHERE "keyHash" = $1`;

/**
 * Run a mutation once per Idempotency-Key: a repeat with the same body within 24 hours gets the first answer again.
 * Failures are not kept, so that they can be tried again. Without the header, or a caller to bind it to, it just runs.
 * @throws Fault `invalid_input` for a bad key, `conflict` for another body, a running first call or a secret answer
 */
export async function once(ctx: Context, call: Call, run: () => Promise<unknown>): Promise<unknown> {
  const given = ctx.headers.get("idempotency-key");
  if (typeof given !== "string") return run();
  if (!/^[\x21-\x7e]{1,255}$/.test(given))
    throw new Fault("invalid_input", { code: "idempotency_key_wrong" });
  const caller = await ctx.caller().catch(() => null);
  if (!caller || !mayStill(caller, call)) return run(); // the procedure itself says why
  countCallOf(caller); // counted here, since a repeat runs no procedure that would count it
  const keyHash = digest([caller.organizationId, whoOf(caller), call.path, given].join("\n"));
  const { rowCount } = await pool().query(claimText, [keyHash, caller.organizationId, digest(call.body)]);
  return rowCount ? first(keyHash, call, run) : again(keyHash, call);
}

/** A caller who has lost the permission does not get the stored answer from before. */
function mayStill({ permissions: held }: Caller, { access }: Call): boolean {
  const needed = permissions.find((permission) => permission === access);
  return needed === undefined || held.has(needed);
}

function whoOf({ via, userId }: Caller): string {
  return via.kind === "key" ? `key ${via.apiKeyId}` : `user ${userId}`;
}

async function first(keyHash: string, call: Call, run: () => Promise<unknown>): Promise<unknown> {
  const value = await run().catch(async (error: unknown) => {
    await release(keyHash);
    throw error;
  });
  await keep(keyHash, call, value);
  return value;
}

/**
 * The mutation has happened: when storing its answer fails, the caller gets the answer all the same, and the key stays
 * used.
 */
async function keep(keyHash: string, { secret, path }: Call, value: unknown): Promise<void> {
  const answer = secret ? null : JSON.stringify({ value });
  await pool()
    .query(keepText, [keyHash, answer])
    .catch((error: unknown) => log.warn({ path, fault: asFault(error).code }, "an answer was not kept"));
}

async function release(keyHash: string): Promise<void> {
  await pool().query(`DELETE FROM idempotency_key WHERE "keyHash" = $1`, [keyHash]);
}

async function again(keyHash: string, call: Call): Promise<unknown> {
  const { rows } = await pool().query<Row>(
    `SELECT "bodyHash", state, answer FROM idempotency_key WHERE "keyHash" = $1`,
    [keyHash],
  );
  const [row] = rows;
  if (row && row.bodyHash !== digest(call.body)) throw conflict("idempotency_other_body");
  if (row?.state !== "done") throw conflict("idempotency_running");
  if (!row.answer) throw conflict("idempotency_secret");
  return row.answer.value;
}

function conflict(code: string): Fault {
  return new Fault("conflict", { code });
}
