import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Continuation, continuationOf, continuedPage } from "@/providers/kit/continued";

const ORIGIN = "https://api.example.com";
const list = { host: "Gitty", query: "list" };

describe("a link to the next page of a list", () => {
  it("gives the query parameters that the host expects, without those that Slipway sends anyway", () => {
    const link = `${ORIGIN}/2.0/things?page=Ab-1_=&pagelen=50&q=name~%22a%22`;
    expect(continuationOf(link, ["q", "sort"])).toEqual({ page: "Ab-1_=", pagelen: "50" });
  });

  it.each([
    ["another origin", "https://gateway.example/2.0/things?page=2"],
    ["another port", "https://api.example.com:444/2.0/things?page=2"],
    ["no origin", "/2.0/things?page=2"],
  ])("gives the same for %s in the link: its address is never used", (_what, link) => {
    expect(continuationOf(link, ["q"])).toEqual({ page: "2" });
  });

  it.each([
    ["nothing", undefined],
    ["no query", `${ORIGIN}/2.0/things`],
    ["an address within", `${ORIGIN}/2.0/things?page=https://evil.example`],
    ["a strange name", `${ORIGIN}/2.0/things?__proto__[x]=2`],
    ["too many names", `${ORIGIN}/x?a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1`],
    ["no address", "2"],
  ])("gives no parameters for %s", (_what, link) => {
    expect(continuationOf(link, ["q"])).toBeNull();
  });

  it("never throws and never gives an address", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true })), (link) => {
        expect(JSON.stringify(continuationOf(link, []))).not.toContain("://");
      }),
    );
  });
});

describe("a list that is continued by links", () => {
  const rows = ["a", "b", "c", "d", "e"];
  const fetch = async (at: Continuation | null) => {
    const from = Number(at?.page ?? 0);
    const next = from + 2 < rows.length ? { page: String(from + 2) } : null;
    return { items: rows.slice(from, from + 2), next, total: rows.length };
  };

  it("is read to its end", async () => {
    const first = await continuedPage(list, fetch);
    const second = await continuedPage({ ...list, cursor: first.nextCursor ?? "" }, fetch);
    const third = await continuedPage({ ...list, cursor: second.nextCursor ?? "" }, fetch);
    expect([first, second, third].flatMap((page) => page.items)).toEqual(rows);
    expect(third.nextCursor).toBeNull();
    expect(first.total).toBe(5);
  });

  it("ends when a page repeats or is empty, and says that there is more", async () => {
    const same = async () => ({ items: ["a"], next: { page: "x" } });
    const first = await continuedPage(list, same);
    const second = await continuedPage({ ...list, cursor: first.nextCursor ?? "" }, same);
    expect(second).toMatchObject({
      items: [],
      nextCursor: null,
      incomplete: { reason: { code: "list_cut" } },
    });
    const none = await continuedPage(list, async () => ({ items: [], next: { page: "x" } }));
    expect(none).toMatchObject({ nextCursor: null, incomplete: { reason: { code: "list_cut" } } });
  });

  it("is reported as incomplete when the host counts more rows, or the next link cannot be used", async () => {
    const short = await continuedPage(list, async () => ({ items: ["a"], next: null, total: 207 }));
    expect(short.incomplete?.reason.params).toEqual({ host: "Gitty", shown: 1, total: 207 });
    const broken = await continuedPage(list, async () => ({ items: ["a"], next: null, isCut: true }));
    expect(broken.incomplete?.reason.code).toBe("list_cut");
    const whole = await continuedPage(list, async () => ({ items: ["a"], next: null, total: 1 }));
    expect(whole).toEqual({ items: ["a"], nextCursor: null, total: 1 });
  });

  it("refuses a cursor of another list", async () => {
    const { nextCursor } = await continuedPage(list, fetch);
    const other = continuedPage({ host: "Gitty", query: "other", cursor: nextCursor ?? "" }, fetch);
    await expect(other).rejects.toMatchObject({ reason: { code: "cursor_invalid" } });
  });
});
