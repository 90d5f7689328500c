import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Repository as Noun } from "@/git/nouns";
import { toBranch, toCommit, toRepository, toTag, webUrl } from "@/providers/bitbucket/convert";
import branchExpected from "@/providers/bitbucket/fixtures/branch.golden.json";
import branch from "@/providers/bitbucket/fixtures/branch.json";
import repositoryExpected from "@/providers/bitbucket/fixtures/repository.golden.json";
import repository from "@/providers/bitbucket/fixtures/repository.json";
import { Commit, Ref, Repository } from "@/providers/bitbucket/schema";

const BASE = "https://git.example.com";

describe("the JSON of Bitbucket", () => {
  it("becomes a repository by its slug, whose addresses are ours and hold no user name", () => {
    const made = toRepository(Repository.parse(repository), BASE);
    expect(made).toEqual(repositoryExpected);
    expect(Noun.parse(made)).toEqual(made);
  });

  it("becomes a branch and its commit", () => {
    const parsed = Ref.parse(branch);
    const commit = parsed.target && toCommit(parsed.target, BASE, "acme/docs");
    expect({ ref: toBranch(parsed, "trunk"), commit }).toEqual(branchExpected);
  });

  it("without a main branch means an empty repository only when the refs were read", () => {
    const untold = Repository.parse({ ...repository, mainbranch: null });
    expect(toRepository(untold, BASE)).toMatchObject({ defaultBranch: null });
    expect(toRepository(untold, BASE)).not.toHaveProperty("empty");
    expect(toRepository(untold, BASE, true)).toMatchObject({ empty: true });
  });

  it("gives nothing to deploy for a branch or tag without a commit", () => {
    const bare = Ref.parse({ name: "broken", target: null });
    expect([toBranch(bare, "main"), toTag(bare)]).toEqual([null, null]);
  });

  it("may lack an author's address, and is skipped when the date of a commit cannot be read", () => {
    const target = Commit.parse(branch.target);
    const by = (raw: string) => toCommit({ ...target, author: { raw } }, BASE, "a/b")?.author;
    expect([by("bot"), by("<a@b.c>"), by("A <a@b.c>")]).toEqual(["bot", "", "A"]);
    expect(toCommit({ ...target, date: "soon" }, BASE, "a/b")).toBeNull();
  });

  it.each(["not-hex", "", "6DCB09B5B57875F334F61AEBED695E2E4193DB5E", "6dcb09b5b578"])(
    "is refused with the commit id %j",
    (hash) => expect(Ref.safeParse({ name: "main", target: { hash } }).success).toBe(false),
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
