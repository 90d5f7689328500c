import { expect, it } from "vitest";
import { uniqueName } from "@/lib/unique-name";

it("leaves a free name as it is", () => {
  expect(uniqueName("GitHub", new Set(["GitLab"]))).toBe("GitHub");
});

it("takes the first free number", () => {
  expect(uniqueName("GitHub", new Set(["GitHub", "GitHub 2", "GitHub 4"]))).toBe("GitHub 3");
});

it("cuts the name so that the number fits, and leaves no separator before it", () => {
  const options = { separator: "-", maxLength: 8 };
  expect(uniqueName("abcde-gh", new Set(["abcde-gh"]), options)).toBe("abcde-2");
  expect(uniqueName("a-long-name", new Set(), { maxLength: 6 })).toBe("a-long");
  expect(uniqueName("k", new Set(["k", "k2"]), { separator: "" })).toBe("k3");
});
