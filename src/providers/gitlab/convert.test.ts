import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Repository } from "@/git/nouns";
import {
  isInside,
  ownerOf,
  toBranch,
  toCommit,
  toRepository,
  toTag,
  webUrl,
} from "@/providers/gitlab/convert";
import { Branch, Project, Tag } from "@/providers/gitlab/schema";

const BASE = "https://git.example.com";

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
}

describe("reading what GitLab sends", () => {
  it.each(["project-simple", "project"])("makes a repository of %s", (name) => {
    const repository = toRepository(Project.parse(fixture(name)), BASE);
    expect(repository).toEqual(fixture(`${name}.golden`));
    expect(Repository.parse(repository)).toEqual(repository);
  });

  it("makes a ref and a commit of a branch", () => {
    const branch = Branch.parse(fixture("branch"));
    const commit = branch.commit && toCommit(branch.commit, BASE, "acme/site");
    expect({ ref: toBranch(branch), commit }).toEqual(fixture("branch.golden"));
  });

  it("makes refs of tags, and nothing of a tag that is not of a commit", () => {
    expect(z.array(Tag).parse(fixture("tags")).map(toTag)).toEqual(fixture("tags.golden"));
  });

  it("leaves open what GitLab does not tell of a branch, and gives none for one without a commit", () => {
    const id = "a".repeat(40);
    expect(toBranch(Branch.parse({ name: "main", commit: { id } }))).toEqual({ name: "main", sha: id });
    expect(toBranch(Branch.parse({ name: "broken", commit: null }))).toBeNull();
  });

  it("does without a commit whose date cannot be read", () => {
    const commit = { id: "a".repeat(40), title: null, author_name: null, committed_date: "soon" };
    expect(toCommit(commit, BASE, "acme/site")).toBeNull();
  });

  it.each(["not-hex", "", "9A1F0C7DE33B0B6A3F0E7B9F0D2C4B8A6E5D4C3B", "a".repeat(39), `${"a".repeat(40)}\n`])(
    "does not take %j for a commit id",
    (id) => expect(Branch.safeParse({ name: "main", commit: { id } }).success).toBe(false),
  );
});

const segment = fc
  .string({ minLength: 1, maxLength: 12 })
  .filter((text) => !text.includes("/") && text.isWellFormed());
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));

describe("for every path", () => {
  it("what lies below is inside, and a longer name beside it is not", () => {
    fc.assert(
      fc.property(path, segment, (group, more) => {
        expect(isInside(group, group)).toBe(true);
        expect(isInside(`${group}/${more}`, group)).toBe(true);
        expect(isInside(group + more, group)).toBe(false);
        expect(ownerOf(`${group}/${more}`)).toBe(group);
      }),
    );
  });

  it("its page lies on the host", () => {
    fc.assert(
      fc.property(path, (name) => {
        expect(new URL(webUrl(`${BASE}/gitlab`, name)).origin).toBe(BASE);
      }),
    );
  });
});
