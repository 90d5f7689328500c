import { z } from "zod";
import type { Page } from "@/git/nouns";
import { urlOf } from "@/lib/url-of";
import { decodeCursor, encodeCursor, fingerprint } from "@/providers/kit/cursor";

/** What a host wants to hear again to go on with a list: names and values for the query, never an address. */
export const Continuation = z.record(
  z.string().regex(/^[a-z_]{1,30}$/),
  z.string().regex(/^[\w.~+/=-]{1,300}$/),
);
export type Continuation = z.infer<typeof Continuation>;

/** Where a list stands: how to go on, and how many rows to ask for. */
export interface At {
  continuation: Continuation | null;
  size: number;
}

/** One answer of a list that goes on by continuation. */
export interface Chunk<Item> {
  items: Item[];
  /** Null when the host says that there is no more. */
  next: Continuation | null;
  /** Rows of the whole list, when the host tells. */
  total?: number;
}

/** A chunk of a list, with the headers that it came with. */
export interface Listed<Item> extends Chunk<Item> {
  headers: Headers;
}

/** No list goes further: a host that always names a next page would never end. */
const MAX_CHUNKS = 10_000;

const Position = z.strictObject({
  at: Continuation,
  count: z.number().int().min(1).max(MAX_CHUNKS),
  seen: z.string().max(32),
});

/**
 * One page of a list whose host says itself how to go on, in one upstream call.
 * @throws Fault `invalid_input` reason `cursor_invalid`, and whatever `fetch` throws
 */
export async function continuedPage<Item>(
  asked: { query: unknown; cursor?: string },
  fetch: (at: Continuation | null) => Promise<Chunk<Item>>,
): Promise<Page<Item>> {
  const position = asked.cursor ? decodeCursor(asked.query, Position, asked.cursor) : null;
  const chunk = await fetch(position?.at ?? null);
  const seen = fingerprint(chunk.items);
  const count = (position?.count ?? 0) + 1;
  const ends = chunk.next === null || repeats(chunk.items, seen, position?.seen) || count >= MAX_CHUNKS;
  const nextCursor = ends ? null : encodeCursor(asked.query, { at: chunk.next, count, seen });
  return {
    items: chunk.items,
    nextCursor,
    ...(chunk.total === undefined ? {} : { total: chunk.total }),
  };
}

/** Whether a chunk brings nothing new, so that going on would never end. */
export function repeats(items: unknown[], seen: string, before: string | undefined): boolean {
  return items.length === 0 || seen === before;
}

/**
 * The continuation in a link to the next page. The address itself is never used: only its query, and only when it
 * lies on our own origin. What our own query says (`fixed`) is left out.
 */
export function continuationOf(
  link: string | null | undefined,
  origin: string,
  fixed: string[],
): Continuation | null {
  const url = urlOf(link ?? "");
  if (!url || url.origin !== origin) return null;
  const given = [...url.searchParams].filter(([name]) => !fixed.includes(name));
  const parsed = Continuation.safeParse(Object.fromEntries(given));
  return parsed.success && given.length > 0 && given.length <= 8 ? parsed.data : null;
}
