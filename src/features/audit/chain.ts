import { createHash } from "node:crypto";
import type { AuditEvent as Row } from "@/db/generated/client";

/** The hash before the first batch. */
export const noHash = "0".repeat(64);
/** Lower than every id, so that a forged negative id is covered too. */
export const noId = -(2n ** 63n);

/**
 * The hash of a batch: SHA-256 over the hash before, the range, and every event in canonical form, one a line.
 * `previousId` and `lastId` are the open and the closed end of the range, so that no event fits in between.
 */
export function hashOf(
  previousHash: string,
  range: { previousId: bigint; lastId: bigint },
  rows: readonly Row[],
): string {
  const hash = createHash("sha256");
  hash.update(`${previousHash}\n${range.previousId} ${range.lastId} ${rows.length}\n`);
  for (const row of rows) hash.update(`${canonical(row)}\n`);
  return hash.digest("hex");
}

/**
 * Every column in the order of names, nested objects too: PostgreSQL returns the keys of JSON columns in its own
 * order.
 */
function canonical(row: Row): string {
  return JSON.stringify(
    ordered({ ...row, auditEventId: String(row.auditEventId), at: row.at.toISOString() }),
  );
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([name, each]) => [name, ordered(each)]));
}
