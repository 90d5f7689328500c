import { z } from "zod";
import type { Page } from "@/git/nouns";
import type { Reason } from "@/lib/reason";
import { decodeCursor, encodeCursor, fingerprint } from "@/providers/kit/cursor";
import { incompleteBy, listCut, skippedReason } from "@/providers/kit/pages";

/** The query parameters that continue a list of a host; never an address. */
export const Continuation = z.record(
  z.string().regex(/^[a-z_]{1,30}$/),
  z.string().regex(/^[\w.~+/=-]{1,300}$/),
);
export type Continuation = z.infer<typeof Continuation>;

/** The position in a list: how to continue, and how many rows to request. */
export interface At {
  continuation: Continuation | null;
  size: number;
}

/** One answer of a list that goes on by continuation. */
export interface Chunk<Item> {
  items: Item[];
  /** Rows that could not be read and are not among the items. */
  skipped?: number;
  /** Null when the host says that there is no more. */
  next: Continuation | null;
  /** The host says that there is more, but its link cannot be used. */
  isCut?: boolean;
  /** Rows of the whole list, when the host tells. */
  total?: number;
}

/** A chunk of a list, with the headers that it came with. */
export interface Listed<Item> extends Chunk<Item> {
  headers: Headers;
}

/** Upper limit of a list, for a host that always names a next page. */
const MAX_CHUNKS = 10_000;

const Position = z.strictObject({
  at: Continuation,
  count: z.number().int().min(1).max(MAX_CHUNKS),
  /** Rows that were read up to here. */
  read: z.number().int().min(0),
  seen: z.string().max(32),
});

/**
 * One page of a list whose host says itself how to go on, in one upstream call. A list that ends before its total,
 * repeats itself or cannot be followed further says so in `incomplete`.
 * @throws Fault `invalid_input` reason `cursor_invalid`, and whatever `fetch` throws
 */
export async function continuedPage<Item>(
  asked: { host: string; query: unknown; cursor?: string },
  fetch: (at: Continuation | null) => Promise<Chunk<Item>>,
): Promise<Page<Item>> {
  const position = asked.cursor ? decodeCursor(asked.query, Position, asked.cursor) : null;
  const chunk = await fetch(position?.at ?? null);
  const seen = fingerprint(chunk.items);
  const count = (position?.count ?? 0) + 1;
  const isRepeated = chunk.items.length > 0 && seen === position?.seen;
  const read = (position?.read ?? 0) + (isRepeated ? 0 : rowsIn(chunk));
  const isOver = chunk.next === null || isRepeated || rowsIn(chunk) === 0 || count >= MAX_CHUNKS;
  return {
    items: isRepeated ? [] : chunk.items,
    nextCursor: isOver ? null : encodeCursor(asked.query, { at: chunk.next, count, read, seen }),
    ...(chunk.total === undefined ? {} : { total: chunk.total }),
    ...incompleteBy(
      (isOver ? cutReason(asked.host, chunk, read) : undefined) ?? skippedReason(asked.host, chunk.skipped),
    ),
  };
}

function rowsIn({ items, skipped = 0 }: Chunk<unknown>): number {
  return items.length + skipped;
}

/** Why a list ended early; undefined when it is complete. */
export function cutReason(host: string, chunk: Chunk<unknown>, read: number): Reason | undefined {
  const isShort = chunk.total !== undefined && read < chunk.total;
  return isShort || chunk.isCut || chunk.next !== null ? listCut(host, read, chunk.total) : undefined;
}

/**
 * The continuation in a link to the next page. The address itself is never used, only its query: behind a gateway it
 * names another origin. What our own query says (`fixed`) is left out. Null when nothing in it can be used.
 */
export function continuationOf(link: string | null | undefined, fixed: string[]): Continuation | null {
  const query = /\?([^#]*)/.exec(link ?? "")?.[1] ?? "";
  const given = [...new URLSearchParams(query)].filter(([name]) => !fixed.includes(name));
  const parsed = Continuation.safeParse(Object.fromEntries(given));
  return parsed.success && given.length > 0 && given.length <= 8 ? parsed.data : null;
}
