import { z } from "zod";
import type { Page } from "@/git/nouns";
import type { Reason } from "@/lib/reason";
import { decodeCursor, encodeCursor, fingerprint } from "@/providers/kit/cursor";

/** The rows of a list that could be read, and how many could not. */
export interface Rows<Item> {
  items: Item[];
  skipped: number;
}

/**
 * A list in which one odd row does not hide the others: it is left out and counted. A list in which nothing can be read
 * is refused, because then something else than this host answers. Go writes an empty list as `null`.
 */
export function rowsOf<Item>(
  item: z.ZodType<Item>,
  { nullIsEmpty = false }: { nullIsEmpty?: boolean } = {},
): z.ZodType<Rows<Item>> {
  const list = z.array(z.unknown());
  return (nullIsEmpty ? list.nullish() : list).transform((given, context) => {
    const rows = given ?? [];
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

/** Upper limit of a list, for a host that always names a next page. */
const MAX_PAGE = 10_000;

/**
 * The position in a list by page number. `size` is what was asked and stays the same from page to page; `per` is
 * what the host really gives, since hosts cap a size silently; `seen` recognizes a page that repeats.
 */
const Position = z.strictObject({
  page: z.number().int().min(1).max(MAX_PAGE),
  size: z.number().int().min(1).max(1000),
  per: z.number().int().min(1).max(1000),
  /** The host named this page itself, so that it cannot be empty. */
  isPromised: z.boolean(),
  seen: z.string().max(32),
  /** The first and the last row of the page before: rows that come again mean that pages have become shorter. */
  edges: z.array(z.string().max(32)).max(2),
});
type Position = z.infer<typeof Position>;

/** What one upstream page held, before any filter of ours. */
export interface Upstream<Item> {
  items: Item[];
  /** Rows of this page that could not be read and are not among the items. */
  skipped?: number;
  /** Rows of the whole list, when the host tells. */
  total?: number;
  /**
   * The number of the next page. Null when the host says that there is none; undefined when it does not tell, which
   * includes a header that a proxy dropped: then the list is read until a page is empty.
   */
  next?: number | null;
  /** The host itself says that something is left out, or its list goes no further. */
  incomplete?: Reason;
}

export interface PageRequest {
  page: number;
  /** Rows to ask for. */
  size: number;
}

export interface PagedQuery {
  /** Name of the product, for the reason of an incomplete list. */
  host: string;
  /** Everything that decides content and order of the list: the cursor is bound to it. */
  query: unknown;
  cursor?: string;
  /** Rows to ask for on the first page; later pages keep the size that the first one had. */
  size: number;
}

/**
 * One page of a list that a host numbers, in one upstream call. A list that ends before its total, repeats itself or
 * cannot be followed further says so in `incomplete`.
 * @throws Fault `invalid_input` reason `cursor_invalid`, and whatever `fetch` throws
 */
export async function numberedPage<Item>(
  asked: PagedQuery,
  fetch: (request: PageRequest) => Promise<Upstream<Item>>,
): Promise<Page<Item>> {
  const at = asked.cursor
    ? decodeCursor(asked.query, Position, asked.cursor)
    : { page: 1, size: asked.size, per: asked.size, isPromised: false, seen: "", edges: [] };
  const upstream = await fetch({ page: at.page, size: at.size });
  const isRepeated = at.seen !== "" && upstream.items.length > 0 && at.seen === fingerprint(upstream.items);
  const step = nextStep(at, upstream, isRepeated, asked.host);
  const unread = upstream.skipped ? skippedReason(asked.host, upstream.skipped) : undefined;
  const reason = step.reason ?? upstream.incomplete ?? unread;
  return {
    items: isRepeated ? [] : upstream.items,
    nextCursor: step.page ? encodeCursor(asked.query, positionAt(step.page, at, step, upstream)) : null,
    ...(upstream.total === undefined ? {} : { total: upstream.total }),
    ...(reason && { incomplete: { reason } }),
  };
}

function positionAt(page: number, at: Position, step: Step, { items, next }: Upstream<unknown>): Position {
  return {
    page,
    size: at.size,
    per: step.per,
    isPromised: typeof next === "number",
    seen: fingerprint(items),
    edges: edgesOf(items),
  };
}

interface Step {
  /** The page to go on with; null at the end. */
  page: number | null;
  per: number;
  /** Why the list ended early. */
  reason?: Reason;
}

function nextStep(at: Position, upstream: Upstream<unknown>, isRepeated: boolean, host: string): Step {
  const rows = isRepeated ? 0 : upstream.items.length + (upstream.skipped ?? 0);
  const per = at.page === 1 ? Math.max(1, Math.min(at.size, rows)) : at.per;
  const isShorter = at.edges.length > 0 && !isRepeated && overlaps(at, upstream.items);
  const reached = (at.page - 1) * (isShorter ? rows : per) + rows;
  const { total, next } = upstream;
  const isBroken = typeof next === "number" || (rows === 0 && at.isPromised);
  const lacks = total === undefined ? isBroken : reached < total;
  const cut = lacks ? { reason: listCut(host, reached, total) } : {};
  if (rows === 0) return { page: null, per, ...cut };
  const page = next === undefined ? guessedNext(at.page, reached, total) : next;
  if (page === null || page <= at.page) return { page: null, per, ...cut };
  if (page > MAX_PAGE) return { page: null, per, reason: listTooLong(host, reached) };
  // A short page that is not the last one means that the host gives fewer rows now: pages are counted by the fewest.
  return { page, per: Math.min(per, rows) };
}

function edgesOf(items: unknown[]): string[] {
  return items.length === 0 ? [] : [fingerprint(items[0]), fingerprint(items.at(-1))];
}

function overlaps({ edges }: Position, items: unknown[]): boolean {
  return items.some((item) => edges.includes(fingerprint(item)));
}

function guessedNext(page: number, reached: number, total: number | undefined): number | null {
  return total === undefined || reached < total ? page + 1 : null;
}

/** The host gave fewer rows than it counts, or says that there are more and gives no way to them. */
export function listCut(host: string, shown: number, total?: number): Reason {
  return { code: "list_cut", params: { host, shown, ...(total === undefined ? {} : { total }) } };
}

/** The page limit of the host, or of Slipway, is reached. */
export function listTooLong(host: string, limit: number): Reason {
  return { code: "list_too_long", params: { host, limit } };
}

/**
 * The number of the next page in a `Link` header: null when there is a header without a next page, undefined when
 * there is none at all, or one that names no page. Nothing but the number is taken: behind a gateway or a wrong
 * ROOT_URL the address itself is another one, and it is never called.
 */
export function nextFromLink(header: string | null, parameter = "page"): number | null | undefined {
  if (header === null) return undefined;
  const target = linkTargets(header).next;
  if (target === undefined) return null;
  return pageIn(target, parameter) ?? undefined;
}

/** The page number in the query of a link, which may be relative; undefined when it has none. */
export function pageIn(link: string | undefined, parameter = "page"): number | undefined {
  const query = /\?([^#]*)/.exec(link ?? "")?.[1] ?? "";
  return countOf(new URLSearchParams(query).get(parameter)) || undefined;
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

/**
 * Every item of a list, page by page, until it ends, `enough` says so or `maxPages` were read.
 * @returns what was read, where to go on when the list did not end, and whether something is missing in between
 */
export async function collect<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
  stop: { maxPages: number; enough?: (items: Item[]) => boolean },
): Promise<Page<Item>> {
  const items: Item[] = [];
  let missing: Page<Item>["incomplete"];
  let cursor: string | null = null;
  for (let count = 0; count < stop.maxPages; count++) {
    const page: Page<Item> = await read(cursor ?? undefined);
    items.push(...page.items);
    missing ??= page.incomplete;
    cursor = page.nextCursor;
    if (cursor === null || stop.enough?.(items)) break;
  }
  return { items, nextCursor: cursor, ...(missing && { incomplete: missing }) };
}

/** The first item that is meant, page by page; undefined when it is on none of `maxPages`. */
export async function findIn<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
  isMeant: (item: Item) => boolean,
  maxPages: number,
): Promise<Item | undefined> {
  const enough = (items: Item[]) => items.some(isMeant);
  return (await collect(read, { maxPages, enough })).items.find(isMeant);
}
