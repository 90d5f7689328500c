import { argumentLists, loose } from "@test/architecture/git-arguments";
import { sources } from "@test/architecture/source";
import { describe, expect, it } from "vitest";

const files = sources("src/git").filter(({ path }) => !/\.test\.ts$|\/(test|seed)-/.test(path));

describe("the arguments of git commands", () => {
  it("are found by this check", () => {
    const lists = files.flatMap(({ path, text }) => argumentLists(path, text));
    const verbs = new Set(lists.map(({ elements }) => elements[0]?.text));
    for (const verb of ["fetch", "ls-remote", "ls-tree", "read-tree", "log", "init"])
      expect(verbs).toContain(`"${verb}"`);
  });

  it("end the options with -- before any value from outside", () => {
    const wrong = files.flatMap(({ path, text }) =>
      argumentLists(path, text).flatMap((list) =>
        loose(list).map((each) => `${path}: ${each} in ${list.text}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("are told from fixed ones by this check", () => {
    const [open, ended, fixed] = argumentLists(
      "a.ts",
      `git(["fetch", url]); git(["fetch", ...more, "--", url]); git(["update-ref", \`refs/x/\${sha}\`]);`,
    ).map(loose);
    expect([open, ended, fixed]).toEqual([["url"], [], []]);
  });
});
