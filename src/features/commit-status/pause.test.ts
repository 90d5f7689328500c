import { describe, expect, it } from "vitest";
import { nextTry, pauseAfter, toldWithinMs } from "@/features/commit-status/pause";

const wantedAt = new Date("2026-05-01T12:00:00Z");
const start = wantedAt.getTime();
const hour = 3600_000;

describe("the pause before a host is told again", () => {
  it("grows from seconds to hours", () => {
    expect([1, 2, 3, 6, 20].map((failures) => pauseAfter(failures) / 1000)).toEqual([5, 15, 45, 1215, 7200]);
  });

  it("is as long as the host asks for", () => {
    const retryAt = new Date(start + hour);
    expect(nextTry({ wantedAt, failures: 1, retryAt }, start)).toEqual(retryAt);
    expect(nextTry({ wantedAt, failures: 1, retryAt: new Date(start - hour) }, start)).toEqual(
      new Date(start + 5_000),
    );
  });

  it("ends with a last try after ten hours, and then none", () => {
    expect(nextTry({ wantedAt, failures: 12 }, start + 9.5 * hour)).toEqual(new Date(start + toldWithinMs));
    expect(nextTry({ wantedAt, failures: 13 }, start + toldWithinMs)).toBeNull();
  });

  it("is none when the host is to be asked only after that", () => {
    const retryAt = new Date(start + 11 * hour);
    expect(nextTry({ wantedAt, failures: 1, retryAt }, start)).toBeNull();
  });
});
