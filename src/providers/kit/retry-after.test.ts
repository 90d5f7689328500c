import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { retryAfter } from "@/providers/kit/retry-after";

const NOW = new Date("2026-05-03T10:00:00Z");
const DAY = 24 * 60 * 60 * 1000;

function wait(header: string | null): number {
  return retryAfter(header, NOW).getTime() - NOW.getTime();
}

describe("Retry-After", () => {
  it.each([
    ["120", 120_000],
    [" 5 ", 5_000],
    ["0", 1_000],
    ["Sun, 03 May 2026 10:02:00 GMT", 120_000],
    ["Sun, 03 May 2026 09:00:00 GMT", 1_000],
  ])("reads %s", (header, expected) => expect(wait(header)).toBe(expected));

  it.each([null, "", "-5", "soon", "7a", "NaN"])("means a minute for %s", (header) => {
    expect(wait(header)).toBe(60_000);
  });

  it("never means more than a day", () => {
    expect(wait("99999999999999999999")).toBe(DAY);
    expect(wait("Fri, 03 May 3026 10:00:00 GMT")).toBe(DAY);
  });

  it("gives a usable time for any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = wait(text);
        return ms >= 1_000 && ms <= DAY;
      }),
    );
  });
});
