import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseUrl } from "@/providers/gitlab/parse-url";
import { Settings } from "@/providers/gitlab/settings";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const settings = Settings.parse({
  gitlabUrl: "https://git.example.com/gitlab/",
  gitlabInternalUrl: "http://gitlab.internal:8080",
});

function parse(text: string, on = settings) {
  return parseUrl(new URL(text), on);
}

describe("a pasted GitLab address", () => {
  const fullName = "acme/platform/site";
  it.each([
    ["", {}],
    ["/", {}],
    [".git", {}],
    ["/-/tree/main", { ref: "main" }],
    ["/-/tree/main?ref_type=heads", { ref: "main" }],
    ["/-/tree/feature%2Fx", { ref: "feature/x" }],
    ["/-/tree/feature%2Fa%231/docs", { ref: "feature/a#1", path: "docs" }],
    ["/-/tree/feature/x/docs", { ref: "feature", path: "x/docs" }],
    ["/-/blob/main/docs/read%20me.md#L3", { ref: "main", path: "docs/read me.md" }],
    [`/-/blob/${SHA}/index.html`, { commit: SHA, path: "index.html" }],
    ["/-/raw/main/index.html", { ref: "main", path: "index.html" }],
    [`/-/commit/${SHA}`, { commit: SHA }],
    ["/-/commit/0123456", {}],
    ["/-/commits/main", { ref: "main" }],
    ["/-/tags/release%2F1", { ref: "release/1" }],
    ["/-/tags/release/1", { ref: "release/1" }],
    ["/-/merge_requests/12/diffs", {}],
    ["/-/settings/repository", {}],
    ["/tree/main/docs", { ref: "main", path: "docs" }],
    ["/tree/hot%252Ffix", { ref: "hot%2Ffix" }],
  ])("of a project followed by %j is read", (rest, place) => {
    expect(parse(`https://git.example.com/gitlab/acme/platform/site${rest}`)).toEqual({ fullName, ...place });
  });

  it("is read below the internal address too", () => {
    expect(parse("http://gitlab.internal:8080/acme/site.git")).toEqual({ fullName: "acme/site" });
  });

  it.each(["ssh://git@git.example.com/acme/site.git", "ssh://git@git.example.com:2222/acme/site.git"])(
    "for ssh is read: %s",
    (text) => expect(parse(text)).toEqual({ fullName: "acme/site" }),
  );

  it("for ssh on port 443 of gitlab.com is read", () => {
    const cloud = Settings.parse({ gitlabUrl: "https://gitlab.com" });
    const text = "ssh://git@altssh.gitlab.com:443/acme/site.git";
    expect(parse(text, cloud)).toEqual({ fullName: "acme/site" });
  });

  it.each([
    "https://git.example.com/acme/site",
    "https://git.example.com/gitlab-evil/acme/site",
    "https://git.example.com:444/gitlab/acme/site",
    "http://git.example.com/gitlab/acme/site",
    "https://git.example.com.evil.example/gitlab/acme/site",
    "https://git.example.com/gitlab/acme",
    "https://git.example.com/gitlab/groups/acme",
    "https://git.example.com/gitlab/-/profile/keys",
    "https://git.example.com/gitlab/api/v4/projects",
    "https://git.example.com/gitlab/acme/..%2Fevil",
    "https://git.example.com/gitlab/acme/%2e%2e%2fevil",
    "https://git.example.com/gitlab/acme/a%00b",
    "https://git.example.com/gitlab/acme/si%te",
    "ssh://git@evil.example/acme/site.git",
    "ssh://git@git.example.com/site.git",
    "ssh://git@git.example.com//",
    "ftp://git.example.com/gitlab/acme/site",
  ])("that names no project is left to other providers: %s", (text) => expect(parse(text)).toBeNull());
});

const segment = fc.stringMatching(/^[a-z][a-z0-9_-]{0,10}$/).map((text) => `x${text}`);
const name = fc.array(segment, { minLength: 2, maxLength: 5 });

describe("any pasted text on a GitLab connection", () => {
  it("is read when it is the page or the clone address of a project", () => {
    fc.assert(
      fc.property(name, fc.constantFrom("", ".git", "/", "/-/pipelines"), (path, end) => {
        const fullName = path.join("/");
        expect(parse(`https://git.example.com/gitlab/${fullName}${end}`)).toEqual({ fullName });
      }),
    );
  });

  it("keeps an encoded branch whole", () => {
    fc.assert(
      fc.property(name, fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), (path, branch) => {
        fc.pre(!/^\.{1,2}$/.test(branch) && branch.isWellFormed());
        const url = `https://git.example.com/gitlab/${path.join("/")}/-/tree/${encodeURIComponent(branch)}`;
        expect(parse(url)).toEqual({ fullName: path.join("/"), ref: branch });
      }),
    );
  });

  it("never throws, and no name leads out of the host", () => {
    const urls = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.webPath().map((path) => `https://git.example.com/gitlab${path}`),
      fc.string().map((text) => `https://git.example.com/gitlab/acme/${text}`),
    );
    fc.assert(
      fc.property(urls, (text) => {
        if (!URL.canParse(text)) return;
        const parsed = parse(text);
        const parts = parsed?.fullName.split("/") ?? ["a", "b"];
        expect(parts.length).toBeGreaterThan(1);
        expect(parts.every((part) => part !== "" && part !== "." && part !== "..")).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
