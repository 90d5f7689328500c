import { expect, test, vi } from "vitest";
import { Fault } from "@/lib/fault";
import { isWorthAgain, pause, retryAfterMs } from "@/lib/outbound/backoff";

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
])("the header Retry-After %j means %s ms", (value, ms) => {
  expect(retryAfterMs(value, now)).toBe(ms);
});

const fault = (code: string, params = {}) => new Fault("unavailable", { code, params });

test.each([
  [new Response(null, { status: 502 }), true],
  [new Response(null, { status: 503 }), true],
  [new Response(null, { status: 504 }), true],
  [new Response(null, { status: 500 }), false],
  [new Response(null, { status: 429 }), false],
  [fault("connection_refused"), true],
  [fault("connection_reset"), true],
  [fault("host_unreachable"), true],
  [fault("host_timeout"), false],
  [fault("dns_failed", { again: true }), true],
  [fault("dns_failed", { again: false }), false],
  [fault("host_timeout", { again: true }), false],
])("a request that ended with %o is worth a retry: %s", (outcome, expected) => {
  expect(isWorthAgain(outcome)).toBe(expected);
});

test("the pause doubles with each retry, and there is no retry when it would reach the deadline", () => {
  const busy = new Response(null, { status: 503 });
  const random = vi.spyOn(Math, "random").mockReturnValue(0.5);
  expect([0, 1, 2].map((tried) => pause(busy, tried, 5_000, 100))).toEqual([50, 100, 200]);
  random.mockRestore();
  const asked = new Response(null, { status: 503, headers: { "retry-after": "5" } });
  expect(pause(asked, 0, 5_000, 100)).toBeNull();
  expect(retryAfterMs("Sat, 99 Foo 2026 04:00:30 GMT", now)).toBeNull();
});

test("a pause before a retry is never longer than the time left, and grows within its bounds", () => {
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
