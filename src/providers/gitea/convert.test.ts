import { describe, expect, it } from "vitest";
import { headOf, toBranch, toCommit, toRepository } from "@/providers/gitea/convert";
import branchExpected from "@/providers/gitea/fixtures/branch.golden.json";
import branch from "@/providers/gitea/fixtures/branch.json";
import commitExpected from "@/providers/gitea/fixtures/commit.golden.json";
import commit from "@/providers/gitea/fixtures/commit.json";
import repositoryExpected from "@/providers/gitea/fixtures/repository.golden.json";
import repository from "@/providers/gitea/fixtures/repository.json";
import { Branch, Branches, Commit, Repository } from "@/providers/gitea/schema";

const BASE = "https://git.example.com/sub";
const SITE = `${BASE}/acme/site`;

describe("the JSON of Gitea", () => {
  it("becomes a repository whose addresses are ours", () => {
    expect(toRepository(Repository.parse(repository), BASE)).toEqual(repositoryExpected);
  });

  it("becomes a branch and its commit", () => {
    const parsed = Branch.parse(branch);
    expect({ ref: toBranch(parsed, "main"), commit: headOf(parsed, SITE) }).toEqual(branchExpected);
  });

  it("becomes a commit", () => {
    expect(toCommit(Commit.parse(commit), SITE)).toEqual(commitExpected);
  });

  it("means no default branch for an empty repository, and no push for the zero time of Go", () => {
    const empty = Repository.parse({ ...repository, empty: true, updated_at: "0001-01-01T00:00:00Z" });
    expect(toRepository(empty, BASE)).toMatchObject({ defaultBranch: null, empty: true, pushedAt: null });
  });

  it("means a private repository when only members of its organization may see it", () => {
    const internal = Repository.parse({ ...repository, private: false, internal: true });
    expect(toRepository(internal, BASE).private).toBe(true);
  });

  it("may say null for an empty list", () => {
    expect(Branches.parse(null)).toEqual({ items: [], skipped: 0 });
    expect(Branches.safeParse([null]).success).toBe(false);
  });

  it("may hold a branch without a commit, or a row that cannot be read, beside good ones", () => {
    const rows = Branches.parse([branch, { name: "broken", commit: null }, { commit: 7 }]);
    expect(rows.items.map((row) => toBranch(row)?.name)).toEqual([branch.name, undefined]);
    expect(rows.skipped).toBe(1);
  });

  it("leaves open what the server does not send", () => {
    const bare = { name: "main", commit: { id: "a".repeat(40) } };
    expect(toBranch(Branch.parse(bare))).toEqual({ name: "main", sha: bare.commit.id });
    const repository = toRepository(Repository.parse({ id: 1, full_name: "acme/site" }), BASE);
    expect(repository).toMatchObject({ private: true });
    expect(repository).not.toHaveProperty("empty");
  });

  it("is refused when the commit id is none", () => {
    expect(Branch.safeParse({ ...branch, commit: { ...branch.commit, id: "--upload-pack=x" } }).success).toBe(
      false,
    );
  });
});
