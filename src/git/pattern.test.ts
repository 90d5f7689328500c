import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { namePattern, pathPattern } from "@/git/pattern";

describe("patterns of branches and tags", () => {
  it.each([
    ["main", "main", true],
    ["main", "maintenance", false],
    ["main", "Main", false],
    ["feature/*", "feature/login", true],
    ["feature/*", "feature/login/form", false],
    ["feature/**", "feature/login/form", true],
    ["*", "a/b", false],
    ["**", "a/b", true],
    ["*", ".hidden", true],
    ["v[0-9]*", "v12.1", true],
    ["v[0-9]*", "version", false],
    ["release-?", "release-1", true],
    ["{main,next}", "next", true],
    ["#42", "#42", true],
    ["fix(ui)", "fix(ui)", true],
    ["@(main)", "main", false],
    ["__proto__", "__proto__", true],
    ["", "main", false],
  ])("%j and %j: %j", (pattern, name, fits) => {
    expect(namePattern([pattern])(name) !== null).toBe(fits);
  });

  it("tell the last one that fits, and take out again what a pattern with ! names", () => {
    const fits = namePattern(["**", "!wip/**", "wip/urgent"]);
    expect([fits("main"), fits("wip/a"), fits("wip/urgent")]).toEqual(["**", null, "wip/urgent"]);
  });

  it("take everything in but what is named, where there are only ones with !", () => {
    const fits = namePattern(["!dependabot/**", "! "]);
    expect([fits("main"), fits("dependabot/npm/x")]).toEqual(["**", null]);
  });

  it("fit nothing where there are none", () => {
    expect(namePattern([])("main")).toBeNull();
    expect(namePattern([" ", "!"])("main")).toBeNull();
  });

  it("fit a name that is written out, whatever letters it has", () => {
    const letter = fc.constantFrom(..."abz09-_#@!{}()'\"$%&+,;=/é　<>|`");
    const name = fc.array(letter, { minLength: 1, maxLength: 30 }).map((all) => all.join(""));
    fc.assert(
      fc.property(name, (text) => {
        fc.pre(!text.startsWith("!") && text.trim() === text);
        expect(namePattern([text])(text)).toBe(text);
      }),
    );
  });

  it("never throw, whatever is written", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 5 }), fc.string(), (patterns, name) => {
        expect([null, "**", ...patterns.map((one) => one.trim())]).toContain(namePattern(patterns)(name));
        pathPattern(patterns)(name);
      }),
    );
  });

  it.each([
    "*a".repeat(60),
    "**a".repeat(40),
    "{a,b}".repeat(40),
    "{1..1000000}",
    "**/".repeat(60),
    "*".repeat(200),
  ])("are compared in no time: %s", (pattern) => {
    const start = performance.now();
    const name = `${"a/".repeat(60)}${"a".repeat(120)}c`;
    namePattern([pattern])(name);
    pathPattern([pattern])(name);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe("patterns of paths", () => {
  it.each([
    ["apps/web", "apps/web/src/page.tsx", true],
    ["apps/web", "apps/website/page.tsx", false],
    ["/apps/web/", "apps/web/a", true],
    ["./apps", "apps/a", true],
    ["/", "anything", true],
    [".", "any/thing", true],
    ["**/*.md", "README.md", true],
    ["*.md", "docs/a.md", false],
    ["src/**", "src/a/b.ts", true],
    ["package.json", "package.json", true],
    [".github", ".github/workflows/ci.yml", true],
  ])("%j and %j: %j", (pattern, path, fits) => expect(pathPattern([pattern])(path) !== null).toBe(fits));

  it("take a folder out again", () => {
    const fits = pathPattern(["apps/web", "!apps/web/docs", "!**/*.md"]);
    expect([fits("apps/web/a.ts"), fits("apps/web/docs/a.ts"), fits("apps/web/a.md")]).toEqual([
      "apps/web",
      null,
      null,
    ]);
  });
});
