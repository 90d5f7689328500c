import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { targets } from "./modules";
import { apply, mutantsOf } from "./mutants";

const changed = (source: string) => mutantsOf("a.ts", source).map((mutant) => apply(source, mutant));

describe("the mutants of a source file", () => {
  it.each([
    ["return a < b;", "return a <= b;"],
    ["return a === 'x';", "return a !== 'x';"],
    ["return a && b;", "return a || b;"],
    ["return !a;", "return a;"],
    ["return 3;", "return 4;"],
    ["return [a];", "return [];"],
    ["await check(a);", ";"],
    ["throw wrong();", ";"],
  ])("include, for %s, the change to %s", (before, after) => {
    const inside = (text: string) => `async function f(a, b) { ${text} }`;
    expect(changed(inside(before))).toContain(inside(after));
  });

  it("include each condition as always true and as never true", () => {
    expect(changed("if (a) b();")).toEqual(expect.arrayContaining(["if (true) b();", "if (false) b();"]));
  });

  it("leave log lines and texts unchanged", () => {
    expect(changed('log.warn("x");')).toEqual([]);
    expect(changed('const a = "x" + b;')).toEqual([]);
  });
});

it("the list of modules names only files that exist", () => {
  const root = path.resolve(import.meta.dirname, "../..");
  const files = targets.flatMap(({ module, tests }) => [module, ...tests]);
  expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});
