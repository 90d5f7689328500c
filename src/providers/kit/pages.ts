import { z } from "zod";
import type { Page } from "@/git/nouns";
import { urlOf } from "@/lib/url-of";
import { decodeCursor, encodeCursor, fingerprint } from "@/providers/kit/cursor";

/** No list goes further: a host that always names a next page would never end. */
const MAX_PAGE = 10_000;

/**
 * Where a list by page number stands. `size` is what was asked and stays the same from page to page; `per` is what
 * the host really gives, since hosts cap a size silently; `seen` recognizes a page that repeats.
 */
const Position = z.strictObject({
  page: z.number().int().min(1).max(MAX_PAGE),
  size: z.number().int().min(1).max(1000),
  per: z.number().int().min(1).max(1000),
  seen: z.string().max(32),
});
type Position = z.infer<typeof Position>;

/** What one upstream page held, before any filter of ours. */
export interface Upstream<Item> {
  items: Item[];
  /** Rows of the whole list, when the host tells. */
  total?: number;
  /** The number of the next page, null when the host says there is none, undefined when it does not tell. */
  next?: number | null;
}

export interface PageRequest {
  page: number;
  /** Rows to ask for. */
  size: number;
}

export interface PagedQuery {
  /** Everything that decides content and order of the list: the cursor is bound to it. */
  query: unknown;
  cursor?: string;
  /** Rows to ask for on the first page; later pages keep the size that the first one had. */
  size: number;
}

/**
 * One page of a list that a host numbers, in one upstream call.
 * @throws Fault `invalid_input` reason `cursor_invalid`, and whatever `fetch` throws
 */
export async function numberedPage<Item>(
  asked: PagedQuery,
  fetch: (request: PageRequest) => Promise<Upstream<Item>>,
): Promise<Page<Item>> {
  const at = asked.cursor
    ? decodeCursor(asked.query, Position, asked.cursor)
    : { page: 1, size: asked.size, per: asked.size, seen: "" };
  const upstream = await fetch({ page: at.page, size: at.size });
  const next = nextPosition(at, upstream);
  return {
    items: upstream.items,
    nextCursor: next && encodeCursor(asked.query, next),
    ...(upstream.total === undefined ? {} : { total: upstream.total }),
  };
}

function nextPosition(at: Position, upstream: Upstream<unknown>): Position | null {
  const seen = fingerprint(upstream.items);
  if (upstream.items.length === 0 || seen === at.seen) return null;
  const per = at.page === 1 ? Math.min(at.size, upstream.items.length) : at.per;
  const page = nextNumber(at.page, per, upstream);
  return page === null || page > MAX_PAGE ? null : { page, size: at.size, per, seen };
}

function nextNumber(page: number, per: number, upstream: Upstream<unknown>): number | null {
  if (upstream.next !== undefined)
    return upstream.next !== null && upstream.next > page ? upstream.next : null;
  if (upstream.total !== undefined) return page * per < upstream.total ? page + 1 : null;
  return upstream.items.length >= per ? page + 1 : null;
}

/**
 * The number of the next page in a `Link` header: null when there is a header without a next page, undefined when
 * there is none at all. Only links on one of our own origins count; the address itself is never used.
 */
export function nextFromLink(
  header: string | null,
  origins: string[],
  parameter = "page",
): number | null | undefined {
  if (header === null) return undefined;
  const url = urlOf(linkTargets(header).next ?? "");
  if (!url || !origins.includes(url.origin)) return null;
  return positive(url.searchParams.get(parameter));
}

/** The targets of a `Link` header by relation; the first of each relation counts. */
export function linkTargets(header: string): Record<string, string> {
  const targets: Record<string, string> = Object.create(null);
  for (const [, target = "", params = ""] of header.slice(0, 16_384).matchAll(/<([^<>]*)>([^<]*)/g)) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(params);
    for (const name of (rel?.[1] ?? rel?.[2] ?? "").toLowerCase().split(/\s+/).filter(Boolean))
      targets[name] ??= target;
  }
  return targets;
}

/** A header that holds a count of rows or a page number; undefined when it is absent or not a whole number. */
export function countOf(header: string | null): number | undefined {
  return header !== null && /^\s*\d{1,10}\s*$/.test(header) ? Number(header) : undefined;
}

function positive(text: string | null): number | null {
  const value = countOf(text);
  return value === undefined || value < 1 ? null : value;
}

/**
 * Every item of a list, page by page, until it ends, `enough` says so or `maxPages` were read.
 * @returns what was read, and whether the list ended
 */
export async function collect<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
  stop: { maxPages: number; enough?: (items: Item[]) => boolean },
): Promise<{ items: Item[]; nextCursor: string | null }> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let count = 0; count < stop.maxPages; count++) {
    const page = await read(cursor);
    items.push(...page.items);
    if (page.nextCursor === null) return { items, nextCursor: null };
    cursor = page.nextCursor;
    if (stop.enough?.(items)) break;
  }
  return { items, nextCursor: cursor ?? null };
}
