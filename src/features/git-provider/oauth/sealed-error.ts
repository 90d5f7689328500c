import type { Reason } from "@/lib/reason";
import { open, seal } from "@/lib/seal";

const minutes = 60;
const context = { table: "oauth_flow", column: "problem", rowId: "address" };

/**
 * A reason sealed into a query parameter: nobody else can make a page show a message, and access logs do not contain
 * it.
 */
export function sealError(reason: Reason, now = Date.now()): string {
  return seal(JSON.stringify({ reason, at: now }), context);
}

/** The reason in a query parameter; null when Slipway did not seal it or it has expired. */
export function openSealedError(text: unknown, now = Date.now()): Reason | null {
  if (typeof text !== "string" || text.length > 8_192) return null;
  try {
    const { reason, at }: { reason: Reason; at: number } = JSON.parse(open(text, context));
    return now - at < minutes * 60_000 ? reason : null;
  } catch {
    return null; // nothing to show is no failure of the page
  }
}
