import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitbucketServer } from "@/providers/bitbucketServer";

const BASE = "https://git.example.com/sub";
const SHA = "9a1f0c7de33b0b6a3f0e7b9f0d2c4b8a6e5d4c3b";
const SITE = `${BASE}/projects/ACME/repos/site`;
const parse = (text: string) => bitbucketServer.parseUrl(new URL(text), { bitbucketServerUrl: BASE });

describe("a pasted address of Bitbucket Data Center", () => {
  it.each([
    [SITE, {}],
    [`${SITE}/browse`, {}],
    [`${SITE}/browse/docs/a.md`, { path: "docs/a.md" }],
    [`${SITE}/browse/docs/a.md?at=refs%2Fheads%2Ffeature%2Fa`, { ref: "feature/a", path: "docs/a.md" }],
    [`${SITE}/raw/a.md?at=${SHA}`, { commit: SHA, path: "a.md" }],
    [`${SITE}/browse?at=refs/tags/v1`, { ref: "v1" }],
    [`${SITE}/commits?until=refs%2Fheads%2Fmain`, { ref: "main" }],
    [`${SITE}/commits/${SHA}#a.md`, { commit: SHA }],
    [`${SITE}/pull-requests/4/overview`, {}],
    [`${BASE}/scm/ACME/site.git`, {}],
    ["ssh://git@git.example.com:7999/ACME/site.git", {}],
  ])("is read: %s", (text, place) => expect(parse(text)).toEqual({ fullName: "ACME/site", ...place }));

  it.each([
    [`${BASE}/users/ada/repos/notes/browse`, "~ada/notes"],
    [`${BASE}/projects/~ADA/repos/notes`, "~ADA/notes"],
    [`${BASE}/scm/~ada/notes.git`, "~ada/notes"],
    ["ssh://git@git.example.com:7999/~ada/notes.git", "~ada/notes"],
  ])("of a person's repository is read: %s", (text, fullName) => expect(parse(text)).toEqual({ fullName }));

  it.each([
    `${BASE}/projects/ACME`,
    `${BASE}/dashboard`,
    `${BASE}/plugins/servlet/access-tokens/manage`,
    `${BASE}/projects/ACME/repos/..%2Fevil`,
    `${BASE}/scm/ACME`,
    "https://git.example.com/projects/ACME/repos/site",
    "https://evil.example/sub/projects/ACME/repos/site",
    "ssh://git@evil.example/ACME/site.git",
  ])("is not read as a repository: %s", (text) => expect(parse(text)).toBeNull());

  it("never throws, and no name leads out of its project", () => {
    const urls = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string().map((text) => `${SITE}/${text}`),
      fc.string().map((text) => `${BASE}/projects/${text}`),
      fc.string().map((text) => `ssh://git@git.example.com/${text}`),
    );
    fc.assert(
      fc.property(urls, (text) => {
        if (!URL.canParse(text)) return;
        const parts = parse(text)?.fullName.split("/") ?? ["a", "b"];
        expect(parts).toHaveLength(2);
        expect(parts.every((part) => !["", ".", "..", "~"].includes(part))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
