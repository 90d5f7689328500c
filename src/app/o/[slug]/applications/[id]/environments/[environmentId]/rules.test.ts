import { describe, expect, it } from "vitest";
import { linesOf, rulesOf } from "@/app/o/[slug]/applications/[id]/environments/[environmentId]/rules";

const draft = {
  trigger: "push",
  branchPatterns: "main\n release/* \n\n",
  tagPattern: "",
  watchPaths: "apps/web/**\n!**/*.md",
  skipMarkers: "on",
  waitForChecks: "",
  checksTimeoutMinutes: "45",
  schedule: "  ",
  promotesFrom: "",
};

describe("the rules of an environment as they are typed", () => {
  it("are one pattern a line, without blank ones", () => {
    expect(linesOf(draft.branchPatterns)).toEqual(["main", "release/*"]);
    expect(linesOf("")).toEqual([]);
  });

  it("are sent with nothing for what is left empty", () => {
    expect(rulesOf(draft)).toEqual({
      trigger: "push",
      branchPatterns: ["main", "release/*"],
      tagPattern: "",
      watchPaths: ["apps/web/**", "!**/*.md"],
      skipMarkers: true,
      waitForChecks: false,
      checksTimeoutMinutes: 45,
      schedule: null,
      promotesFrom: null,
    });
  });

  it("are by hand where the trigger is unknown", () => {
    expect(rulesOf({ ...draft, trigger: "sometimes" }).trigger).toBe("manual");
  });
});
