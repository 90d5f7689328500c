import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { github } from "@/providers/github";

const SHA = "9a1f0c7de33b0b6a3f0e7b9f0d2c4b8a6e5d4c3b";
const parse = (text: string, githubUrl = "https://github.com") =>
  github.parseUrl(new URL(text), { githubUrl });

describe("a pasted GitHub address", () => {
  it.each([
    ["https://github.com/acme/site", {}],
    ["https://github.com/acme/site.git", {}],
    ["https://www.github.com/acme/site/", {}],
    ["https://github.com/acme/site?tab=readme#top", {}],
    ["https://github.com/acme/site/tree/main", { ref: "main" }],
    ["https://github.com/acme/site/tree/feature/a%231/src", { ref: "feature", path: "a#1/src" }],
    ["https://github.com/acme/site/tree/feature%2Fa", { ref: "feature/a" }],
    ["https://github.com/acme/site/blob/main/public/style.css#L3", { ref: "main", path: "public/style.css" }],
    [`https://github.com/acme/site/blob/${SHA}/a.html`, { commit: SHA, path: "a.html" }],
    [`https://github.com/acme/site/commit/${SHA}`, { commit: SHA }],
    [`https://github.com/acme/site/tree/${SHA}`, { commit: SHA }],
    [`https://github.com/acme/site/pull/5/commits/${SHA}`, { commit: SHA }],
    ["https://github.com/acme/site/pull/5", {}],
    ["https://github.com/acme/site/pull/5/files", {}],
    ["https://github.com/acme/site/issues/7", {}],
    ["https://github.com/acme/site/commits/main/", { ref: "main" }],
    ["https://github.com/acme/site/releases/tag/v1.0.0", { ref: "v1.0.0" }],
    ["https://github.com/acme/site/raw/refs/heads/main/a.html", { ref: "main", path: "a.html" }],
    ["https://raw.githubusercontent.com/acme/site/main/a.html", { ref: "main", path: "a.html" }],
    ["https://raw.githubusercontent.com/acme/site/refs/heads/main/a.html", { ref: "main", path: "a.html" }],
    ["ssh://git@github.com/acme/site.git", {}],
    ["ssh://git@ssh.github.com:443/acme/site.git", {}],
  ])("is read: %s", (text, place) => expect(parse(text)).toEqual({ fullName: "acme/site", ...place }));

  it("is read on an Enterprise Server and below its sub-path", () => {
    expect(parse("https://git.acme.com/acme/site/tree/main", "https://git.acme.com")).toEqual({
      fullName: "acme/site",
      ref: "main",
    });
    expect(parse("https://acme.ghe.com/acme/site", "https://acme.ghe.com")).toEqual({
      fullName: "acme/site",
    });
  });

  it.each([
    "https://github.com/acme",
    "https://github.com/settings/tokens",
    "https://github.com/orgs/acme/repositories",
    "https://github.com/marketplace/actions",
    "https://github.com/acme/..",
    "https://github.com/acme/..%2Fevil",
    "https://github.com/acme/a%00b",
    "https://github.com/-acme/site",
    "https://github.com:444/acme/site",
    "http://github.com/acme/site",
    "https://github.com.evil.example/acme/site",
    "https://raw.githubusercontent.com.evil.example/acme/site/main/a",
    "ssh://git@evil.example/acme/site.git",
    "ssh://git@ssh.evil.example/acme/site.git",
  ])("that names no repository is left to other providers: %s", (text) => expect(parse(text)).toBeNull());
});

describe("any pasted text on a GitHub connection", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).map((text) => `x${text}`);

  it("is read when it is a page, a clone address or a branch of a repository", () => {
    fc.assert(
      fc.property(
        word,
        word,
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }),
        (owner, name, branch) => {
          fc.pre(!/^\.{1,2}$/.test(branch) && branch !== "refs" && branch.isWellFormed());
          const fullName = `${owner}/${name}`;
          expect(parse(`https://github.com/${fullName}.git`)).toEqual({ fullName });
          const tree = `https://github.com/${fullName}/tree/${encodeURIComponent(branch)}`;
          expect(parse(tree)).toEqual({ fullName, ref: branch });
        },
      ),
    );
  });

  it("never throws, and no name leads out of the host", () => {
    const urls = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.webPath().map((path) => `https://github.com${path}`),
      fc.string().map((text) => `https://github.com/acme/${text}`),
      fc.string().map((text) => `https://raw.githubusercontent.com/${text}`),
    );
    fc.assert(
      fc.property(urls, (text) => {
        if (!URL.canParse(text)) return;
        const parts = parse(text)?.fullName.split("/") ?? ["a", "b"];
        expect(parts).toHaveLength(2);
        expect(parts.every((part) => !["", ".", ".."].includes(part))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
