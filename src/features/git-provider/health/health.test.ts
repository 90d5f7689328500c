import { describe, expect, it } from "vitest";
import { type HealthRow, healthAt } from "@/features/git-provider/health/current-health";
import { healthOf } from "@/features/git-provider/health/health-of-report";
import { pendingHealth } from "@/features/git-provider/health/record-health";
import { messageOf } from "@/lib/reason";
import type { Check, Report } from "@/providers/connection/report";

const now = new Date("2026-05-01T12:00:00Z");
const stored = (fields: object = {}) => ({ state: "ok", checkedAt: "2026-04-01T00:00:00.000Z", ...fields });

const row = (fields: Partial<HealthRow>): HealthRow => ({
  health: stored(),
  tokenExpiresOn: null,
  providerType: "gitlab",
  authMethod: "token",
  connectorLeft: false,
  wrongDeliveries: null,
  createdAt: "2026-04-01T00:00:00Z",
  ...fields,
});

const neverUntil = (tokenExpiresOn: string) => ({ health: stored({ neverExpires: true }), tokenExpiresOn });

describe("the health shown for a provider", () => {
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
    expect(healthAt(row({ health: stored(fields), tokenExpiresOn }), now).state).toBe(state);
  });

  it.each([
    ["never where the host says so", { health: stored({ neverExpires: true }) }, "never"],
    ["never where there is no secret", { providerType: "git", authMethod: "public" }, "never"],
    ["at an instant that the host told", { health: stored({ expiresAt: "2026-09-01T00:00:00Z" }) }, "at"],
    ["at the end of a day that a person gave", { tokenExpiresOn: "2026-09-01" }, "at"],
    ["at that day, also where the host says never", neverUntil("2026-09-01"), "at"],
    ["unknown where nobody told", {}, "unknown"],
  ] as [string, Partial<HealthRow>, string][])("tells that the credential ends %s", (_, fields, ends) => {
    expect(healthAt(row(fields), now).ends).toBe(ends);
  });

  it("counts the expiry day that a person gave as the last day on which the credential works", () => {
    const told = (tokenExpiresOn: string) => healthAt(row({ tokenExpiresOn }), now).reason?.message;
    expect(told("2020-01-31")).toContain("2020-01-31");
    const soon = new Date(now.getTime() + 5 * 86_400_000).toISOString().slice(0, 10);
    expect(told(soon)).toContain(soon);
  });

  it("warns of a secret that is ninety days old when its expiry is unknown", () => {
    const old = { createdAt: "2026-01-31T12:00:00Z" };
    expect(healthAt(row(old), now)).toMatchObject({ state: "warning", reason: { code: "token_old" } });
    expect(healthAt(row({ createdAt: "2026-02-01T12:00:01Z" }), now).state).toBe("ok");
  });

  it.each([
    ["the host says that it does not end", { health: stored({ neverExpires: true }) }],
    ["its end is known", { tokenExpiresOn: "2026-12-01" }],
    ["it was replaced since", { health: stored({ since: "2026-04-20T00:00:00.000Z" }) }],
  ] as [string, Partial<HealthRow>][])("does not warn of an old secret when %s", (_, fields) => {
    const old = { createdAt: "2020-01-01T00:00:00Z" };
    expect(healthAt(row({ ...old, ...fields }), now).state).toBe("ok");
  });

  it("counts the age of a secret from the change that set it", () => {
    expect(pendingHealth(undefined, now).since).toBe(now.toISOString());
  });

  it("warns when the person who connected the provider has left, and says what to do", () => {
    const health = stored({ account: { name: "ada" } });
    const shown = healthAt(row({ health, connectorLeft: true }), now);
    expect(shown).toMatchObject({ state: "warning", reason: { code: "connector_left" } });
    expect(shown.reason?.message).toMatch(/acts as ada.*replace the credential/);
  });

  it("warns of deliveries with a wrong signature, and is never broken by them", () => {
    const wrong = {
      wrongDeliveries: { repository: "acme/site", count: 7, lastAt: "2026-05-01T11:00:00.000Z" },
    };
    const shown = healthAt(row(wrong), now);
    expect(shown).toMatchObject({ state: "warning", reason: { code: "hook_rejected" } });
    expect(shown.reason?.message).toMatch(/^7 deliveries for acme\/site .*repaired/);
    expect(healthAt(row({ ...wrong, health: stored({ state: "broken" }) }), now).reason).toBeUndefined();
  });

  it("turns a stored reason code into its message", () => {
    const health = stored({ state: "broken", reason: { code: "token_rejected", params: { host: "Gitea" } } });
    expect(healthAt(row({ health }), now).reason).toMatchObject({
      code: "token_rejected",
      message: expect.stringContaining("Gitea refused this token"),
    });
  });
});

describe("the health derived from a test report", () => {
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
    [
      [
        { id: "clock", status: "warn" },
        { id: "webhooks", status: "warn" },
      ],
      "warning",
      "The detail.",
    ],
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
    const health = healthOf(report([...checks]), row({}), now);
    expect(health.state).toBe(state);
    expect(health.reason?.params?.text).toBe(text);
  });

  it("names the feature that a missing scope disables, and how to grant it", () => {
    const fix = { text: "Create a credential with `admin:repo_hook` to use it." };
    const checks: Partial<Check>[] = [
      { id: "webhooks", label: "Webhooks", status: "warn", detail: "Webhooks cannot be created.", fix },
    ];
    const { state, reason } = healthOf(report(checks), row({}), now);
    expect([state, reason?.code]).toEqual(["warning", "feature_missing"]);
    expect(messageOf(reason ?? { code: "" })).toBe(
      "Webhooks will not work with this credential: Webhooks cannot be created. Create a credential with `admin:repo_hook` to use it.",
    );
  });

  it("counts consecutive failures", () => {
    const broken = report([{ id: "reachable", status: "fail" }]);
    const first = healthOf(broken, row({}), now);
    const second = healthOf(broken, row({ health: first }), now);
    expect([first.failures, second.failures]).toEqual([1, 2]);
    expect(healthOf(report([]), row({ health: second }), now).failures).toBeUndefined();
  });

  it("remembers that the host's credentials do not expire", () => {
    expect(healthOf(report([], { neverExpires: true }), row({}), now).neverExpires).toBe(true);
  });

  it("keeps the expiry that the host reported, not the day that a person gave", () => {
    const ends = report([], { expiresAt: "2026-08-01T00:00:00.000Z" });
    expect(healthOf(ends, row({}), now).expiresAt).toBe("2026-08-01T00:00:00.000Z");
    expect(healthOf(ends, row({ tokenExpiresOn: "2026-08-01" }), now).expiresAt).toBeUndefined();
  });
});
