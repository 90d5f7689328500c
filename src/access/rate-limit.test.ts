import { testEnv } from "@test/kit/database";
import { beforeAll, describe, expect, it } from "vitest";
import { countCallFrom, countCallOf } from "@/access/rate-limit";
import { setEnv } from "@/lib/env";
import type { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { processGlobal } from "@/lib/process-global";

beforeAll(() => setEnv(testEnv({ SLIPWAY_RATE_LIMIT: "60", SLIPWAY_RATE_LIMIT_ADDRESS: "120" })));

const start = Date.parse("2026-11-21T12:00:00Z");

function spend(count: number, take: () => void): void {
  for (let n = 0; n < count; n++) take();
}

function faultOf(work: () => void): Fault {
  try {
    work();
  } catch (error) {
    return error as Fault;
  }
  throw new Error("it was let through");
}

const key = () => ({ userId: "u", via: { kind: "key", apiKeyId: newId(), keyName: "ci" } }) as const;

describe("the rate limit of an API key", () => {
  it("allows the calls of a minute at once, then one for each that is refilled", () => {
    const ci = key();
    spend(60, () => countCallOf(ci, start));
    const fault = faultOf(() => countCallOf(ci, start));
    expect(fault).toMatchObject({ code: "rate_limited", reason: { code: "calls_limited" } });
    expect(fault.retryAt?.getTime()).toBe(start + 1_000);
    countCallOf(ci, start + 1_000);
    expect(faultOf(() => countCallOf(ci, start + 1_000)).code).toBe("rate_limited");
  });

  it("does not count against another key of the same person, nor against their sessions", () => {
    const ci = key();
    spend(60, () => countCallOf(ci, start));
    countCallOf(key(), start);
    countCallOf({ userId: "u", via: { kind: "session", sessionId: "s" } }, start);
  });

  it("survives a clock that goes back", () => {
    const ci = key();
    spend(30, () => countCallOf(ci, start));
    spend(30, () => countCallOf(ci, start - 60_000));
    expect(faultOf(() => countCallOf(ci, start - 60_000)).code).toBe("rate_limited");
  });
});

describe("the rate limit of a person", () => {
  it("is shared by all sessions", () => {
    const userId = newId();
    spend(60, () => countCallOf({ userId, via: { kind: "session", sessionId: newId() } }, start));
    const another = { userId, via: { kind: "session", sessionId: newId() } } as const;
    expect(faultOf(() => countCallOf(another, start)).code).toBe("rate_limited");
  });
});

describe("the rate limits of many callers", () => {
  it("use bounded memory, and never reset a caller who is over the limit", () => {
    const late = start + 600_000;
    const busy = key();
    spend(60, () => countCallOf(busy, late));
    for (let n = 0; n < 120_000; n++) {
      countCallOf({ userId: `many-${n}`, via: { kind: "session", sessionId: "s" } }, late + n / 1000);
      if (n % 1000 === 0) faultOf(() => countCallOf(busy, late + n / 1000));
    }
    const buckets = processGlobal("rateLimitBuckets", () => new Map()).value;
    expect(buckets.size).toBeLessThanOrEqual(50_000);
  });
});

describe("the rate limit of an address", () => {
  it("counts every caller, for IPv6 over the whole network", () => {
    spend(120, () => countCallFrom("2001:db8:1:2::1", start));
    expect(faultOf(() => countCallFrom("2001:db8:1:2:ffff::9", start)).code).toBe("rate_limited");
    countCallFrom("2001:db8:1:3::1", start);
    countCallFrom("192.0.2.77", start);
  });
});
