import type { World, WorldToken } from "@/providers/simulator/world";

/** What one call has at hand. `token` is null for an anonymous one. */
export interface Call {
  world: World;
  base: string;
  version: string;
  url: URL;
  method: string;
  /** JSON that was sent. */
  body: Record<string, unknown>;
  token: WorldToken | null;
  scopes: string[];
}

/** The last row that a page number may reach: `offset_limit_exceeded?` in lib/api/helpers/pagination_strategies.rb. */
const MAX_OFFSET = 50_000;
/** GitLab stops counting here: `x-total` and the last page are left out. */
const MAX_COUNT = 10_000;

/** One page of a list by page number, with the headers that tell of the others. */
export function pageOf<Item>(
  items: Item[],
  url: URL,
  toJson: (item: Item) => unknown,
  capped = false,
): Response {
  const size = Math.min(Math.max(number(url, "per_page", 20), 1), 100);
  const page = Math.max(number(url, "page", 1), 1);
  if (capped && page * size > MAX_OFFSET) return offsetRefused();
  const rows = items.slice((page - 1) * size, page * size);
  return json(rows.map(toJson), 200, headersOf(url, items.length, page, size));
}

/**
 * Branches and tags. GitLab makes their first page in another way than the later ones
 * (`paginate_first_page_via_gitaly` in lib/gitlab/pagination/gitaly_keyset_pager.rb): it always names a second page
 * and counts all refs, and what was searched for comes whole, however much it is.
 */
export function refPage(
  all: string[],
  found: string[],
  url: URL,
  toJson: (name: string) => unknown,
): Response {
  if (number(url, "page", 1) > 1) return pageOf(found, url, toJson);
  const size = number(url, "per_page", 20);
  const rows = url.searchParams.get("search") ? found : found.slice(0, size);
  const pages = Math.floor(all.length / size) + 1;
  const links = [link(url, 2, size, "next"), link(url, 1, size, "first"), link(url, pages, size, "last")];
  return json(rows.map(toJson), 200, {
    link: links.join(", "),
    "x-page": "1",
    "x-per-page": String(size),
    "x-next-page": "2",
    "x-prev-page": "",
    "x-total": String(all.length),
    "x-total-pages": String(pages),
  });
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** GitLab's usual form of a refusal. */
export function message(status: number, text: string): Response {
  return json({ message: text }, status);
}

function headersOf(url: URL, total: number, page: number, size: number): Record<string, string> {
  const pages = Math.max(1, Math.ceil(total / size));
  const counted = total <= MAX_COUNT;
  const links = [
    page > 1 ? link(url, page - 1, size, "prev") : "",
    page < pages ? link(url, page + 1, size, "next") : "",
    link(url, 1, size, "first"),
    counted ? link(url, pages, size, "last") : "",
  ];
  return {
    link: links.filter(Boolean).join(", "),
    "x-page": String(page),
    "x-per-page": String(size),
    "x-next-page": page < pages ? String(page + 1) : "",
    "x-prev-page": page > 1 ? String(page - 1) : "",
    ...(counted ? { "x-total": String(total), "x-total-pages": String(pages) } : {}),
  };
}

function link(url: URL, page: number, size: number, rel: string): string {
  const target = new URL(url);
  target.searchParams.set("page", String(page));
  target.searchParams.set("per_page", String(size));
  return `<${target.href}>; rel="${rel}"`;
}

function offsetRefused(): Response {
  const error = `Offset pagination has a maximum allowed offset of ${MAX_OFFSET} for requests that return objects of type Project. Remaining records can be retrieved using keyset pagination.`;
  return json({ error }, 405);
}

function number(url: URL, name: string, fallback: number): number {
  const value = Number(url.searchParams.get(name) ?? fallback);
  return Number.isInteger(value) ? value : fallback;
}
