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

describe("the JSON of GitLab", () => {
  it.each(["project-simple", "project"])("becomes a repository for %s", (name) => {
    const repository = toRepository(Project.parse(fixture(name)), BASE);
    expect(repository).toEqual(fixture(`${name}.golden`));
    expect(Repository.parse(repository)).toEqual(repository);
  });

  it("becomes a ref and a commit for a branch", () => {
    const branch = Branch.parse(fixture("branch"));
    const commit = branch.commit && toCommit(branch.commit, BASE, "acme/site");
    expect({ ref: toBranch(branch), commit }).toEqual(fixture("branch.golden"));
  });

  it("becomes refs for tags, and is skipped for a tag of something other than a commit", () => {
    expect(z.array(Tag).parse(fixture("tags")).map(toTag)).toEqual(fixture("tags.golden"));
  });

  it("leaves open what GitLab does not send for a branch, and is skipped for one without a commit", () => {
    const id = "a".repeat(40);
    expect(toBranch(Branch.parse({ name: "main", commit: { id } }))).toEqual({ name: "main", sha: id });
    expect(toBranch(Branch.parse({ name: "broken", commit: null }))).toBeNull();
  });

  it("is skipped when the date of a commit cannot be read", () => {
    const commit = { id: "a".repeat(40), title: null, author_name: null, committed_date: "soon" };
    expect(toCommit(commit, BASE, "acme/site")).toBeNull();
  });

  it.each(["not-hex", "", "9A1F0C7DE33B0B6A3F0E7B9F0D2C4B8A6E5D4C3B", "a".repeat(39), `${"a".repeat(40)}\n`])(
    "is refused when the commit id is %j",
    (id) => expect(Branch.safeParse({ name: "main", commit: { id } }).success).toBe(false),
  );
});

const segment = fc
  .string({ minLength: 1, maxLength: 12 })
  .filter((text) => !text.includes("/") && text.isWellFormed());
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));

describe("any GitLab path", () => {
  it("contains what lies below it, and not a longer name beside it", () => {
    fc.assert(
      fc.property(path, segment, (group, more) => {
        expect(isInside(group, group)).toBe(true);
        expect(isInside(`${group}/${more}`, group)).toBe(true);
        expect(isInside(group + more, group)).toBe(false);
        expect(ownerOf(`${group}/${more}`)).toBe(group);
      }),
    );
  });

  it("has its page on the host", () => {
    fc.assert(
      fc.property(path, (name) => {
        expect(new URL(webUrl(`${BASE}/gitlab`, name)).origin).toBe(BASE);
      }),
    );
  });
});
