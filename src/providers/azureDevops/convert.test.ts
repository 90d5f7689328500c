import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Repository as Noun } from "@/git/nouns";
import { toBranch, toCommit, toRepository, toTag, webUrl } from "@/providers/azureDevops/convert";
import repositoryExpected from "@/providers/azureDevops/fixtures/repository.golden.json";
import repository from "@/providers/azureDevops/fixtures/repository.json";
import tag from "@/providers/azureDevops/fixtures/tag.json";
import { Commit, Ref, Repository } from "@/providers/azureDevops/schema";

const ROOT = "https://dev.azure.com/acme";
const SHA = "9a1f0c7de33b0b6a3f0e7b9f0d2c4b8a6e5d4c3b";

describe("the JSON of Azure DevOps", () => {
  it("becomes a repository whose addresses are ours and hold no user name", () => {
    const made = toRepository(Repository.parse(repository), ROOT);
    expect(made).toEqual(repositoryExpected);
    expect(Noun.parse(made)).toEqual(made);
  });

  it("without a default branch means an empty repository only when the refs were read", () => {
    const untold = Repository.parse({ ...repository, defaultBranch: undefined });
    expect(toRepository(untold, ROOT)).toMatchObject({ defaultBranch: null });
    expect(toRepository(untold, ROOT)).not.toHaveProperty("empty");
    expect(toRepository(untold, ROOT, true)).toMatchObject({ empty: true });
  });

  it("does not guess the default branch, and skips a ref without an object", () => {
    expect(toBranch({ name: "refs/heads/x", objectId: SHA }, null)).toEqual({ name: "x", sha: SHA });
    expect(toBranch(Ref.parse({ name: "refs/heads/x" }), "x")).toBeNull();
    expect(toTag(Ref.parse({ name: "refs/tags/x" }))).toBeNull();
  });

  it("becomes a tag with the commit behind it, and a branch", () => {
    expect(toTag(Ref.parse(tag))).toEqual({ name: "release/1", sha: SHA });
    expect(toTag(Ref.parse({ ...tag, peeledObjectId: undefined }))?.sha).toBe(tag.objectId);
    const branch = Ref.parse({ name: "refs/heads/refs/heads/x", objectId: SHA });
    expect(toBranch(branch, "main")).toEqual({ name: "refs/heads/x", sha: SHA, default: false });
  });

  it("becomes a commit, or is skipped when its date cannot be read", () => {
    const person = { name: "Ada Example", date: "2026-01-01T00:01:00Z" };
    const commit = Commit.parse({
      commitId: SHA,
      comment: "Add a style\n\nTeal.",
      author: person,
      committer: person,
    });
    expect(toCommit(commit, `${ROOT}/a/_git/b`)).toEqual({
      sha: SHA,
      subject: "Add a style",
      author: "Ada Example",
      committedAt: "2026-01-01T00:01:00.000Z",
      url: `${ROOT}/a/_git/b/commit/${SHA}`,
    });
    expect(toCommit({ ...commit, author: null, committer: { date: "soon" } }, ROOT)).toBeNull();
  });

  it("is refused when the commit id is none", () => {
    expect(Ref.safeParse({ ...tag, objectId: "--upload-pack=x" }).success).toBe(false);
  });

  it("gives page links on the host, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(new URL(webUrl(ROOT, name)).origin).toBe("https://dev.azure.com");
      }),
    );
  });
});
