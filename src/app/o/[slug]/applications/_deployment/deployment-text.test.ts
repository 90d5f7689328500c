import { describe, expect, it } from "vitest";
import { elapsed, headAndRest, triggerWords } from "@/app/o/[slug]/applications/_deployment/deployment-text";

describe("the texts of a deployment", () => {
  it("say who or what started it", () => {
    expect(triggerWords({ trigger: "manual", actor: { name: "Ada" } })).toBe("by Ada");
    expect(triggerWords({ trigger: "push", actor: null })).toBe("push");
    const promoted = { actor: { name: "Ada" }, promotedFromId: "d" };
    expect(triggerWords({ trigger: "manual", ...promoted })).toBe("promoted by Ada");
    expect(triggerWords({ trigger: "push", ...promoted })).toBe("promoted after push by Ada");
  });

  it("split a reason into what happened and what to do", () => {
    expect(headAndRest("The folder v1.2 is missing. Correct the settings. Then deploy.")).toEqual({
      head: "The folder v1.2 is missing.",
      rest: "Correct the settings. Then deploy.",
    });
    expect(headAndRest("Cancelled by Ada.")).toEqual({ head: "Cancelled by Ada.", rest: "" });
  });

  it("show the duration until the end, or until now", () => {
    const startedAt = "2026-01-01T00:00:00.000Z";
    const now = Date.parse("2026-01-01T00:00:09.000Z");
    expect(elapsed({ startedAt, finishedAt: null }, now)).toBe(9000);
    expect(elapsed({ startedAt, finishedAt: "2026-01-01T00:00:02.000Z" }, now)).toBe(2000);
    expect(elapsed({ startedAt: null, finishedAt: null }, now)).toBeNull();
  });
});
