import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowAt, scrollFor, startsOf } from "@/ui/row-window";

describe("the visible rows of a long list", () => {
  it("start where the rows before them end", () => {
    expect([...startsOf(3, (index) => (index === 1 ? 32 : 20), 8)]).toEqual([8, 28, 60, 80]);
  });

  it("are found from the scroll position", () => {
    const starts = startsOf(3, () => 20);
    expect([0, 19, 20, 59, 60, 900].map((top) => rowAt(starts, top))).toEqual([0, 0, 1, 2, 3, 3]);
    expect(
      rowAt(
        startsOf(0, () => 20),
        0,
      ),
    ).toBe(0);
  });

  it("are the same as found by checking each row", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 })), fc.nat(2_000), (heights, top) => {
        const starts = startsOf(heights.length, (index) => heights[index] ?? 0);
        const slow = heights.findIndex((_, index) => (starts[index + 1] ?? 0) > top);
        expect(rowAt(starts, top)).toBe(slow < 0 ? heights.length : slow);
      }),
    );
  });

  it("scroll as little as needed to show another row, or centre it", () => {
    const view = { top: 100, height: 100 };
    expect(scrollFor({ start: 120, end: 140 }, view, false)).toBeNull();
    expect(scrollFor({ start: 80, end: 100 }, view, false)).toBe(80);
    expect(scrollFor({ start: 190, end: 210 }, view, false)).toBe(110);
    expect(scrollFor({ start: 500, end: 520 }, view, true)).toBe(460);
    expect(scrollFor({ start: 0, end: 20 }, view, true)).toBe(0);
  });
});
