import { describe, expect, it } from "vitest";
import { healthAt } from "@/features/git-provider/health";
import { healthOf } from "@/features/git-provider/run-test";
import type { Check, Report } from "@/providers/connection/report";

const now = new Date("2026-05-01T12:00:00Z");
const stored = (fields: object = {}) => ({ state: "ok", checkedAt: "2026-04-01T00:00:00.000Z", ...fields });

describe("the health that is shown", () => {
  it.each([
    ["ok long before the end", { expiresAt: "2026-09-01T00:00:00Z" }, null, "ok"],
    ["a warning in the last thirty days", { expiresAt: "2026-05-20T00:00:00Z" }, null, "warning"],
    ["broken from the end on", { expiresAt: "2026-05-01T12:00:00Z" }, null, "broken"],
    ["a warning before a day that a person gave", {}, "2026-05-20", "warning"],
    ["a warning on that very day", {}, "2026-05-01", "warning"],
    ["broken after that day", {}, "2026-04-30", "broken"],
    [
      "what the host told, before what a person gave",
      { expiresAt: "2026-09-01T00:00:00Z" },
      "2026-04-30",
      "ok",
    ],
    ["broken as it was", { state: "broken", expiresAt: "2026-05-20T00:00:00Z" }, null, "broken"],
    ["pending as it was", { state: "pending", checkedAt: null }, "2026-05-20", "pending"],
    ["unknown when it cannot be read", { state: "great" }, null, "unknown"],
  ])("is %s", (_, fields, tokenExpiresOn, state) => {
    expect(healthAt({ health: stored(fields), tokenExpiresOn }, now).state).toBe(state);
  });

  it("turns a stored reason into words", () => {
    const health = stored({ state: "broken", reason: { code: "token_rejected", params: { host: "Gitea" } } });
    expect(healthAt({ health, tokenExpiresOn: null }, now).reason).toMatchObject({
      code: "token_rejected",
      message: expect.stringContaining("Gitea refused this token"),
    });
  });
});

describe("what a report means", () => {
  const report = (checks: Partial<Check>[], fields: Partial<Report> = {}): Report => ({
    ok: checks.every(({ status }) => status !== "fail"),
    summary: "The summary.",
    checks: checks.map((check) => ({
      id: "address",
      label: "",
      status: "pass",
      detail: "The detail.",
      ...check,
    })),
    ...fields,
  });

  it.each([
    [[{ id: "credential", status: "pass" }], "ok", undefined],
    [[{ id: "webhooks", status: "warn" }], "ok", undefined],
    [[{ id: "clock", status: "warn" }], "warning", "The detail."],
    [[{ id: "scopes", status: "fail" }], "warning", "The summary."],
    [[{ id: "credential", status: "fail" }], "broken", "The summary."],
    [
      [
        { id: "scopes", status: "fail" },
        { id: "gitRead", status: "fail" },
      ],
      "broken",
      "The summary.",
    ],
  ] as const)("%j is %s", (checks, state, text) => {
    const health = healthOf(report([...checks]), null, now);
    expect(health.state).toBe(state);
    expect(health.reason?.params?.text).toBe(text);
  });

  it("keeps the end that the host told, not the day that a person gave", () => {
    const ends = report([], { expiresAt: "2026-08-01T00:00:00.000Z" });
    expect(healthOf(ends, null, now).expiresAt).toBe("2026-08-01T00:00:00.000Z");
    expect(healthOf(ends, "2026-08-01", now).expiresAt).toBeUndefined();
  });
});
