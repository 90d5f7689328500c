import { describe, expect, it } from "vitest";
import type { HealthRow } from "@/features/git-provider/health/current-health";
import { causesOf, isOver } from "@/features/notification/cause";

const now = new Date("2026-05-01T12:00:00Z");
const ok = { state: "ok", checkedAt: "2026-05-01T00:00:00.000Z" };
const row = (health: object = {}, fields: Partial<HealthRow> = {}): HealthRow => ({
  health: { ...ok, ...health },
  tokenExpiresOn: null,
  providerType: "gitlab",
  authMethod: "token",
  connectorLeft: false,
  wrongDeliveries: null,
  createdAt: "2026-04-01T00:00:00Z",
  ...fields,
});
const inHours = (count: number) => new Date(now.getTime() + count * 3_600_000).toISOString();
const keys = (given: HealthRow) => causesOf(given, now).map(({ key }) => key);

describe("the notification about a provider", () => {
  it.each([
    ["nothing long before the end", 31 * 24, []],
    ["the end in thirty days", 30 * 24, ["expiry:30:2026-05-31"]],
    ["the same until fourteen days are left", 14 * 24 + 1, ["expiry:30:2026-05-15"]],
    ["the end in fourteen days", 14 * 24, ["expiry:14:2026-05-15"]],
    ["the end in seven days", 7 * 24, ["expiry:7:2026-05-08"]],
    ["the end in one day", 24, ["expiry:1:2026-05-02"]],
    ["the same in the last hour", 1, ["expiry:1:2026-05-01"]],
    ["that it does not work after the end", -1, ["broken"]],
  ])("is %s", (_, hours, expected) => {
    expect(keys(row({ expiresAt: inHours(hours) }))).toEqual(expected);
  });

  it("uses the day of expiry that a person entered where the host gives none", () => {
    expect(keys(row({}, { tokenExpiresOn: "2026-05-07" }))).toEqual(["expiry:7:2026-05-08"]);
  });

  it("is about its age for a secret of ninety days without a known end", () => {
    const since = "2026-01-31T00:00:00.000Z";
    expect(keys(row({ since }))).toEqual([`age:${since}`]);
    expect(keys(row({ since: "2026-02-02T00:00:00.000Z" }))).toEqual([]);
  });

  it("is none for an old secret that does not expire, or is refreshed by itself", () => {
    const since = "2020-01-01T00:00:00.000Z";
    expect(keys(row({ since, neverExpires: true }))).toEqual([]);
    expect(keys(row({ since, expiresAt: inHours(1) }, { authMethod: "oauth" }))).toEqual([]);
  });

  it("is about a failure only after a second check, or when the host refused the secret", () => {
    const reason = { code: "test_found" };
    expect(keys(row({ state: "broken", reason, failures: 1 }))).toEqual([]);
    expect(keys(row({ state: "broken", reason, failures: 2 }))).toEqual(["broken"]);
    expect(keys(row({ state: "broken", reason: { code: "token_rejected" } }))).toEqual(["broken"]);
  });

  it("is none for a warning that is not about an end", () => {
    expect(keys(row({ state: "warning", reason: { code: "feature_missing" } }))).toEqual([]);
  });
});

describe("the state of a sent notification", () => {
  it("about an end stays the same while that end does, in every stage", () => {
    const near = row({ expiresAt: "2026-05-08T00:00:00Z" });
    expect(["expiry:30:2026-05-08", "expiry:7:2026-05-08"].map((key) => isOver(key, near, now))).toEqual([
      false,
      false,
    ]);
  });

  it("about an end is over with another secret", () => {
    expect(isOver("expiry:7:2026-05-08", row({ expiresAt: "2026-09-08T00:00:00Z" }), now)).toBe(true);
    expect(isOver("expiry:7:2026-05-08", row(), now)).toBe(true);
    expect(isOver("age:2026-01-01T00:00:00.000Z", row({ since: "2026-04-30T00:00:00.000Z" }), now)).toBe(
      true,
    );
  });

  it("about a failure is over after a good check, not as soon as the secret was replaced", () => {
    expect(isOver("broken", row({ state: "pending", checkedAt: null }), now)).toBe(false);
    expect(isOver("broken", row({ state: "broken" }), now)).toBe(false);
    expect(isOver("broken", row(), now)).toBe(true);
  });
});
