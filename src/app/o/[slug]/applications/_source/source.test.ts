import { describe, expect, it } from "vitest";
import { byOwner, isAddress, nameOf, ownerAndRepo } from "@/app/o/[slug]/applications/_source/source";
import type { Repository } from "@/git/nouns";

describe("text typed into the repository picker", () => {
  it.each([
    "https://git.example.com/a/b",
    "git@git.example.com:a/b.git",
    "ssh://git@git.example.com/a/b",
    "git.example.com/acme/site",
    " localhost:3000/a ".trim().replace("localhost", "http://localhost"),
  ])("%s is a URL", (text) => expect(isAddress(text)).toBe(true));

  it.each(["acme/site", "site", "v1.2", "acme.io/site", "a b/c"])("%s is a search", (text) =>
    expect(isAddress(text)).toBe(false),
  );
});

describe("the full name of a repository", () => {
  it("gives the application its name", () => {
    expect(nameOf("acme/platform/deploy")).toBe("deploy");
    expect(nameOf("https://git.example.com/team/site.git/")).toBe("site");
  });

  it("is split into owner and repository, with groups in the owner", () => {
    expect(ownerAndRepo("acme/platform/deploy")).toEqual({ owner: "acme/platform", repo: "deploy" });
  });
});

describe("grouping repositories by owner", () => {
  it("keeps the order within and among the owners", () => {
    const list = ["b/1", "a/1", "b/2"].map((fullName) => {
      const { owner, repo } = ownerAndRepo(fullName);
      return { owner, name: repo, fullName } as Repository;
    });
    expect(byOwner(list).map((each) => each.fullName)).toEqual(["b/1", "b/2", "a/1"]);
  });
});
