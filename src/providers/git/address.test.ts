import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressProblem, canonical, covers } from "@/providers/git/address";

const ROOT = "https://git.example.com/acme";

describe("the addresses that a Git credential covers", () => {
  it.each([
    ROOT,
    `${ROOT}/`,
    `${ROOT}/site.git`,
    `${ROOT}/platform/deploy.git`,
    "HTTPS://GIT.example.com:443/acme/site",
    `${ROOT}/..site`,
    `${ROOT}/gr%C3%B6%C3%9Fe.git`,
  ])("include %s", (address) => expect(covers(ROOT, address)).toBe(true));

  it.each([
    "https://git.example.com/acme-evil/site.git",
    "https://git.example.com/acme.git",
    "https://git.example.com/Acme/site.git",
    "https://git.example.com/",
    "http://git.example.com/acme/site.git",
    "https://git.example.com:8443/acme/site.git",
    "https://git.example.com.evil.example/acme/site.git",
    "https://git.example.com@evil.example/acme/site.git",
    "https://user:word@git.example.com/acme/site.git",
    "https://git.example.com\\@evil.example/acme/site.git",
    "https://git.example.com//acme/site.git",
    "https://git.example.com/%61cme/site.git",
    `${ROOT}/../acme-evil/site.git`,
    `${ROOT}/%2e%2e/acme-evil/site.git`,
    `${ROOT}/.%2E/acme-evil/site.git`,
    `${ROOT}/..%2facme-evil/site.git`,
    `${ROOT}%2f..%2facme-evil/site.git`,
    `${ROOT}/..%5cacme-evil/site.git`,
    `${ROOT}/%252e%252e/acme-evil/site.git`,
    `${ROOT}/..;/acme-evil/site.git`,
    `${ROOT}/..;x=1/acme-evil/site.git`,
    `${ROOT}/...;/acme-evil/site.git`,
    `${ROOT}\\..\\acme-evil/site.git`,
    `${ROOT}/site.git?service=git-upload-pack`,
    `${ROOT}/site.git#main`,
    `${ROOT}/si\tte.git`,
    `${ROOT}/si\nte.git`,
    `${ROOT}/site.git%00`,
    "ssh://git@git.example.com/acme/site.git",
    "file:///acme/site.git",
    "git.example.com/acme/site.git",
    "",
  ])("do not include %j", (address) => expect(covers(ROOT, address)).toBe(false));

  it("are a whole server when the connection has the address of a server", () => {
    expect(covers("https://git.example.com", "https://git.example.com/any/where.git")).toBe(true);
    expect(covers("https://git.example.com/", "https://git.example.com.evil.example/x")).toBe(false);
  });

  it("are none for text that is no address", () => {
    expect(covers("", "")).toBe(false);
    expect(covers("https://git.example.com/a/../b", "https://git.example.com/b/x")).toBe(false);
  });
});

const plainSegment = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._~-]{0,12}$/);
const root = fc
  .tuple(
    fc.constantFrom("https://h.example", "http://h.example:3000"),
    fc.array(plainSegment, { maxLength: 3 }),
  )
  .map(([origin, path]) => [origin, ...path].join("/"));

/** Text with many characters that servers read in different ways. */
const tricky = fc
  .array(
    fc.oneof(
      plainSegment,
      fc.constantFrom(
        "/",
        "..",
        ".",
        "%2e",
        "%2E",
        "%2f",
        "%5c",
        "%25",
        ";",
        "\\",
        "@",
        ":",
        "?",
        "#",
        "\t",
        "//",
        "é",
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

describe("the coverage of a Git credential, for generated addresses", () => {
  it("includes every plain path below the address", () => {
    fc.assert(
      fc.property(root, fc.array(plainSegment, { minLength: 1, maxLength: 4 }), (base, below) => {
        expect(covers(base, `${base}/${below.join("/")}`)).toBe(true);
      }),
    );
  });

  it("excludes a longer last path segment", () => {
    fc.assert(
      fc.property(root, plainSegment, (base, more) => {
        fc.pre(new URL(base).pathname !== "/");
        expect(covers(base, base + more)).toBe(false);
      }),
    );
  });

  it("includes nothing that leads out, however often and by whomever it is decoded", () => {
    fc.assert(
      fc.property(root, tricky, (base, text) => {
        const address = base + text;
        if (!covers(base, address)) return;
        const [outer, inner] = [new URL(base), new URL(canonical(address))];
        expect(inner.origin).toBe(outer.origin);
        expect(readings(inner.pathname).every((path) => isBelow(path, outer.pathname))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("never throws, and each valid address has one spelling", () => {
    fc.assert(
      fc.property(fc.oneof(tricky, fc.string(), fc.webUrl()), (text) => {
        if (addressProblem(text) !== null) return;
        expect(canonical(canonical(text))).toBe(canonical(text));
        expect(addressProblem(canonical(text))).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });
});

/** The path as read by servers that decode it once or twice, cut at semicolons, or take a back slash for a slash. */
function readings(path: string): string[] {
  const once = decoded(path);
  const decodings = [path, once, decoded(once)];
  return [...decodings, ...decodings.map((one) => one.replace(/;[^/]*/g, "").replaceAll("\\", "/"))];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function isBelow(path: string, base: string): boolean {
  const parts: string[] = [];
  for (const part of path.split("/").filter((one) => one !== "" && one !== ".")) {
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  const outer = base.split("/").filter(Boolean);
  return outer.every((part, index) => parts[index] === part);
}
