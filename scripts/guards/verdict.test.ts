import { describe, expect, it } from "vitest";
import type { Guard } from "./guard";
import type { Outcome } from "./run-tests";
import { judge, unsound } from "./verdict";

const proof = { file: "a.test.ts", test: "refuses %s" };
const guard: Guard = { name: "g", file: "a.ts", text: "x", without: "", proofs: [proof] };
const ran = (passed: boolean, name = "requests refuses text/plain"): Outcome => {
  return { file: "a.test.ts", name, passed, why: passed ? "" : "expected 415" };
};

describe("a guard that was taken out", () => {
  it("counts as noticed when the named test in the named file fails", () => {
    expect(judge(guard, [ran(true), ran(false)])).toMatchObject({
      problem: null,
      shown: [{ passed: false }],
    });
  });

  it.each([
    ["nothing ran", []],
    ["everything passes", [ran(true)]],
    ["only another test fails", [ran(true), ran(false, "requests takes text/plain")]],
    ["it fails in another file", [{ ...ran(false), file: "b.test.ts" }]],
  ])("does not count as noticed when %s", (_what, outcomes) => {
    expect(judge(guard, outcomes)).toMatchObject({
      shown: [],
      problem: expect.stringContaining("does not fail"),
    });
  });

  it("has to be noticed by each of its tests", () => {
    const two = { ...guard, proofs: [proof, { file: "b.test.ts", test: "too" }] };
    expect(judge(two, [ran(false)]).problem).toContain("“too”");
  });
});

describe("a proof of a guard", () => {
  it("is sound when it runs and passes with every guard in place", () => {
    expect(unsound([proof], [ran(true)])).toEqual([]);
    expect(unsound([proof], [])).toEqual([expect.stringContaining("did not run")]);
    expect(unsound([proof], [ran(true), ran(false)])).toEqual([expect.stringContaining("expected 415")]);
  });
});
