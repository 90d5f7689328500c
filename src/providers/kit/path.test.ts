import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "@/lib/fault";
import { baseText, baseUrl, segmentsBelow } from "@/providers/kit/base-url";
import { ownerAndName, pathOf } from "@/providers/kit/path";

const ROOT = new URL("https://git.example.com/sub/api/v1/");

describe("an API path", () => {
  it("keeps a slash inside a segment", () => {
    expect(pathOf("repos", "acme", "web", "branches", "feature/a#1")).toBe(
      "repos/acme/web/branches/feature%2Fa%231",
    );
  });

  it("never leads out of the root, whatever the names are", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (names) => {
        try {
          const url = new URL(pathOf("repos", ...names), ROOT);
          return url.origin === ROOT.origin && url.pathname.split("/").length === 5 + names.length;
        } catch (error) {
          return error instanceof Fault && error.code === "invalid_input";
        }
      }),
    );
  });

  it.each([".", "..", "", "a\ud800"])("refuses %j", (name) =>
    expect(() => pathOf("repos", name)).toThrow(Fault),
  );

  it.each(["acme", "acme/", "/web", "a/b/c", ""])("refuses the full name %j", (name) => {
    expect(() => ownerAndName(name)).toThrow(Fault);
  });
});

describe("a base address", () => {
  it.each([
    ["https://git.example.com", "https://git.example.com/"],
    [" https://git.example.com/sub/ ", "https://git.example.com/sub/"],
    ["http://git.internal:3000/a?x=1", "http://git.internal:3000/a/"],
  ])("reads %s", (text, href) => expect(baseUrl(text).href).toBe(href));

  it("has a text form without the last slash", () => {
    expect(baseText(baseUrl("https://git.example.com/sub/"))).toBe("https://git.example.com/sub");
  });

  it.each([
    "",
    "git.example.com",
    "ftp://a",
    "file:///etc",
    "https://u:p@git.example.com",
    "https://git.example.com/#a",
    "https://",
  ])("refuses %j", (text) => expect(() => baseUrl(text)).toThrow(Fault));

  it("knows what lies below it", () => {
    const base = baseUrl("https://git.example.com/sub");
    expect(segmentsBelow(base, new URL("https://git.example.com/sub/acme/a%2Fb"))).toEqual(["acme", "a/b"]);
    expect(segmentsBelow(base, new URL("https://git.example.com/subway/acme"))).toBeNull();
    expect(segmentsBelow(base, new URL("https://git.example.com/sub/%zz"))).toBeNull();
    expect(segmentsBelow(base, new URL("https://evil.example/sub/acme"))).toBeNull();
  });
});
