import { describe, expect, it } from "vitest";
import { nextActive } from "@/ui/picker-rows";

describe("moving through a list by keyboard", () => {
  it("goes one row or one page and stops at the ends", () => {
    expect(nextActive("ArrowDown", 0, 3)).toBe(1);
    expect(nextActive("ArrowDown", 2, 3)).toBe(2);
    expect(nextActive("ArrowUp", 0, 3)).toBe(0);
    expect(nextActive("PageDown", 1, 30)).toBe(9);
    expect(nextActive("PageUp", 1, 30)).toBe(0);
  });

  it("leaves other keys and an empty list alone", () => {
    expect(nextActive("a", 0, 3)).toBeNull();
    expect(nextActive("ArrowDown", 0, 0)).toBeNull();
  });
});
