import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Repository as Noun } from "@/git/nouns";
import { toBranch, toCommit, toRepository, toTag, webUrl } from "@/providers/bitbucketServer/convert";
import branch from "@/providers/bitbucketServer/fixtures/branch.json";
import commit from "@/providers/bitbucketServer/fixtures/commit.json";
import repositoryExpected from "@/providers/bitbucketServer/fixtures/repository.golden.json";
import repository from "@/providers/bitbucketServer/fixtures/repository.json";
import { Branch, Commit, Repository, Tag } from "@/providers/bitbucketServer/schema";

const BASE = "https://git.example.com/sub";

describe("the JSON of Bitbucket Data Center", () => {
  it("becomes a repository by its slug, whose addresses are ours", () => {
    const made = toRepository(Repository.parse(repository), BASE, { defaultBranch: "trunk", empty: false });
    expect(made).toEqual(repositoryExpected);
    expect(Noun.parse(made)).toEqual(made);
  });

  it("does not say whether a repository of a list is empty", () => {
    const made = toRepository(Repository.parse(repository), BASE);
    expect(made).toMatchObject({ defaultBranch: null });
    expect(made).not.toHaveProperty("empty");
  });

  it("does not mean an empty repository because the default branch was deleted", () => {
    const made = toRepository(Repository.parse(repository), BASE, { defaultBranch: null, empty: false });
    expect(made).toMatchObject({ defaultBranch: null, empty: false });
  });

  it("means a public repository in a public project, whatever the repository says", () => {
    const project = { ...repository.project, public: true };
    const open = Repository.parse({ ...repository, public: false, project });
    expect(toRepository(open, BASE).private).toBe(false);
  });

  it("gives nothing to deploy for a branch or tag without a commit", () => {
    expect(toBranch(Branch.parse({ displayId: "broken" }))).toBeNull();
    expect(toTag(Tag.parse({ displayId: "broken", latestCommit: null }))).toBeNull();
  });

  it("becomes a branch, with the default one marked by its older and newer name", () => {
    const sha = "9a1f0c7de33b0b6a3f0e7b9f0d2c4b8a6e5d4c3b";
    expect(toBranch(Branch.parse(branch))).toEqual({ name: "feature/a", sha, default: false });
    expect(toBranch(Branch.parse({ ...branch, isDefault: true }))?.default).toBe(true);
    expect(toBranch(Branch.parse({ ...branch, isDefault: undefined, default: true }))?.default).toBe(true);
  });

  it("becomes a commit, or is skipped when its date cannot be read", () => {
    expect(toCommit(Commit.parse(commit), BASE, "ACME/site")).toEqual({
      sha: commit.id,
      subject: "Add a style",
      author: "Ada Example",
      committedAt: "2026-01-01T00:01:00.000Z",
      url: `${BASE}/projects/ACME/repos/site/commits/${commit.id}`,
    });
    const odd = { ...commit, committerTimestamp: 1e18 };
    expect(toCommit(Commit.parse(odd), BASE, "ACME/site")).toBeNull();
  });

  it("is refused when the commit id is none", () => {
    expect(Branch.safeParse({ ...branch, latestCommit: "--upload-pack=x" }).success).toBe(false);
  });

  it("gives page links on the host, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(new URL(webUrl(BASE, name)).href.startsWith("https://git.example.com/")).toBe(true);
      }),
    );
  });
});
