import { describe, expect, it } from "vitest";
import { relative } from "@/ui/relative";

const now = Date.parse("2026-05-03T12:00:00Z");
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

describe("a relative time", () => {
  it("names the largest whole unit", () => {
    expect(relative(ago(20), now)).toBe("just now");
    expect(relative(ago(120), now)).toBe("2 min ago");
    expect(relative(ago(3 * 3600), now)).toBe("3 h ago");
    expect(relative(ago(86_400 * 5), now)).toBe("5 days ago");
  });

  it("describes a future time", () => {
    expect(relative(ago(-86_400 * 12 - 60), now)).toBe("in 12 days");
    expect(relative(ago(-7200 - 5), now)).toBe("in 2 h");
    expect(relative(ago(-86_400 * 7 + 1), now)).toBe("in 7 days");
  });

  it("is unknown for an invalid date", () => {
    expect(relative("soon", now)).toBe("unknown");
  });
});
