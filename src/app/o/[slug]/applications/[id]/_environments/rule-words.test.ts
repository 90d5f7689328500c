import { expect, it } from "vitest";
import { ruleWords } from "@/app/o/[slug]/applications/[id]/_environments/rule-words";

const rules = { tagPattern: null, branchPatterns: [], watchPaths: [], schedule: null };

it("the rules of an environment are told in a few words", () => {
  expect(ruleWords({ ...rules, trigger: "manual" })).toBe("deployed by hand");
  expect(ruleWords({ ...rules, trigger: "push" })).toBe("on push");
  expect(
    ruleWords({ ...rules, trigger: "push", branchPatterns: ["main", "release/*"], watchPaths: ["docs/**"] }),
  ).toBe("on push to main, release/*, when docs/** changed");
  expect(ruleWords({ ...rules, trigger: "tag", tagPattern: "v*\nedge" })).toBe("on tag v* edge");
  expect(ruleWords({ ...rules, trigger: "manual", schedule: "0 6 * * *" })).toBe(
    "deployed by hand, scheduled at 0 6 * * *",
  );
});
