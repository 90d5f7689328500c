import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchUrl, parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

interface Host {
  type: string;
  settings: Record<string, unknown>;
  /** Addresses of one repository as its host writes them, and what is behind its name there. */
  forms: (owner: string, name: string) => string[];
}

const sha = "0123456789abcdef0123456789abcdef01234567";

const hosts: Host[] = [
  {
    type: "github",
    settings: { githubUrl: "https://github.com" },
    forms: (owner, name) => [
      `https://github.com/${owner}/${name}`,
      `https://github.com/${owner}/${name}.git`,
      `http://www.github.com/${owner}/${name}/`,
      `https://github.com/${owner}/${name}/tree/main/src?tab=readme#top`,
      `https://github.com/${owner}/${name}/blob/main/README.md#L3-L9`,
      `https://github.com/${owner}/${name}/commit/${sha}`,
      `https://github.com/${owner}/${name}/pull/7/files`,
      `git@github.com:${owner}/${name}.git`,
      `ssh://git@ssh.github.com:443/${owner}/${name}.git`,
    ],
  },
  {
    type: "gitlab",
    settings: { gitlabUrl: "https://git.example.com/sub" },
    forms: (owner, name) => [
      `https://git.example.com/sub/${owner}/${name}`,
      `https://git.example.com/sub/${owner}/${name}.git`,
      `https://git.example.com/sub/${owner}/${name}/-/tree/main/src?ref_type=heads`,
      `https://git.example.com/sub/${owner}/${name}/-/blob/main/README.md#L3`,
      `https://git.example.com/sub/${owner}/${name}/-/commit/${sha}`,
      `https://git.example.com/sub/${owner}/${name}/-/merge_requests/7/diffs`,
      `git@git.example.com:${owner}/${name}.git`,
      `ssh://git@git.example.com:2222/${owner}/${name}.git`,
    ],
  },
  {
    type: "gitea",
    settings: { giteaUrl: "https://git.example.com" },
    forms: (owner, name) => [
      `https://git.example.com/${owner}/${name}`,
      `https://bot:secret@git.example.com/${owner}/${name}.git`,
      `https://git.example.com/${owner}/${name}/src/branch/main/src#readme`,
      `https://git.example.com/${owner}/${name}/src/tag/v1`,
      `https://git.example.com/${owner}/${name}/commit/${sha}`,
      `https://git.example.com/${owner}/${name}/pulls/7`,
      `git@git.example.com:${owner}/${name}.git`,
      `ssh://git@git.example.com:2222/${owner}/${name}.git`,
    ],
  },
  {
    type: "bitbucket",
    settings: { bitbucketUrl: "https://bitbucket.org" },
    forms: (owner, name) => [
      `https://bitbucket.org/${owner}/${name}`,
      `https://someone@bitbucket.org/${owner}/${name}.git`,
      `https://bitbucket.org/${owner}/${name}/src/main/README.md#lines-3`,
      `https://bitbucket.org/${owner}/${name}/branch/main`,
      `https://bitbucket.org/${owner}/${name}/commits/${sha}`,
      `https://bitbucket.org/${owner}/${name}/pull-requests/7/diff`,
      `git@bitbucket.org:${owner}/${name}.git`,
    ],
  },
  {
    type: "bitbucketServer",
    settings: { bitbucketServerUrl: "https://git.example.com/bb" },
    forms: (owner, name) => [
      `https://git.example.com/bb/projects/${owner}/repos/${name}/browse`,
      `https://git.example.com/bb/projects/${owner}/repos/${name}/browse/src?at=refs%2Fheads%2Fmain#3`,
      `https://git.example.com/bb/projects/${owner}/repos/${name}/commits/${sha}`,
      `https://git.example.com/bb/projects/${owner}/repos/${name}/pull-requests/7/overview`,
      `https://git.example.com/bb/scm/${owner}/${name}.git`,
      `ssh://git@git.example.com:7999/${owner}/${name}.git`,
    ],
  },
  {
    type: "azureDevops",
    settings: { azureDevopsUrl: "https://dev.azure.com", organizationName: "corp" },
    forms: (owner, name) => [
      `https://dev.azure.com/corp/${owner}/_git/${name}`,
      `https://corp@dev.azure.com/corp/${owner}/_git/${name}?path=/README.md&version=GBmain`,
      `https://corp.visualstudio.com/DefaultCollection/${owner}/_git/${name}`,
      `https://dev.azure.com/corp/${owner}/_git/${name}/commit/${sha}`,
      `https://dev.azure.com/corp/${owner}/_git/${name}/pullrequest/7`,
      `git@ssh.dev.azure.com:v3/corp/${owner}/${name}`,
    ],
  },
];

// Names that every host permits: what each of them allows beyond is in the tests of its folder.
const word = fc.stringMatching(/^[a-z][a-z0-9]{2,12}-x$/);

describe.each(hosts)("an address of $type", ({ type, settings, forms }) => {
  const provider = registry[type] as Provider;

  it("a repository URL finds the same repository in every form in which it is pasted", () => {
    fc.assert(
      fc.property(word, word, (owner, name) => {
        for (const form of forms(owner, name)) {
          const parsed = matchUrl(provider, settings, parseRepositoryUrl(form));
          expect([form, parsed?.fullName]).toEqual([form, `${owner}/${name}`]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("a repository URL on a look-alike host matches no provider", () => {
    for (const form of forms("acme", "site")) {
      const read = parseRepositoryUrl(form);
      for (const hostname of [`${read.hostname}.evil.example`, `evil-${read.hostname}`]) {
        const moved = new URL(read.href.replace(read.hostname, hostname));
        expect([moved.href, matchUrl(provider, settings, moved)]).toEqual([moved.href, null]);
      }
    }
  });

  it("an SSH URL matches no repository when its name is only a part of the path", () => {
    for (const form of forms("acme", "site")) {
      const read = parseRepositoryUrl(form);
      if (read.protocol !== "ssh:") continue;
      for (const path of [
        `${read.pathname}/other/vault.git`,
        read.pathname.replace(/[^/]+$/, "site.git/vault"),
      ]) {
        const parsed = matchUrl(provider, settings, new URL(path, `ssh://${read.host}`));
        expect([path, parsed?.fullName.replace(/\.git$/, "").endsWith("vault") ?? true]).toEqual([
          path,
          true,
        ]);
      }
    }
  });
});
