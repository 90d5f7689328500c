import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchUrl, parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import { Fault } from "@/lib/fault";
import { git } from "@/providers/git";
import { gitea } from "@/providers/gitea";
import { gitlab } from "@/providers/gitlab";

describe("parsing a pasted repository URL", () => {
  it.each([
    [" https://git.example.com/a/b ", "https://git.example.com/a/b"],
    ["https://me:secret@git.example.com/a/b.git", "https://git.example.com/a/b.git"],
    ["git.example.com/a/b", "https://git.example.com/a/b"],
    ["git@git.example.com:a/b.git", "ssh://git.example.com/a/b.git"],
    ["ssh://git@git.example.com:2222/a/b.git", "ssh://git.example.com:2222/a/b.git"],
  ])("accepts %s", (text, href) => {
    expect(parseRepositoryUrl(text).href).toBe(href);
  });

  it("returns a URL or a fault for any text", () => {
    const urls = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string().map((text) => `git@host.example.com:${text}`),
      fc.string().map((text) => `https://${text}`),
    );
    fc.assert(
      fc.property(urls, (text) => {
        try {
          const url = parseRepositoryUrl(text);
          expect(url.username + url.password).toBe("");
          expect(url.protocol).toMatch(/^(https?|ssh):$/);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          expect(error.code).toBe("invalid_input");
        }
      }),
    );
  });
});

describe("matching a repository URL to a provider", () => {
  const inside = { giteaUrl: "https://git.example.com/sub", giteaInternalUrl: "http://gitea:3000" };

  it.each([
    "https://git.example.com/sub/acme/site",
    "http://git.example.com/sub/acme/site",
    "http://gitea:3000/acme/site.git",
    "ssh://git.example.com:2222/acme/site.git",
  ])("finds the repository of %s", (text) => {
    expect(matchUrl(gitea, inside, new URL(text))?.fullName).toBe("acme/site");
  });

  it.each([
    "https://git.example.com/sub-evil/acme/site",
    "https://git.example.com/acme/site",
    "http://gitea:30001/acme/site",
    "ssh://evil.example.com/acme/site.git",
    "https://git.example.com:8443/sub/acme/site",
  ])("does not match %s", (text) => {
    expect(matchUrl(gitea, inside, new URL(text))).toBeNull();
  });

  it("finds a project in a sub-group by its SSH URL", () => {
    const settings = { gitlabUrl: "https://gitlab.example.com/gitlab" };
    const url = parseRepositoryUrl("git@gitlab.example.com:acme/platform/deploy.git");
    expect(matchUrl(gitlab, settings, url)?.fullName).toBe("acme/platform/deploy");
  });
});

describe("a connection of plain git", () => {
  it.each([
    ["http://host.example.com/gadmin/secret-site.git", "git@host.example.com:Acme/vault.git"],
    ["http://host.example.com/gadmin/secret-site.git", "http://host.example.com/Acme/vault.git"],
    ["http://host.example.com/Acme", "git@host.example.com:Other/vault.git"],
    ["ssh://git@host.example.com/gadmin/secret-site.git", "git@host.example.com:Acme/vault.git"],
    ["git@host.example.com:gadmin", "git@host.example.com:Acme/vault.git"],
  ])("at %s does not cover %s", (gitUrl, pasted) => {
    expect(matchUrl(git, { gitUrl }, parseRepositoryUrl(pasted))).toBeNull();
  });

  it.each([
    [
      "http://host.example.com/Acme",
      "git@host.example.com:Acme/vault.git",
      "http://host.example.com/Acme/vault.git",
    ],
    [
      "https://host.example.com",
      "ssh://git@host.example.com:2222/a/b.git",
      "https://host.example.com/a/b.git",
    ],
    ["git@host.example.com:acme", "git@host.example.com:acme/site.git", "git@host.example.com:acme/site.git"],
    [
      "https://host.example.com/x.git",
      "https://host.example.com/x.git/tree/docs?h=main",
      "https://host.example.com/x.git",
    ],
  ])("at %s covers %s", (gitUrl, pasted, fullName) => {
    expect(matchUrl(git, { gitUrl }, parseRepositoryUrl(pasted))?.fullName).toBe(fullName);
  });
});
