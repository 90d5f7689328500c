import { describe, expect, it } from "vitest";
import { count, fromPlaywright, fromVitest, summary } from "./outcome.mjs";

const test = { file: "a.test.ts", name: "works", state: "passed", flaky: false, millis: 1200 };

describe("the outcome of a test run", () => {
  it("counts a vitest test that passed only when tried again as flaky", () => {
    const tests = [
      test,
      { ...test, flaky: true },
      { ...test, state: "failed" },
      { ...test, state: "skipped" },
    ];
    expect(count(fromVitest({ tests }))).toEqual({ passed: 1, flaky: 1, failed: 1 });
  });

  it("counts a Playwright test that passed only when tried again as flaky", () => {
    const spec = (status: string, durations: number[]) => ({
      title: status,
      tests: [{ status, results: durations.map((duration) => ({ duration })) }],
    });
    const specs = [spec("expected", [500]), spec("flaky", [3000, 1000]), spec("skipped", [])];
    const inner = { title: "inner", specs: [spec("unexpected", [10, 20])] };
    const outcomes = fromPlaywright({ suites: [{ title: "a.spec.ts", specs, suites: [inner] }] });
    expect(count(outcomes)).toEqual({ passed: 1, flaky: 1, failed: 1 });
    expect(outcomes).toContainEqual({ name: "a.spec.ts > flaky", end: "flaky", seconds: 4 });
    expect(outcomes).toContainEqual({ name: "a.spec.ts > inner > unexpected", end: "failed", seconds: 0.03 });
  });

  it("names the ten slowest, the flaky and the failed ones, and ends with the counts", () => {
    const many = Array.from({ length: 12 }, (_, at) => ({ ...test, name: `test ${at}`, millis: at * 1000 }));
    const text = summary(
      fromVitest({
        tests: [...many, { ...test, name: "now and then", flaky: true }, { ...test, state: "failed" }],
      }),
    );
    expect(text).toContain("The ten slowest:\n  11.0 s  a.test.ts > test 11");
    expect(text).not.toContain("test 1\n");
    expect(text).toContain("Flaky, passed only when tried again:\n  a.test.ts > now and then\n");
    expect(text).toContain("Failed:\n  a.test.ts > works\n");
    expect(text).toMatch(/\n1 flaky\n12 passed, 1 failed$/);
  });
});
