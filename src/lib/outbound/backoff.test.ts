import { expect, test } from "vitest";
import { pause, retryAfterMs } from "@/lib/outbound/backoff";

const now = Date.parse("2026-11-21T04:00:00Z");

test.each([
  ["3", 3_000],
  [" 0 ", 0],
  ["Sat, 21 Nov 2026 04:00:30 GMT", 30_000],
  ["Sat, 21 Nov 2026 03:00:00 GMT", 0],
  ["99999999", 99_999_999_000],
  ["-1", null],
  ["1.5", null],
  ["abc", null],
  ["", null],
  [null, null],
])("Retry-After %j is %s ms", (value, ms) => {
  expect(retryAfterMs(value, now)).toBe(ms);
});

test("a pause is never longer than what is left, and grows within its bounds", () => {
  const busy = (after?: string) =>
    new Response(null, { status: 503, headers: after ? { "retry-after": after } : {} });
  expect(pause(busy("9"), 0, 5_000, 100)).toBeNull();
  expect(pause(busy("2"), 0, 5_000, 100)).toBe(2_000);
  for (let tried = 0; tried < 3; tried++) {
    const ms = pause(busy(), tried, 5_000, 100);
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThan(100 * 2 ** tried);
  }
});
