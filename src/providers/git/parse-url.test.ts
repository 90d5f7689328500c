import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coversSsh, readSshUrl, writeSshUrl } from "@/git/ssh-url";
import { covers } from "@/providers/git/address";
import { parseUrl } from "@/providers/git/parse-url";
import { Settings } from "@/providers/git/settings";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const anywhere = Settings.parse({});
const acme = Settings.parse({ gitUrl: "https://git.example.com/acme/" });

function parse(text: string, settings = anywhere) {
  return parseUrl(new URL(text), settings);
}

describe("a pasted repository URL of any Git server", () => {
  const site = "https://git.example.com/acme/site";
  it.each([
    [site, { fullName: site }],
    [`${site}/`, { fullName: site }],
    [`${site}.git`, { fullName: `${site}.git` }],
    ["https://user:word@git.example.com/acme/site.git", { fullName: `${site}.git` }],
    ["https://GIT.example.com:443/acme/site.git", { fullName: `${site}.git` }],
    ["https://git.example.com/site.git", { fullName: "https://git.example.com/site.git" }],
    [`${site}/tree/main`, { fullName: site, ref: "main" }],
    [`${site}/tree/feature/x`, { fullName: site, ref: "feature", path: "x" }],
    [`${site}/tree/feature%2Fx/docs`, { fullName: site, ref: "feature/x", path: "docs" }],
    [`${site}/blob/main/docs/a%20b.md#L3`, { fullName: site, ref: "main", path: "docs/a b.md" }],
    [`${site}/blob/${SHA}/a.md`, { fullName: site, commit: SHA, path: "a.md" }],
    [`${site}/commit/${SHA}`, { fullName: site, commit: SHA }],
    [`${site}/pull/7/files`, { fullName: site }],
    [`${site}/pulls/7`, { fullName: site }],
    [`${site}/src/branch/main/docs`, { fullName: site, ref: "main", path: "docs" }],
    [`${site}/src/commit/${SHA}`, { fullName: site, commit: SHA }],
    [`${site}/sub/-/tree/main/docs`, { fullName: `${site}/sub`, ref: "main", path: "docs" }],
    [`${site}/-/merge_requests/3`, { fullName: site }],
    [`${site}/-/tags/release/1`, { fullName: site, ref: "release/1" }],
    [
      `${site}.git/tree/docs/a.md?h=feature/x`,
      { fullName: `${site}.git`, ref: "feature/x", path: "docs/a.md" },
    ],
    [`${site}.git/commit/?id=${SHA}`, { fullName: `${site}.git`, commit: SHA }],
    [`${site}.git/info/refs?service=git-upload-pack`, { fullName: `${site}.git` }],
    [
      "https://git.example.com/tree/main/site.git",
      { fullName: "https://git.example.com/tree/main/site.git" },
    ],
    ["https://git.example.com/a/b/src", { fullName: "https://git.example.com/a/b/src" }],
  ])("is read: %s", (text, expected) => expect(parse(text)).toEqual(expected));

  it.each([
    "https://git.example.com/",
    "file:///srv/git/site.git",
    "https://git.example.com/acme/..%2fevil",
    "https://git.example.com/acme//site.git%2f",
    `${site}/tree/%E0%A4%A`,
  ])("that names no repository is left to other providers: %s", (text) => expect(parse(text)).toBeNull());

  it.each([
    ["ssh://git@git.example.com/acme/site.git", anywhere, `${site}.git`],
    ["ssh://git.example.com:2222/acme/site.git", anywhere, `${site}.git`],
    ["ssh://git@GIT.example.com:2222/acme/site.git", acme, `${site}.git`],
    [
      "ssh://git@h.example/acme/site.git",
      Settings.parse({ gitUrl: "http://h.example:3000" }),
      "http://h.example:3000/acme/site.git",
    ],
  ])("for SSH is read as the same repository over HTTPS: %s", (text, settings, fullName) => {
    expect(parse(text, settings)).toEqual({ fullName });
  });

  it("for SSH does not lead out of the connection's address", () => {
    expect(parse("ssh://git@git.example.com/acme-evil/site.git", acme)).toBeNull();
    const twoSlashes = parse("ssh://git@git.example.com//evil.example/acme/site.git");
    expect(twoSlashes?.fullName).toBe("https://git.example.com/evil.example/acme/site.git");
    expect(parse("ssh://git@evil.example/acme/site.git", acme)).toBeNull();
  });

  it("outside the connection's address is left to other providers", () => {
    expect(parse(`${site}/tree/main`, acme)).toEqual({ fullName: site, ref: "main" });
    expect(parse("https://git.example.com/acme-evil/site.git", acme)).toBeNull();
    expect(parse("https://git.example.com/acme/../acme-evil/site.git", acme)).toBeNull();
    expect(parse("https://other.example/acme/site.git", acme)).toBeNull();
  });
});

describe("a page of Azure DevOps, pasted on a connection over SSH", () => {
  const connected = { gitUrl: "git@ssh.dev.azure.com:v3/contoso/Web" };
  const page = "https://dev.azure.com/contoso/Web/_git/site";
  const fullName = "git@ssh.dev.azure.com:v3/contoso/Web/site";

  it.each([
    [page, { fullName }],
    [`${page}/`, { fullName }],
    [`${page}?path=/README.md&version=GBfeature/a`, { fullName, ref: "feature/a" }],
    [`${page}?version=GTv1`, { fullName, ref: "v1" }],
    ["https://dev.azure.com/contoso/_git/Web", { fullName: "git@ssh.dev.azure.com:v3/contoso/Web/Web" }],
    ["https://dev.azure.com/contoso/Other/_git/site", null],
    ["https://dev.azure.com/contoso/Web/_build", null],
    ["https://dev.azure.com.example.com/contoso/Web/_git/site", null],
  ])("is read as its SSH address: %s", (text, expected) => {
    const parsed = parse(text, connected);
    expect(parsed && { ...parsed, fullName: writeSshUrl(readSshUrl(parsed.fullName)) }).toEqual(
      expected && { ...expected, fullName: writeSshUrl(readSshUrl(expected.fullName)) },
    );
  });
});

describe("any pasted text on a Git connection", () => {
  it("never throws over SSH, and gives a name at the connection's address or below", () => {
    const gitUrl = "git@ssh.dev.azure.com:v3/contoso/Web";
    const urls = fc.oneof(
      fc.array(fc.string()).map((parts) => `https://dev.azure.com/contoso/Web/_git/${parts.join("/")}`),
      fc.string().map((text) => `https://dev.azure.com/contoso/${text}/_git/${text}?version=GB${text}`),
      fc.string().map((text) => `ssh://ssh.dev.azure.com/~/v3/contoso/${text}`),
    );
    fc.assert(
      fc.property(urls, (text) => {
        if (!URL.canParse(text)) return;
        const parsed = parse(text, { gitUrl });
        if (parsed) expect(coversSsh(readSshUrl(gitUrl), readSshUrl(parsed.fullName))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("never throws over HTTPS, and gives a name at the connection's address or below", () => {
    const urls = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.webPath().map((path) => `https://git.example.com/acme${path}`),
      fc.string().map((text) => `https://git.example.com/acme/${text}`),
    );
    fc.assert(
      fc.property(urls, (text) => {
        if (!URL.canParse(text)) return;
        const parsed = parse(text, acme);
        if (parsed) expect(covers("https://git.example.com/acme", parsed.fullName)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the address of a Git connection", () => {
  it("is kept in one spelling", () => {
    expect(Settings.parse({ gitUrl: " HTTPS://Git.Example.com:443/Acme/ " }).gitUrl).toBe(
      "https://git.example.com/Acme",
    );
  });

  it.each([
    "git.example.com",
    "ssh://-h/a",
    "https://u:p@h/a",
    "https://h/a/../b",
    "https://h/a?x=1",
    "https://h/a%2fb",
  ])("cannot be %s", (gitUrl) => expect(Settings.safeParse({ gitUrl }).success).toBe(false));
});
