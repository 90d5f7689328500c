import { describe, expect, it } from "vitest";
import { draftOfRules, rulesOfDraft } from "@/app/o/[slug]/applications/[id]/(tabs)/previews/preview-draft";

const rules = {
  labels: ["preview", "needs look"],
  baseBranches: ["main", "release/*"],
  drafts: true,
  forks: "never",
  limit: 3,
  idleDays: 7,
  comment: false,
  variablesFrom: "environment-1",
} as const;

describe("the settings of previews as they are typed", () => {
  it("come out as they went in", () => {
    const given = { ...rules, labels: [...rules.labels], baseBranches: [...rules.baseBranches] };
    expect(rulesOfDraft(draftOfRules(given))).toEqual(given);
  });

  it("are none while previews are off", () => {
    expect(rulesOfDraft(draftOfRules(null))).toBeNull();
  });

  it("begin with approval of forks and a comment when they are switched on", () => {
    const switchedOn = rulesOfDraft({ ...draftOfRules(null), on: "on" });
    expect(switchedOn).toMatchObject({ forks: "approval", comment: true, limit: 10, idleDays: 14 });
  });
});
