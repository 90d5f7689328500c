import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetOf, rateLimitOf } from "@/providers/kit/rate-limit";

const now = new Date("2026-05-03T10:00:00Z");

function limits(prefix: string, reset: string): Headers {
  return new Headers({
    [`${prefix}-limit`]: "2000",
    [`${prefix}-remaining`]: "3",
    [`${prefix}-reset`]: reset,
  });
}

describe("rate limit headers", () => {
  it("are read with a reset in Unix seconds", () => {
    const at = now.getTime() / 1000 + 90;
    expect(rateLimitOf(limits("x-ratelimit", String(at)), now)).toEqual({
      limit: 2000,
      remaining: 3,
      resetsAt: "2026-05-03T10:01:30.000Z",
    });
  });

  it("are read with a reset in seconds from now", () => {
    expect(rateLimitOf(limits("ratelimit", "90"), now)?.resetsAt).toBe("2026-05-03T10:01:30.000Z");
  });

  it("are ignored when one is absent or unreadable", () => {
    expect(rateLimitOf(new Headers(), now)).toBeUndefined();
    expect(rateLimitOf(limits("ratelimit", "later"), now)).toBeUndefined();
    expect(rateLimitOf(limits("ratelimit", "999999999999"), now)).toBeUndefined();
  });

  it("never throw", () => {
    const text = fc.stringMatching(/^[ -~]*$/);
    fc.assert(fc.property(text, (value) => void rateLimitOf(limits("ratelimit", value), now)));
  });
});

const inAnHour = now.getTime() / 1000 + 3600;

describe("the call budget that a host reports", () => {
  it("is read from GitHub's headers, each limit separately", () => {
    const headers = new Headers({
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "500",
      "x-ratelimit-used": "4500",
      "x-ratelimit-reset": String(inAnHour),
      "x-ratelimit-resource": "core",
    });
    expect(budgetOf(headers, now)).toEqual({
      resource: "core",
      left: 0.1,
      resetsAt: "2026-05-03T11:00:00.000Z",
    });
  });

  it("is read from GitLab's headers", () => {
    const headers = new Headers({
      "ratelimit-limit": "2000",
      "ratelimit-remaining": "2000",
      "ratelimit-reset": String(inAnHour),
      "ratelimit-name": "throttle_authenticated_api",
    });
    expect(budgetOf(headers, now)).toMatchObject({ resource: "throttle_authenticated_api", left: 1 });
  });

  it("is read from a bucket without a reset, and lasts for a minute", () => {
    const headers = new Headers({ "x-ratelimit-limit": "60", "x-ratelimit-remaining": "6" });
    expect(budgetOf(headers, now)).toMatchObject({ left: 0.1, resetsAt: "2026-05-03T10:01:00.000Z" });
  });

  it("is used up when Bitbucket says that the limit is near", () => {
    const headers = new Headers({ "x-ratelimit-limit": "1000", "x-ratelimit-nearlimit": "true" });
    expect(budgetOf(headers, now)).toMatchObject({ left: 0, resetsAt: "2026-05-03T10:10:00.000Z" });
    expect(budgetOf(new Headers({ "x-ratelimit-nearlimit": "false" }), now)).toBeUndefined();
  });

  it("is used up while a host asks for a pause, also beside a good answer", () => {
    const headers = new Headers({ "retry-after": "30", "x-ratelimit-resource": "Azure DevOps Limits" });
    expect(budgetOf(headers, now)).toEqual({
      resource: "all",
      left: 0,
      resetsAt: "2026-05-03T10:00:30.000Z",
    });
  });

  it("is unknown for a host that reports none", () => {
    expect(budgetOf(new Headers(), now)).toBeUndefined();
    expect(
      budgetOf(new Headers({ "x-ratelimit-limit": "0", "x-ratelimit-remaining": "0" }), now),
    ).toBeUndefined();
  });

  it("is a share and a time for any headers", () => {
    const text = fc.stringMatching(/^[ -~]{0,40}$/);
    const names = ["limit", "remaining", "reset", "resource", "nearlimit"];
    fc.assert(
      fc.property(fc.array(text, { minLength: 6, maxLength: 6 }), ([pause = "", ...values]) => {
        const headers = new Headers(names.map((name, at) => [`x-ratelimit-${name}`, values[at] ?? ""]));
        if (pause.length % 2) headers.set("retry-after", pause);
        const budget = budgetOf(headers, now);
        if (!budget) return;
        expect(budget.left).toBeGreaterThanOrEqual(0);
        expect(budget.left).toBeLessThanOrEqual(1);
        expect(new Date(budget.resetsAt).toISOString()).toBe(budget.resetsAt);
        expect(budget.resource).toMatch(/^[a-z][\w-]*$/);
      }),
    );
  });
});
