import { describe, expect, it } from "vitest";
import { checkedNextRun, nextRun } from "@/features/environment/cron";
import type { Fault } from "@/lib/fault";

const now = new Date("2027-03-10T12:00:30Z");

async function reasonOf(schedule: string): Promise<string> {
  return checkedNextRun(schedule, now).then(
    (run) => run.toISOString(),
    (fault: Fault) => fault.reason.code,
  );
}

describe("a schedule", () => {
  it.each([
    ["30 4 * * 1-5", "2027-03-11T04:30:00.000Z"],
    ["*/5 * * * *", "2027-03-10T12:05:00.000Z"],
    ["0 0 1 JAN *", "2028-01-01T00:00:00.000Z"],
    ["0 6 * * THU", "2027-03-11T06:00:00.000Z"],
    ["0 0 29 2 *", "2028-02-29T00:00:00.000Z"],
    ["@daily", "2027-03-11T00:00:00.000Z"],
  ])("%s is next due at %s, in UTC", async (schedule, due) => {
    expect(await reasonOf(schedule)).toBe(due);
  });

  it.each([
    ["whenever", "schedule_unreadable"],
    ["* * *", "schedule_unreadable"],
    ["0 0 12 * * *", "schedule_unreadable"],
    ["H 4 * * *", "schedule_unreadable"],
    ["@secondly", "schedule_unreadable"],
    ["61 4 * * *", "schedule_unreadable"],
    ["0 0 31 2 *", "schedule_unreadable"],
    ["* * * * *", "schedule_often"],
    ["0,2 4 * * *", "schedule_often"],
  ])("%s is refused: %s", async (schedule, reason) => {
    expect(await reasonOf(schedule)).toBe(reason);
  });

  it("is due again after an instant, not at it", async () => {
    expect(await nextRun("0 12 * * *", new Date("2027-03-10T12:00:00Z"))).toEqual(
      new Date("2027-03-11T12:00:00Z"),
    );
  });
});
