import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distance, nearMatches } from "@/providers/connection/near";

describe("the search for similar names", () => {
  const names = ["acme", "acme-evil", "acme/platform", "globex", "ab"];

  it.each([
    ["acmee", "acme"],
    ["ACME", "acme"],
    ["platform", "acme/platform"],
    ["globx", "globex"],
  ])("finds for %s first %s", (typed, expected) => expect(nearMatches(typed, names)[0]).toBe(expected));

  it.each(["zebra", "xy", ""])("finds none for %j", (typed) => expect(nearMatches(typed, names)).toEqual([]));

  it("finds three at most", () => {
    expect(nearMatches("team-1", ["team-2", "team-3", "team-4", "team-5"])).toHaveLength(3);
  });
});

describe("the edit distance of two words", () => {
  it.each([
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["same", "same", 0],
  ])("from %j to %j is %i", (a, b, expected) => expect(distance(a, b)).toBe(expected));

  it("is the same both ways and never more than the longer word", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const far = distance(a, b);
        return far === distance(b, a) && far <= Math.max(a.length, b.length) && (far === 0) === (a === b);
      }),
    );
  });
});
