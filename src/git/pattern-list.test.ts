import { describe, expect, it } from "vitest";
import { namePatternProblem, pathPatternProblem, patternsOf } from "@/git/pattern-list";

describe("a text of several patterns", () => {
  it.each([
    [null, []],
    ["", []],
    ["v*", ["v*"]],
    [" v*, !v*-rc ,", ["v*", "!v*-rc"]],
    ["v*\r\n!v*-rc\n", ["v*", "!v*-rc"]],
    ["v{1,2}.*,release", ["v{1,2}.*", "release"]],
    ["a{b,c},{d,e}f", ["a{b,c}", "{d,e}f"]],
  ])("%j holds %j", (text, patterns) => {
    expect(patternsOf(text)).toEqual(patterns);
  });
});

describe("a pattern of branches or tags", () => {
  it.each(["main", "release/*", "!wip/**", "v[0-9]*", "{a,b}/c", "feature/a#1", "a\\[b"])(
    "may be %s",
    (text) => {
      expect(namePatternProblem(text)).toBeNull();
    },
  );

  it.each([
    ["!", /missing/],
    ["", /missing/],
    ["refs/heads/main", /refs\/heads/],
    ["my branch", /blanks/],
    ["a..b", /two dots/],
    ["v[0-9", /bracket/],
    ["v{1,2", /brace/],
    ["+(a|b)", /braces/],
    ["!!main", /exclamation/],
    ["a\u0007", /Control/],
  ])("may not be %j", (text, problem) => {
    expect(namePatternProblem(text)).toMatch(problem);
  });
});

describe("a pattern of paths", () => {
  it.each(["apps/web", "apps/web/**", "!docs/**", "my folder/*.md", "/", "."])("may be %s", (text) => {
    expect(pathPatternProblem(text)).toBeNull();
  });

  it("may not lead out of the repository", () => {
    expect(pathPatternProblem("../other")).toMatch(/begin at the repository/);
  });
});
