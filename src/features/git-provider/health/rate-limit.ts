/**
 * The remaining rate limits that hosts report, per credential. In the database, since hosts count the calls of all
 * processes.
 */

import { pool } from "@/db/client";
import { storedHealth } from "@/features/git-provider/health/record-health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import type { HttpHook } from "@/lib/http";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";
import { type Budget, budgetOf } from "@/providers/kit/rate-limit";

/** Below this remaining share only calls that a person waits for are made. */
const lowShare = 0.2;
/** While plenty is left, the limit is written at most this often per credential and process. */
const writeMs = 5_000;

const held = processGlobal("budgets", () => new Map<string, { low: boolean; at: number }>());

/** HTTP hook: record the rate limit headers of each response. */
export function recordBudget(row: ProviderRow): HttpHook {
  return (next) => async (request, limits) => {
    const response = await next(request, limits);
    const budget = budgetOf(response.headers, new Date());
    if (budget) await record(row, budget);
    return response;
  };
}

/** Never throws: a rate limit that cannot be stored must not fail the call. */
async function record(row: ProviderRow, budget: Budget, now = Date.now()): Promise<void> {
  const key = `${row.gitProviderId} ${budget.resource}`;
  const last = held.value.get(key);
  const low = budget.left < lowShare;
  if (last && last.low === low && now - last.at < writeMs) return;
  if (held.value.size > 5_000) held.value.clear();
  held.value.set(key, { low, at: now });
  await write(row, budget).catch((error: { code?: string }) =>
    log.warn({ code: error.code }, "a host's budget was not recorded"),
  );
}

/** Limits whose window is over are removed, so that they do not pile up. */
const update = `UPDATE "git_provider" SET "rateLimit" = COALESCE((
    SELECT jsonb_object_agg(b.key, b.value) FROM jsonb_each(COALESCE("rateLimit", '{}'::jsonb)) b
    WHERE jsonb_typeof(b.value) = 'object' AND b.value->>'resetsAt' > $4), '{}'::jsonb)
    || jsonb_build_object($3::text, $5::jsonb)
  WHERE "gitProviderId" = $1 AND "credentialVersion" = $2`;

async function write(row: ProviderRow, { resource, left, resetsAt }: Budget): Promise<void> {
  const values = [row.gitProviderId, row.credentialVersion, resource, new Date().toISOString()];
  await pool().query(update, [...values, JSON.stringify({ left, resetsAt })]);
}

/** Until when background work must not call the host (ISO instant); null: it may. */
export function yieldsUntil(row: Pick<ProviderRow, "health" | "rateLimit">, now: Date): Date | null {
  const { limitedUntil } = storedHealth(row);
  const ends = [limitedUntil, ...lowBudgets(row.rateLimit)].map((text) => Date.parse(text ?? ""));
  const latest = Math.max(0, ...ends.filter((at) => at > now.getTime()));
  return latest > 0 ? new Date(latest) : null;
}

function lowBudgets(stored: unknown): string[] {
  if (typeof stored !== "object" || stored === null) return [];
  return Object.values(stored)
    .filter((each): each is Budget => typeof each?.left === "number" && typeof each?.resetsAt === "string")
    .filter(({ left }) => left < lowShare)
    .map(({ resetsAt }) => resetsAt);
}
