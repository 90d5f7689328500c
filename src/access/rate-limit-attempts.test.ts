import { testDatabase } from "@test/kit/database";
import { expect, it } from "vitest";
import { countAttempt, limits, refundAttempt, resetAttempts } from "@/access/rate-limit";
import { db } from "@/db/client";

testDatabase();

async function passes(subject: string, count: number): Promise<number> {
  const tries = await Promise.allSettled(Array.from({ length: count }, () => countAttempt("setup", subject)));
  return tries.filter((result) => result.status === "fulfilled").length;
}

const allowed = limits.setup.tries;

it("concurrent attempts pass up to the limit and not one more", async () => {
  expect(await passes("192.0.2.1", allowed + 15)).toBe(allowed);
});

it("a refused attempt says when the window ends", async () => {
  await passes("192.0.2.2", allowed);
  const before = Date.now();
  const refusal = await countAttempt("setup", "192.0.2.2").catch((error) => error);
  expect(refusal).toMatchObject({ code: "rate_limited", retryAt: expect.any(Date) });
  expect(refusal.retryAt.getTime()).toBeGreaterThan(before);
});

it("attempts pass again after a new window, a reset or a returned attempt", async () => {
  await passes("192.0.2.3", allowed);
  await refundAttempt("setup", "192.0.2.3");
  expect(await passes("192.0.2.3", 5)).toBe(1);
  await resetAttempts("setup", "192.0.2.3");
  expect(await passes("192.0.2.3", 5)).toBe(5);
  await db().throttle.updateMany({ data: { count: 1000, windowEndsAt: new Date(0) } });
  expect(await passes("192.0.2.3", 1)).toBe(1);
});

it("attempts from one IPv6 network count together, and from two IPv4 addresses apart", async () => {
  const inside = Array.from({ length: allowed }, (_, index) =>
    countAttempt("setup", `2001:db8:1:2::${index + 1}`),
  );
  await Promise.all(inside);
  expect(await passes("2001:db8:1:2:ffff::1", 1)).toBe(0);
  expect(await passes("2001:db8:1:3::1", 1)).toBe(1);
  expect(await passes("::ffff:192.0.2.9", allowed)).toBe(allowed);
  expect(await passes("192.0.2.9", 1)).toBe(0);
  expect(await passes("192.0.2.10", 1)).toBe(1);
});
