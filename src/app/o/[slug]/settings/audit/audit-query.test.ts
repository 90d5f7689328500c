import { describe, expect, it } from "vitest";
import { spanOf } from "@/app/o/[slug]/settings/audit/audit-query";

describe("the time range of the audit filter", () => {
  it("covers the first to the last day, in the time zone of the browser", () => {
    const { from, to } = spanOf("2026-11-20", "2026-11-21");
    expect(from).toBe(new Date(2026, 10, 20).toISOString());
    expect(to).toBe(new Date(2026, 10, 22).toISOString());
  });

  it("is open-ended where no day is given", () => {
    expect(spanOf("", "")).toEqual({ from: undefined, to: undefined });
  });
});
