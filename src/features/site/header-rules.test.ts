import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headersFor, parseHeaders } from "@/features/site/header-rules";

const headers = (text: string, pathname: string) =>
  Object.fromEntries(headersFor(parseHeaders(text).rules, pathname));

describe("a rule of _headers", () => {
  it.each([
    ["/*", "/a/b", true],
    ["/a", "/a", true],
    ["/a", "/a/", true],
    ["/a", "/ab", false],
    ["/a/*", "/a/b/c", true],
    ["/a/*", "/b", false],
    ["/*.js", "/assets/app.js", true],
    ["/*.js", "/assets/app.css", false],
    ["/assets/*.js", "/assets/app.js", true],
    ["/assets/*.js", "/other/app.js", false],
    ["/u/:name/page", "/u/robin/page", true],
    ["/u/:name/page", "/u/robin/x/page", false],
    ["/u/:name/*", "/u/robin/x/page", true],
    ["/caf%C3%A9", "/café", true],
  ])("for %s applies to %s: %s", (path, pathname, fits) => {
    expect(headers(`${path}\n  X-Test: yes`, pathname)).toEqual(fits ? { "x-test": "yes" } : {});
  });

  it("adds to the headers of earlier rules, and removes those that it names", () => {
    const text = "/*\n  Link: <a>\n  X-One: 1\n/a\n  Link: <b>\n  ! X-One\n";
    expect(headers(text, "/a")).toEqual({ link: "<a>, <b>" });
    expect(headers(text, "/b")).toEqual({ link: "<a>", "x-one": "1" });
  });

  it.each([
    ["https://other.example/*\n  X-A: 1", "ignored", "domain", "1"],
    ["/*/a/*\n  X-A: 1", "ignored", "splat", "1"],
    ["/*\n  Content-Length: 1", "ignored", "refused", "2"],
    ["/*\n  Transfer-Encoding: chunked", "ignored", "refused", "2"],
    ["/*\n  no header", "ignored", "syntax", "2"],
    ["/*\n  X-A: a\u0001b", "ignored", "syntax", "2"],
    [`/*\n  X-A: ${"a".repeat(2_000)}`, "ignored", "limit", "2"],
    ["/*\n  ! X-A", "differs", "unset", "2"],
  ])("%j is reported as %s: %s", (text, kind, why, lines) => {
    const parsed = parseHeaders(text);
    expect(parsed.warnings).toEqual([{ code: `header_rule_${kind}`, params: { why, lines } }]);
    expect(headersFor(parsed.rules, "/a/a/a").size).toBe(0);
  });

  it("is ignored beyond the hundredth", () => {
    const { rules, warnings } = parseHeaders(
      Array.from({ length: 101 }, (_, n) => `/${n}\n  A: b`).join("\n"),
    );
    expect(rules).toHaveLength(100);
    expect(warnings).toEqual([{ code: "header_rule_ignored", params: { why: "limit", lines: "201" } }]);
  });

  it.each(["/x\n  Basic-Auth: a:b", "https://x.example/*\n  basic-auth: a:b"])(
    "that asks for a password is noticed in %j",
    (text) => {
      expect(parseHeaders(text).password).toBe(true);
    },
  );

  it("never throws, and gives only headers that can be sent", () => {
    const piece = fc.constantFrom(
      "/",
      "*",
      ":a",
      "a",
      "%zz",
      "\n",
      "  ",
      ": ",
      "X-A",
      "! X-A",
      "Date",
      "\r",
      "é",
      "\u0000",
      "#",
    );
    const file = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 40 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(file, fc.webPath(), (text, pathname) => {
        for (const [name, value] of headersFor(parseHeaders(text).rules, pathname)) {
          expect(() => new Headers().set(name, value)).not.toThrow();
          expect(name).not.toBe("date");
        }
      }),
    );
  });
});
