import { z } from "zod";
import type { Reason } from "@/lib/reason";

/** The rows of a list that could be read, and how many could not. */
export interface Rows<Item> {
  items: Item[];
  skipped: number;
}

/**
 * A list in which one odd row does not hide the others: it is left out and counted. A list in which nothing can be read
 * is refused, because then something else than this host answers.
 */
export function rowsOf<Item>(item: z.ZodType<Item>): z.ZodType<Rows<Item>> {
  return z.array(z.unknown()).transform((rows, context) => {
    const parsed = rows.map((row) => item.safeParse(row));
    const items = parsed.flatMap((one) => (one.success ? [one.data] : []));
    const isOther = items.length === 0 && rows.length > 0 && (rows.length > 1 || !isObject(rows[0]));
    if (isOther) {
      const path = parsed[0]?.error?.issues[0]?.path ?? [];
      context.addIssue({ code: "custom", message: "No row can be read.", path: [0, ...path] });
      return z.NEVER;
    }
    return { items, skipped: rows.length - items.length };
  });
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Why a list is incomplete when rows of it were left out; undefined when none was. */
export function skippedReason(host: string, skipped: number | undefined): Reason | undefined {
  return skipped ? { code: "list_rows_unread", params: { host, count: skipped } } : undefined;
}

/** The list as a field of a page, which is absent where nothing is missing. */
export function incompleteBy(reason: Reason | undefined): { incomplete?: { reason: Reason } } {
  return reason ? { incomplete: { reason } } : {};
}
