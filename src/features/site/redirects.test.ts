import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyRedirect, parseRedirects } from "@/features/site/redirects";

function led(text: string, pathname: string, query = ""): string | null {
  for (const rule of parseRedirects(text).rules) {
    const target = applyRedirect(rule, pathname, query);
    if (target !== null) return `${rule.status} ${target}`;
  }
  return null;
}

describe("a rule of _redirects", () => {
  it.each([
    ["/old /new", "/old", "", "301 /new"],
    ["/old /new", "/old/", "", "301 /new"],
    ["/old /new", "/older", "", null],
    ["/old /new 302", "/old", "?a=1", "302 /new?a=1"],
    ["/old /new?b=2", "/old", "?a=1", "301 /new?b=2"],
    ["/blog/* /news/:splat", "/blog/2024/one", "", "301 /news/2024/one"],
    ["/blog/* /news/:splat", "/blog", "", "301 /news/"],
    ["/blog/:year/:slug /:slug-:year", "/blog/2024/one", "", "301 /one-2024"],
    ["/store id=:id /items/:id", "/store", "?id=7", "301 /items/7?id=7"],
    ["/store id=:id /items/:id", "/store", "?x=7", null],
    ["/a /b # a comment", "/a", "", "301 /b"],
    ["/* /index.html 200", "/orders/42", "", "200 /index.html"],
    ["/out https://example.com/x 302", "/out", "?q=1", "302 https://example.com/x?q=1"],
    ["/caf%C3%A9 /coffee", "/caf%C3%A9", "", "301 /coffee"],
    ["/café /coffee", "/caf%C3%A9", "", "301 /coffee"],
  ])("%j leads %s%s to %s", (text, pathname, query, expected) => {
    expect(led(text, pathname, query)).toBe(expected);
  });

  it("is tried in the order of the file: the first match decides", () => {
    expect(led("/a /one\n/* /two", "/a")).toBe("301 /one");
    expect(led("/* /two\n/a /one", "/a")).toBe("301 /two");
  });

  it.each([
    ["/old/* /:splat", "/old//evil.example"],
    ["/old/* /:splat", "/old/%2f%2fevil.example"],
    ["/old/* /:splat", "/old/%5c%5cevil.example"],
    ["/go /\\evil.example", "/go"],
    ["/go //evil.example", "/go"],
  ])("%j never leads %s to another host", (text, pathname) => {
    const target = led(text, pathname)?.slice(4) ?? "/";
    expect(new URL(target, "http://site.example").host).toBe("site.example");
  });

  it.each([
    ["https://old.example/* /new", "ignored", "domain"],
    ["/a /b 301 Country=de", "ignored", "condition"],
    ["/a /b 301 Language=de", "ignored", "condition"],
    ["/a/*/b /c", "ignored", "splat"],
    ["/a /b 418", "ignored", "status"],
    ["/a https://api.example.com/:splat 200", "ignored", "proxy"],
    ["/a/* https://:splat.example.com/ 301", "ignored", "syntax"],
    ["/a", "ignored", "syntax"],
    ["a /b", "ignored", "syntax"],
    [`/a /${"b".repeat(1_000)}`, "ignored", "limit"],
    ["/a /b 301!", "differs", "force"],
    ["/a id=1 /b", "differs", "query"],
    ["/a /gone 404", "differs", "error_status"],
  ])("%j is reported as %s: %s", (text, kind, why) => {
    const { rules, warnings } = parseRedirects(text);
    expect(warnings).toEqual([{ code: `redirect_rule_${kind}`, params: { why, lines: "1" } }]);
    expect(rules).toHaveLength(kind === "ignored" ? 0 : 1);
  });

  it.each([
    ["/admin/* /admin/:splat 200! Role=admin,editor", "Role=admin,editor"],
    ["/admin/* 200! role=admin", "role=admin"],
    ["/a /b Role=admin", "Role=admin"],
    ["https://old.example/a /b 200 Role=admin", "Role=admin"],
    ["/a/*/b /c 200 Country=de Role=admin", "Role=admin"],
    ["/admin/* /login.html 401", "401"],
    ["/admin/* 401!", "401!"],
    ["/admin/* /denied.html 403!", "403!"],
    ["/a /b\n/c /d 200 Role=x", "Role=x"],
    ["/a role=admin /b", null],
    ["/401 /role=admin 301 # Role=admin", null],
  ])("%j asks that visitors sign in with %j", (text, expected) => {
    expect(parseRedirects(text).signIn).toBe(expected);
  });

  it("is ignored beyond 2,000 static ones and 100 with a splat or placeholder", () => {
    const lines = (count: number, line: (n: number) => string) =>
      Array.from({ length: count }, (_, n) => line(n));
    const text = [...lines(2_001, (n) => `/a${n} /b`), ...lines(101, (n) => `/c${n}/* /d`)].join("\n");
    const { rules, warnings } = parseRedirects(text);
    expect(rules).toHaveLength(2_100);
    expect(warnings).toEqual([
      { code: "redirect_rule_ignored", params: { why: "limit", lines: "2001, 2102" } },
    ]);
  });

  it("never throws, and never leads from this site to a host the file does not name", () => {
    const piece = fc.constantFrom(
      "/",
      "//",
      "*",
      ":a",
      ":splat",
      "a",
      "%2f",
      "%zz",
      "\\",
      "?",
      "#",
      "=",
      " ",
      "200",
      "301!",
      "404",
      "https://x.example",
      "\n",
      "é",
      "..",
    );
    const file = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 30 }).map((parts) => parts.join("")),
    );
    const path = fc.array(fc.constantFrom("/", "a", "..", "%2f", "%5c", "%zz", "@", "evil.example", "\\"), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(file, path, fc.string({ maxLength: 10 }), (text, parts, query) => {
        for (const rule of parseRedirects(text).rules) {
          const target = applyRedirect(rule, `/${parts.join("")}`, query && `?${query}`);
          if (target === null) continue;
          expect(target).toMatch(/^[\x20-\x7e]*$/);
          const host = new URL(target, "http://site.example").host;
          expect(["site.example", "x.example"].includes(host) || text.includes(host)).toBe(true);
        }
      }),
    );
  });
});
