import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Repository as Noun } from "@/git/nouns";
import { toBranch, toCommit, toRepository, toTag, webUrl } from "@/providers/github/convert";
import commitExpected from "@/providers/github/fixtures/commit.golden.json";
import commit from "@/providers/github/fixtures/commit.json";
import repositoryExpected from "@/providers/github/fixtures/repository.golden.json";
import repository from "@/providers/github/fixtures/repository.json";
import { Branch, Commit, Repository, Tag } from "@/providers/github/schema";

const BASE = "https://git.example.com";

describe("the JSON of GitHub", () => {
  it("becomes a repository whose addresses are ours", () => {
    const made = toRepository(Repository.parse(repository), BASE);
    expect(made).toEqual(repositoryExpected);
    expect(Noun.parse(made)).toEqual(made);
  });

  it("becomes a commit", () => {
    expect(toCommit(Commit.parse(commit), BASE, "acme/docs")).toEqual(commitExpected);
  });

  it("is skipped when the date of a commit cannot be read", () => {
    const undated = { sha: commit.sha, commit: { message: null, author: null, committer: { date: "soon" } } };
    expect(toCommit(Commit.parse(undated), BASE, "acme/docs")).toBeNull();
  });

  it("does not guess the default branch", () => {
    const branch = Branch.parse({ name: "main", commit: { sha: commit.sha } });
    expect(toBranch(branch, null)).not.toHaveProperty("default");
    expect(toBranch(branch, "main")).toEqual({ name: "main", sha: commit.sha, default: true });
  });

  it("gives nothing to deploy for a branch or tag without a commit", () => {
    expect(toBranch(Branch.parse({ name: "broken", commit: null }), "main")).toBeNull();
    expect(toTag(Tag.parse({ name: "broken" }))).toBeNull();
  });

  it.each(["not-hex", "", commit.sha.toUpperCase(), commit.sha.slice(1), `${commit.sha}\n`])(
    "is refused with the commit id %j",
    (sha) => expect(Branch.safeParse({ name: "main", commit: { sha } }).success).toBe(false),
  );

  it("gives page links on the host, whatever the name", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        fc.pre(name.isWellFormed());
        expect(new URL(webUrl(`${BASE}/sub`, name)).origin).toBe(BASE);
      }),
    );
  });
});
