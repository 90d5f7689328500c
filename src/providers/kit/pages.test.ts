import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Page } from "@/git/nouns";
import { collect, linkTargets, nextFromLink, numberedPage, type Upstream } from "@/providers/kit/pages";

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
    numberedPage({ query: "q", cursor, size }, fetch);
  return collect(read, { maxPages: 500 });
}

describe("a list by page numbers", () => {
  it.each([
    ["total", 100, 50],
    ["total", 50, 30],
    ["next", 100, 50],
    ["next", 7, 50],
  ] as const)(
    "gives every row once when the host tells its %s (asked %i, cap %i)",
    async (tell, size, max) => {
      expect((await readAll(host(max, tell), size)).items).toEqual(ROWS);
    },
  );

  it("gives every row once when the host tells nothing", async () => {
    expect((await readAll(host(50, "nothing"), 50)).items).toEqual(ROWS);
  });

  it("ends when a page repeats", async () => {
    const { items, nextCursor } = await readAll(
      async () => ({ items: [1, 2, 3], next: undefined, total: 1e6 }),
      3,
    );
    expect(items).toHaveLength(6);
    expect(nextCursor).toBeNull();
  });

  it("ends when the host names the same or an earlier page as next", async () => {
    let n = 0;
    const page = await readAll(async () => ({ items: [n++], next: 1 }), 1);
    expect(page.items).toHaveLength(1);
  });

  it("ends on an empty page that promises more", async () => {
    expect((await readAll(async () => ({ items: [], total: 50 }), 10)).nextCursor).toBeNull();
  });

  it("stops after a number of pages and says where to go on", async () => {
    let n = 0;
    const read = (cursor: string | undefined) =>
      numberedPage({ query: "q", cursor, size: 1 }, async ({ page }) => ({ items: [n++], next: page + 1 }));
    const { items, nextCursor } = await collect(read, { maxPages: 20 });
    expect(items).toHaveLength(20);
    expect(nextCursor).not.toBeNull();
  });

  it("puts no address into the cursor", async () => {
    const page = await numberedPage({ query: "q", size: 50 }, host(50, "next"));
    const text = Buffer.from(page.nextCursor?.slice(2) ?? "", "base64url").toString();
    expect(text).toContain('"page":2');
    expect(text).not.toMatch(/http|\/\//);
  });
});

describe("a Link header", () => {
  const ours = ["https://git.example.com"];

  it("tells the next page", () => {
    const header =
      '<https://git.example.com/api?page=3&limit=5>; rel="next",<https://git.example.com/api?page=9>; rel="last"';
    expect(nextFromLink(header, ours)).toBe(3);
    expect(linkTargets(header).last).toContain("page=9");
  });

  it("tells the end", () =>
    expect(nextFromLink('<https://git.example.com/a?page=1>; rel="first"', ours)).toBeNull());

  it("tells nothing when it is absent", () => expect(nextFromLink(null, ours)).toBeUndefined());

  it.each([
    '<https://evil.example/api?page=2>; rel="next"',
    '<http://git.example.com/api?page=2>; rel="next"',
    "<https://git.example.com.evil.example/?page=2>; rel=next",
    "<javascript:alert(1)?page=2>; rel=next",
    "<https://git.example.com/?page=-2>; rel=next",
    "<https://git.example.com/?page=1e9>; rel=next",
  ])("is not followed to %s", (header) => expect(nextFromLink(header, ours)).toBeNull());

  it("never throws", () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.string(), fc.string()).map(([a, b]) => `<${a}>; rel="${b}"`),
    );
    fc.assert(
      fc.property(header, (text) => {
        const next = nextFromLink(text, ours);
        return next === null || (Number.isInteger(next) && Number(next) >= 1);
      }),
    );
  });

  it("does not read a prototype", () => expect(linkTargets("").constructor).toBeUndefined());
});
