import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Page } from "@/git/nouns";
import {
  collect,
  linkTargets,
  nextFromLink,
  numberedPage,
  pageIn,
  type Upstream,
} from "@/providers/kit/pages";

const ROWS = Array.from({ length: 120 }, (_, index) => index);

/** A host with 120 rows that gives at most `max` per page. */
function host(max: number, tell: "total" | "next" | "nothing") {
  return async ({ page, size }: { page: number; size: number }): Promise<Upstream<number>> => {
    const per = Math.min(size, max);
    const items = ROWS.slice((page - 1) * per, page * per);
    if (tell === "total") return { items, total: ROWS.length };
    if (tell === "next") return { items, next: page * per < ROWS.length ? page + 1 : null };
    return { items };
  };
}

function readAll(fetch: (at: { page: number; size: number }) => Promise<Upstream<number>>, size: number) {
  const read = (cursor: string | undefined): Promise<Page<number>> =>
    numberedPage({ host: "Gitty", query: "q", cursor, size }, fetch);
  return collect(read, { maxPages: 500 });
}

describe("a list by page numbers", () => {
  it.each([
    ["total", 100, 50],
    ["total", 50, 30],
    ["next", 100, 50],
    ["next", 7, 50],
  ] as const)("has every row once when the host sends its %s (asked %i, cap %i)", async (tell, size, max) => {
    expect((await readAll(host(max, tell), size)).items).toEqual(ROWS);
  });

  it("has every row once when the host sends no page information", async () => {
    expect((await readAll(host(50, "nothing"), 50)).items).toEqual(ROWS);
  });

  it.each([
    ["total", 50, [50, 30, 30, 30]],
    ["nothing", 50, [50, 30, 30, 30]],
  ] as const)(
    "loses no row when the host lowers the page size on the way (host sends %s)",
    async (tell, size, caps) => {
      let call = 0;
      const fetch = (at: { page: number; size: number }) => host(caps[call++] ?? caps.at(-1) ?? 1, tell)(at);
      const { items, incomplete } = await readAll(fetch, size);
      expect([...new Set(items)]).toEqual(ROWS);
      expect(incomplete).toBeUndefined();
    },
  );

  it("ends when a page repeats, shows it once and is reported as incomplete", async () => {
    const page = await readAll(async () => ({ items: [1, 2, 3], total: 1e6 }), 3);
    expect(page.items).toEqual([1, 2, 3]);
    expect(page.nextCursor).toBeNull();
    expect(page.incomplete?.reason).toEqual({
      code: "list_cut",
      params: { host: "Gitty", shown: 3, total: 1e6 },
    });
  });

  it("takes a repeated page as the end where the host never promised more", async () => {
    const page = await readAll(async () => ({ items: [1, 2, 3] }), 3);
    expect(page).toEqual({ items: [1, 2, 3], nextCursor: null });
  });

  it("ends when the host names the same or an earlier page as next, and is reported as incomplete", async () => {
    let n = 0;
    const page = await readAll(async () => ({ items: [n++], next: 1 }), 1);
    expect(page.items).toHaveLength(1);
    expect(page.incomplete?.reason.code).toBe("list_cut");
  });

  it.each([
    ["an empty page", { items: [], total: 50 }],
    ["an empty page that names another one", { items: [], next: 2 }],
    ["the word that there is no more", { items: [1, 2], next: null, total: 50 }],
  ])("is reported as incomplete when the host stops early with %s", async (_what, upstream) => {
    const { nextCursor, incomplete } = await readAll(async () => upstream, 10);
    expect(nextCursor).toBeNull();
    expect(incomplete?.reason.code).toBe("list_cut");
  });

  it("counts unreadable rows, continues behind them and reports them", async () => {
    const rows = host(40, "total");
    const odd = async (at: { page: number; size: number }) => {
      const found = await rows(at);
      return at.page === 2 ? { ...found, items: found.items.slice(1), skipped: 1 } : found;
    };
    const { items, incomplete } = await readAll(odd, 40);
    expect(items).toEqual(ROWS.filter((row) => row !== 40));
    expect(incomplete?.reason).toEqual({ code: "list_rows_unread", params: { host: "Gitty", count: 1 } });
  });

  it("passes on what the host itself reports as missing", async () => {
    const reason = { code: "list_without_sso", params: { host: "Gitty", count: 2 } };
    const page = await readAll(async () => ({ items: [1], next: null, incomplete: reason }), 10);
    expect(page.incomplete).toEqual({ reason });
  });

  it("stops after a number of pages with a cursor to continue", async () => {
    let n = 0;
    const read = (cursor: string | undefined) =>
      numberedPage({ host: "Gitty", query: "q", cursor, size: 1 }, async ({ page }) => ({
        items: [n++],
        next: page + 1,
      }));
    const { items, nextCursor } = await collect(read, { maxPages: 20 });
    expect(items).toHaveLength(20);
    expect(nextCursor).not.toBeNull();
  });

  it("puts no address into its cursor", async () => {
    const page = await numberedPage({ host: "Gitty", query: "q", size: 50 }, host(50, "next"));
    const text = Buffer.from(page.nextCursor?.slice(2) ?? "", "base64url").toString();
    expect(text).toContain('"page":2');
    expect(text).not.toMatch(/http|\/\//);
  });
});

describe("the Link header", () => {
  it("names the next page", () => {
    const header =
      '<https://git.example.com/api?page=3&limit=5>; rel="next",<https://git.example.com/api?page=9>; rel="last"';
    expect(nextFromLink(header)).toBe(3);
    expect(pageIn(linkTargets(header).last)).toBe(9);
  });

  it("says that there is no next page", () =>
    expect(nextFromLink('<https://git.example.com/a?page=1>; rel="first"')).toBeNull());

  it("says nothing when it is absent", () => expect(nextFromLink(null)).toBeUndefined());

  it.each([
    '<https://gateway.example/api?page=2>; rel="next"',
    '<http://git.internal:3000/api?limit=50&page=2#x>; rel="next"',
    "</api?page=2>; rel=next",
    "<?page=2>; rel=next",
  ])("gives the page number of %s, whatever its address", (header) => expect(nextFromLink(header)).toBe(2));

  it.each([
    "<https://git.example.com/?page=-2>; rel=next",
    "<https://git.example.com/?page=1e9>; rel=next",
    "<https://git.example.com/?page=https://evil.example>; rel=next",
    "<https://git.example.com/api>; rel=next",
  ])("that names no page leaves the next page unknown: %s", (header) =>
    expect(nextFromLink(header)).toBeUndefined(),
  );

  it("never throws, and gives only page numbers", () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.string(), fc.string()).map(([a, b]) => `<${a}>; rel="${b}"`),
    );
    fc.assert(
      fc.property(header, (text) => {
        const next = nextFromLink(text);
        return next === null || next === undefined || (Number.isInteger(next) && next >= 1);
      }),
    );
  });

  it("is not read through the prototype", () => expect(linkTargets("").constructor).toBeUndefined());
});
