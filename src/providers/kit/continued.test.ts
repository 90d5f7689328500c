import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Continuation, continuationOf, continuedPage } from "@/providers/kit/continued";

const ORIGIN = "https://api.example.com";
const list = { query: "list" };

describe("a link to the next page", () => {
  it("gives what the host wants to hear again, without what we say ourselves", () => {
    const link = `${ORIGIN}/2.0/things?page=Ab-1_=&pagelen=50&q=name~%22a%22`;
    expect(continuationOf(link, ORIGIN, ["q", "sort"])).toEqual({ page: "Ab-1_=", pagelen: "50" });
  });

  it.each([
    ["nothing", undefined],
    ["another origin", "https://evil.example/2.0/things?page=2"],
    ["another port", "https://api.example.com:444/2.0/things?page=2"],
    ["no query", `${ORIGIN}/2.0/things`],
    ["an address within", `${ORIGIN}/2.0/things?page=https://evil.example`],
    ["a strange name", `${ORIGIN}/2.0/things?__proto__[x]=2`],
    ["too many names", `${ORIGIN}/x?a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1`],
    ["no address", "2"],
  ])("ends the list when it is %s", (_what, link) => {
    expect(continuationOf(link, ORIGIN, ["q"])).toBeNull();
  });

  it("never throws and never holds an address", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true })), (link) => {
        const found = continuationOf(link, URL.parse(link)?.origin ?? "", []);
        expect(JSON.stringify(found)).not.toContain("://");
      }),
    );
  });
});

describe("a list that its host continues", () => {
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

  it("ends when a page repeats, or is empty", async () => {
    const same = async () => ({ items: ["a"], next: { page: "x" } });
    const first = await continuedPage(list, same);
    expect((await continuedPage({ ...list, cursor: first.nextCursor ?? "" }, same)).nextCursor).toBeNull();
    const none = async () => ({ items: [], next: { page: "x" } });
    expect((await continuedPage(list, none)).nextCursor).toBeNull();
  });

  it("takes no cursor of another list", async () => {
    const { nextCursor } = await continuedPage(list, fetch);
    const other = continuedPage({ query: "other", cursor: nextCursor ?? "" }, fetch);
    await expect(other).rejects.toMatchObject({ reason: { code: "cursor_invalid" } });
  });
});
