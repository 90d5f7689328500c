import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { branchOrCommit, isCommitId, isRefName, RefName } from "@/git/ref-name";

/** Outside a repository: inside one, git reads `@{-1}` as the branch that was checked out before. */
function gitSays(name: string): boolean {
  if (name.includes("\0")) return false;
  try {
    execFileSync("git", ["check-ref-format", "--branch", name], { stdio: "ignore", cwd: tmpdir() });
    return true;
  } catch {
    return false;
  }
}

const strange = [
  "main",
  "feature/a#1",
  "dependabot/npm_and_yarn/@types/node-1",
  "#42",
  "a$(id)",
  "a`id`",
  "a|id",
  "a&id",
  "a'id",
  'a"id',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell would run it
  "main;touch${IFS}/tmp/PWN",
  "<img/src=x/onerror=alert(1)>",
  "a\u3000b",
  "a\u202eb",
  "a\u0085b",
  "__proto__",
  "@",
  "a@b",
  "ä/ö",
  "a-",
  "a--b",
  "%2e%2e",
  "refs",
  "a".repeat(244),
];

test.each(strange)("%j is a valid branch name", (name) => {
  expect(isRefName(name)).toBe(true);
  expect(gitSays(name)).toBe(true);
  expect(RefName.parse(name)).toBe(name);
});

test.each([
  "",
  "-x",
  "--exec=id",
  "a..b",
  "HEAD",
  ".a",
  "a/.b",
  "a.",
  "a.lock",
  "a.lock/b",
  "a b",
  "a~1",
  "a^",
  "a:b",
  "a?",
  "a*",
  "a[",
  "a\\b",
  "a@{1}",
  "@{-1}",
  "/a",
  "a/",
  "a//b",
  "a\nb",
  "a\0b",
  "a\u007f",
])("%j is no valid branch name", (name) => {
  expect(isRefName(name)).toBe(false);
  expect(gitSays(name)).toBe(false);
});

test.each(["refs/heads/x", "a".repeat(245), "ä".repeat(123), "a\ud800"])(
  "%j is refused as a ref name although git would accept it",
  (name) => {
    expect(RefName.safeParse(name).success).toBe(false);
  },
);

describe("a branch or a commit", () => {
  test("is the commit where it is a full id, else the branch by its full name", () => {
    expect(branchOrCommit("a".repeat(40))).toBe("a".repeat(40));
    expect(branchOrCommit("a".repeat(39))).toBe(`refs/heads/${"a".repeat(39)}`);
  });
});

describe("the check of ref names on any text", () => {
  const pieces = fc.constantFrom(
    "a",
    "/",
    ".",
    "..",
    "@",
    "{",
    "-",
    "lock",
    ".lock",
    "~",
    " ",
    "#",
    "$",
    "é",
    "\t",
    "\\",
    "HEAD",
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 6 }).map((all) => all.join("")),
    fc.string({ unit: "grapheme", maxLength: 8 }),
  );
  test("agrees with git", () => {
    fc.assert(
      fc.property(text, (name) => {
        const ours = isRefName(name);
        if (name.startsWith("refs/") || name === "") return !ours;
        return ours === gitSays(name);
      }),
      { numRuns: 150 },
    );
  });
});

test("a commit id is full, hexadecimal and in lower case", () => {
  expect(isCommitId("a".repeat(40)) && isCommitId("0".repeat(64))).toBe(true);
  for (const bad of ["a".repeat(39), "A".repeat(40), "g".repeat(40), `${"a".repeat(40)}\n`, ""])
    expect(isCommitId(bad)).toBe(false);
});
