import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { azureDevops } from "@/providers/azureDevops";

const SHA = "9a1f0c7de33b0b6a3f0e7b9f0d2c4b8a6e5d4c3b";
const SITE = "https://dev.azure.com/acme/Web%20Shop/_git/site";
const parse = (text: string) => azureDevops.parseUrl(new URL(text), { organizationName: "acme" });
const server = { azureDevopsUrl: "https://tfs.example.com/tfs", organizationName: "Main" };

describe("a pasted address of Azure DevOps Services", () => {
  it.each([
    [SITE, {}],
    ["https://acme@dev.azure.com/acme/Web%20Shop/_git/site", {}],
    ["https://acme.visualstudio.com/Web%20Shop/_git/site", {}],
    ["https://acme.visualstudio.com/DefaultCollection/Web%20Shop/_git/site", {}],
    ["https://dev.azure.com/ACME/Web%20Shop/_git/site", {}],
    ["ssh://git@ssh.dev.azure.com/v3/acme/Web%20Shop/site", {}],
    ["ssh://acme@vs-ssh.visualstudio.com/v3/acme/Web%20Shop/site", {}],
    [`${SITE}?path=/docs/a.md&version=GBfeature/a&_a=contents`, { ref: "feature/a", path: "docs/a.md" }],
    [`${SITE}?version=GTv1.0.0`, { ref: "v1.0.0" }],
    [`${SITE}?path=%2Fa.md&version=GC${SHA}`, { commit: SHA, path: "a.md" }],
    [`${SITE}/commit/${SHA}?refName=refs%2Fheads%2Fmain`, { commit: SHA }],
    [`${SITE}/pullrequest/7`, {}],
    [`${SITE}/branches`, {}],
  ])("is read: %s", (text, place) => expect(parse(text)).toEqual({ fullName: "Web Shop/site", ...place }));

  it("without a project names the repository that is called like the project", () => {
    expect(parse("https://dev.azure.com/acme/_git/site")).toEqual({ fullName: "site/site" });
  });

  it.each([
    "https://dev.azure.com/acme",
    "https://dev.azure.com/acme/Web%20Shop/_workitems/edit/4",
    "https://dev.azure.com/other/Web%20Shop/_git/site",
    "https://other.visualstudio.com/Web%20Shop/_git/site",
    "https://acme.visualstudio.com.evil.example/p/_git/site",
    "https://dev.azure.com/acme/a/b/_git/site",
    "https://dev.azure.com/acme/p/_git/..%2Fevil",
    "https://dev.azure.com/acme/p/_git/%2e%2e",
    "https://evil.example/acme/p/_git/site",
    "http://dev.azure.com/acme/p/_git/site",
    "https://dev.azure.com:444/acme/p/_git/site",
    "ssh://git@ssh.dev.azure.com/v3/other/p/site",
    "ssh://git@evil.example/v3/acme/p/site",
  ])("is not read as a repository of this organization: %s", (text) => expect(parse(text)).toBeNull());

  it("never throws, and no name leads out of its project", () => {
    const urls = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string().map((text) => `https://dev.azure.com/acme/${text}`),
      fc.string().map((text) => `https://dev.azure.com/acme/p/_git/${text}`),
      fc.string().map((text) => `ssh://git@ssh.dev.azure.com/v3/acme/${text}`),
    );
    fc.assert(
      fc.property(urls, (text) => {
        if (!URL.canParse(text)) return;
        const parts = parse(text)?.fullName.split("/") ?? ["a", "b"];
        expect(parts).toHaveLength(2);
        expect(parts.every((part) => !["", ".", ".."].includes(part.trim()))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a pasted address of an Azure DevOps Server", () => {
  it.each([
    [
      "https://tfs.example.com/tfs/Main/shop/_git/site?version=GBmain",
      { fullName: "shop/site", ref: "main" },
    ],
    ["https://tfs.example.com/tfs/main/_git/site", { fullName: "site/site" }],
    ["ssh://tfs.example.com:22/tfs/Main/shop/_ssh/site", { fullName: "shop/site" }],
    ["ssh://tfs.example.com:22/tfs/Other/shop/_ssh/site", null],
    ["https://tfs.example.com/tfs/Other/shop/_git/site", null],
    ["https://tfs.example.com/Main/shop/_git/site", null],
    ["https://dev.azure.com/Main/shop/_git/site", null],
  ])("is read or left to other providers: %s", (text, expected) => {
    expect(azureDevops.parseUrl(new URL(text), server)).toEqual(expected);
  });
});
