import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchUrl, parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import { Fault } from "@/lib/fault";
import { azureDevops } from "@/providers/azureDevops";
import { bitbucket } from "@/providers/bitbucket";
import { bitbucketServer } from "@/providers/bitbucketServer";
import { git } from "@/providers/git";
import { gitea } from "@/providers/gitea";
import { github } from "@/providers/github";
import { gitlab } from "@/providers/gitlab";
import type { ParsedUrl, Provider } from "@/providers/provider";

describe("parsing a pasted repository URL", () => {
  it.each([
    [" https://git.example.com/a/b ", "https://git.example.com/a/b"],
    ["https://me:secret@git.example.com/a/b.git", "https://git.example.com/a/b.git"],
    ["git.example.com/a/b", "https://git.example.com/a/b"],
    ["git@git.example.com:a/b.git", "ssh://git@git.example.com/~/a/b.git"],
    ["git@git.example.com:/srv/b.git", "ssh://git@git.example.com/srv/b.git"],
    ["ssh://git@git.example.com:2222/a/b.git", "ssh://git@git.example.com:2222/a/b.git"],
    ["ssh://git.example.com/~/b.git", "ssh://git.example.com/~/b.git"],
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
          expect(url.protocol).toMatch(/^(https?|ssh):$/);
          expect(url.password).toBe("");
          if (url.protocol !== "ssh:") expect(url.username).toBe("");
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          expect(error.code).toBe("invalid_input");
        }
      }),
    );
  });
});

describe("matching a repository URL to a provider", () => {
  const dataCenter = { bitbucketServerUrl: "https://bb.example.com" };
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

  it.each<[string, Provider, Record<string, string>]>([
    ["https://git.example.com/sub/gadmin/secret-site/vault.git", gitea, inside],
    ["https://git.example.com/sub/gadmin/secret-site.git/vault.git", gitea, inside],
    ["https://git.example.com/sub/gadmin/secret-site/commit/vault.git", gitea, inside],
    ["http://gitea:3000/gadmin/secret-site/vault.git/", gitea, inside],
    ["https://gitlab.com/acme/site/-/vault.git", gitlab, { gitlabUrl: "https://gitlab.com" }],
    ["https://github.com/acme/site/vault.git", github, {}],
    ["https://github.com/acme/site/site.git", github, {}],
    ["https://github.com/acme/site/pull/vault.git", github, {}],
    ["https://bitbucket.org/acme/site/vault.git", bitbucket, {}],
    ["https://bb.example.com/projects/P/repos/site/vault.git", bitbucketServer, dataCenter],
    ["https://dev.azure.com/acme/p/_git/site/vault.git", azureDevops, { organizationName: "acme" }],
    [
      "https://dev.azure.com/acme/p/_git/site/vault.git?version=GBmain",
      azureDevops,
      { organizationName: "acme" },
    ],
    ["https://h.example/a/b/-/vault.git", git, { gitUrl: "https://h.example" }],
    ["https://h.example/a/b.git/about/vault.git?h=main", git, { gitUrl: "https://h.example" }],
  ])("takes no part of a clone address for the repository: %s", (text, provider, settings) => {
    expect(matchUrl(provider, settings, parseRepositoryUrl(text))).toBeNull();
  });

  it.each<[string, Provider, Record<string, string>, ParsedUrl]>([
    [
      "https://git.example.com/sub/acme/site/src/branch/main/vault.git",
      gitea,
      inside,
      { fullName: "acme/site", ref: "main", path: "vault.git" },
    ],
    [
      "https://github.com/acme/site/tree/fix/vault.git",
      github,
      {},
      { fullName: "acme/site", ref: "fix", path: "vault.git" },
    ],
    [
      "https://gitlab.com/a/b/c/vault.git",
      gitlab,
      { gitlabUrl: "https://gitlab.com" },
      { fullName: "a/b/c/vault" },
    ],
    ["https://bb.example.com/scm/~robin/site.git", bitbucketServer, dataCenter, { fullName: "~robin/site" }],
    [
      "https://dev.azure.com/acme/_git/site.git",
      azureDevops,
      { organizationName: "acme" },
      { fullName: "site.git/site.git" },
    ],
    [
      "https://h.example/a/b/-/tree/vault.git",
      git,
      { gitUrl: "https://h.example" },
      { fullName: "https://h.example/a/b", ref: "vault.git" },
    ],
    [
      "https://h.example/%zz/b.git",
      git,
      { gitUrl: "https://h.example" },
      { fullName: "https://h.example/%zz/b.git" },
    ],
  ])("reads an address that ends in .git as a whole: %s", (text, provider, settings, expected) => {
    expect(matchUrl(provider, settings, parseRepositoryUrl(text))).toEqual(expected);
  });

  it.each([
    ["ssh://tfs.example.com:22/tfs/Other/p/_ssh/site", null],
    ["ssh://tfs.example.com:22/Other/p/_ssh/site", null],
    ["ssh://tfs.example.com:22/tfs/DefaultCollection/x/p/_ssh/site", null],
    ["ssh://tfs.example.com:22/tfs/p/_ssh/site", null],
    ["ssh://tfs.example.com:22/tfs/DefaultCollection/p/_ssh/site", "p/site"],
    ["ssh://tfs.example.com:22/defaultcollection/p/_ssh/site", "p/site"],
    ["ssh://tfs.example.com:22/tfs/DefaultCollection/_ssh/site", "site/site"],
  ])("reads %s within the collection of Azure DevOps Server alone", (text, fullName) => {
    const settings = { azureDevopsUrl: "https://tfs.example.com/tfs", organizationName: "DefaultCollection" };
    expect(matchUrl(azureDevops, settings, parseRepositoryUrl(text))?.fullName ?? null).toBe(fullName);
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
    ["ssh://bob@nas.example", "alice@nas.example:site.git"],
    ["bob@nas.example:", "ssh://alice@nas.example/srv/site.git"],
    ["git@nas.example:srv/git", "ssh://git@nas.example/srv/git/site.git"],
    ["ssh://git@nas.example/srv/git", "git@nas.example:srv/git/site.git"],
    ["https://nas.example", "alice@nas.example:site.git"],
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
    ["git@nas.example:srv", "ssh://git@nas.example/~/srv/site.git", "git@nas.example:srv/site.git"],
    [
      "ssh://git@nas.example:2222/~/srv",
      "ssh://nas.example:2222/~/srv/site.git",
      "ssh://git@nas.example:2222/~/srv/site.git",
    ],
    ["ssh://bob@nas.example", "bob@nas.example:site.git", "bob@nas.example:site.git"],
    ["ssh://bob@nas.example", "ssh://nas.example/site.git", "ssh://bob@nas.example/site.git"],
    [
      "git@nas.example:/srv/git",
      "ssh://git@nas.example/srv/git/site.git",
      "ssh://git@nas.example/srv/git/site.git",
    ],
    [
      "https://host.example.com/x.git",
      "https://host.example.com/x.git/tree/docs?h=main",
      "https://host.example.com/x.git",
    ],
  ])("at %s covers %s", (gitUrl, pasted, fullName) => {
    expect(matchUrl(git, { gitUrl }, parseRepositoryUrl(pasted))?.fullName).toBe(fullName);
  });
});
