import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rateLimitOf } from "@/providers/kit/rate-limit";

const NOW = new Date("2026-05-03T10:00:00Z");

function limits(prefix: string, reset: string): Headers {
  return new Headers({
    [`${prefix}-limit`]: "2000",
    [`${prefix}-remaining`]: "3",
    [`${prefix}-reset`]: reset,
  });
}

describe("rate limit headers", () => {
  it("are read with a reset in Unix seconds", () => {
    const at = NOW.getTime() / 1000 + 90;
    expect(rateLimitOf(limits("x-ratelimit", String(at)), NOW)).toEqual({
      limit: 2000,
      remaining: 3,
      resetsAt: "2026-05-03T10:01:30.000Z",
    });
  });

  it("are read with a reset in seconds from now", () => {
    expect(rateLimitOf(limits("ratelimit", "90"), NOW)?.resetsAt).toBe("2026-05-03T10:01:30.000Z");
  });

  it("are ignored when one is absent or unreadable", () => {
    expect(rateLimitOf(new Headers(), NOW)).toBeUndefined();
    expect(rateLimitOf(limits("ratelimit", "later"), NOW)).toBeUndefined();
    expect(rateLimitOf(limits("ratelimit", "999999999999"), NOW)).toBeUndefined();
  });

  it("never throw", () => {
    const text = fc.stringMatching(/^[ -~]*$/);
    fc.assert(fc.property(text, (value) => void rateLimitOf(limits("ratelimit", value), NOW)));
  });
});
