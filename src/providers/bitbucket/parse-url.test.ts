import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bitbucket } from "@/providers/bitbucket";

const SHA = "9a1f0c7de33b0b6a3f0e7b9f0d2c4b8a6e5d4c3b";
const parse = (text: string) => bitbucket.parseUrl(new URL(text), { bitbucketUrl: "https://bitbucket.org" });

describe("a pasted Bitbucket address", () => {
  it.each([
    ["https://bitbucket.org/acme/site", {}],
    ["https://bitbucket.org/acme/site.git", {}],
    ["https://www.bitbucket.org/acme/site/src/", {}],
    ["https://bitbucket.org/acme/site/src/main/", { ref: "main" }],
    [
      "https://bitbucket.org/acme/site/src/main/public/style.css#lines-3",
      { ref: "main", path: "public/style.css" },
    ],
    ["https://bitbucket.org/acme/site/src/feature/a/b.html", { ref: "feature", path: "a/b.html" }],
    [
      "https://bitbucket.org/acme/site/src/feature/a/b.html?at=feature/a",
      { ref: "feature/a", path: "b.html" },
    ],
    ["https://bitbucket.org/acme/site/src/feature%2Fa/b.html", { ref: "feature/a", path: "b.html" }],
    [`https://bitbucket.org/acme/site/src/${SHA}/b.html?at=main`, { commit: SHA, path: "b.html" }],
    ["https://bitbucket.org/acme/site/branch/feature/a", { ref: "feature/a" }],
    [`https://bitbucket.org/acme/site/commits/${SHA}`, { commit: SHA }],
    ["https://bitbucket.org/acme/site/commits/branch/feature%2Fa", { ref: "feature/a" }],
    ["https://bitbucket.org/acme/site/commits/tag/v1.0.0", { ref: "v1.0.0" }],
    ["https://bitbucket.org/acme/site/pull-requests/5/diff", {}],
    [`https://bitbucket.org/acme/site/raw/${SHA}/b.html`, { commit: SHA, path: "b.html" }],
    ["ssh://git@bitbucket.org/acme/site.git", {}],
    ["ssh://git@altssh.bitbucket.org:443/acme/site.git", {}],
  ])("is read: %s", (text, place) => expect(parse(text)).toEqual({ fullName: "acme/site", ...place }));

  it.each([
    "https://bitbucket.org/acme",
    "https://bitbucket.org/acme/workspace/overview",
    "https://bitbucket.org/account/settings/",
    "https://bitbucket.org/dashboard/repositories",
    "https://bitbucket.org/!api/2.0/user",
    "https://bitbucket.org/acme/..%2Fevil",
    "https://bitbucket.org/acme/a%00b",
    "https://bitbucket.org/acme/si%te",
    "http://bitbucket.org/acme/site",
    "https://bitbucket.org:444/acme/site",
    "https://bitbucket.org.evil.example/acme/site",
    "ssh://git@altssh.evil.example/acme/site.git",
  ])("that names no repository is left to other providers: %s", (text) => expect(parse(text)).toBeNull());

  it("of any form never throws, and no name leads out of the host", () => {
    const urls = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.webPath().map((path) => `https://bitbucket.org${path}`),
      fc.string().map((text) => `https://bitbucket.org/acme/${text}`),
      fc.string().map((text) => `ssh://git@bitbucket.org/${text}`),
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

  it("of a branch gives its whole name", () => {
    const name = fc.array(fc.stringMatching(/^[a-z][a-z0-9#._-]{0,9}$/), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(name, (parts) => {
        const url = `https://bitbucket.org/acme/site/branch/${parts.map(encodeURIComponent).join("/")}`;
        expect(parse(url)).toEqual({ fullName: "acme/site", ref: parts.join("/") });
      }),
    );
  });
});
