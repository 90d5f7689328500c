import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { closeAll, freshFolder } from "@test/kit/git-host";
import { afterEach, describe, expect, test } from "vitest";
import { checkout, submoduleLimits, type WantedSubmodule } from "@/git/checkout";
import { addCommits, type SeedFile, seedRepository } from "@/git/seed-repository";
import { absoluteUrl, readSubmodules } from "@/git/submodule";
import { readTree } from "@/git/tree";
import { asFault } from "@/lib/fault";

afterEach(closeAll);

const limits = { maxFiles: 1000, maxBytes: 1_000_000, maxFileBytes: 1_000_000 };
const elsewhere = "https://h.example/acme/site.git";

const link = (name: string, url: string) => `[submodule "${name}"]\n\tpath = ${name}\n\turl = ${url}\n`;

/** One repository that holds the commits of all, as a mirror does after fetching them; the last one is the outermost. */
async function repositoryOf(commits: Record<string, SeedFile>[]): Promise<{ gitDir: string; ids: string[] }> {
  const gitDir = path.join(await freshFolder(), "r.git");
  const ids = await seedRepository(gitDir, { commits: [] });
  for (const [at, files] of commits.entries()) {
    const named = Object.fromEntries(
      Object.entries(files).map(([name, file]) => [name, resolved(file, ids)]),
    );
    ids.push(...(await addCommits(gitDir, [{ message: "m", files: named, branch: `b${at}` }])));
  }
  return { gitDir, ids };
}

/** `{ submodule: "0" }` stands for the first commit. */
function resolved(file: SeedFile, ids: string[]): SeedFile {
  if (file === null || typeof file === "string" || !("submodule" in file)) return file;
  return file.submodule.length === 40 ? file : { submodule: ids[Number(file.submodule)] ?? "" };
}

async function checkedOut(commits: Record<string, SeedFile>[], given: Partial<typeof limits> = {}) {
  const { gitDir, ids } = await repositoryOf(commits);
  const into = path.join(path.dirname(gitDir), "work");
  const asked: WantedSubmodule[] = [];
  const submodules = {
    url: elsewhere,
    fetch: async (wanted: WantedSubmodule) => {
      asked.push(wanted);
      return wanted.url;
    },
  };
  const report = await checkout(gitDir, ids.at(-1) ?? "", into, { submodules, limits: given });
  return { into, report, asked, ids };
}

describe("the addresses of submodules", () => {
  test.each([
    ["../theme.git", "https://h.example/acme/site.git", "https://h.example/acme/theme.git"],
    ["../../other/theme", "https://h.example:8443/acme/site.git", "https://h.example:8443/other/theme"],
    ["./theme.git", "https://h.example/acme/site.git", "https://h.example/acme/site.git/theme.git"],
    ["../theme.git", "git@h.example:acme/site.git", "git@h.example:acme/theme.git"],
    ["../theme.git", "ssh://git@h.example:2222/acme/site.git", "ssh://git@h.example:2222/acme/theme.git"],
    ["../../../evil.example/x", "https://h.example/acme/site.git", null],
    ["../..", "https://h.example/acme/site.git", null],
    ["../x", "/srv/site.git", null],
    ["https://h.example/a/b.git", "https://h.example/acme/site.git", "https://h.example/a/b.git"],
    ["ext::sh -c id", "https://h.example/acme/site.git", "ext::sh -c id"],
  ])("%s in %s is %s", (url, around, whole) => {
    expect(absoluteUrl(url, around)).toBe(whole);
  });

  test("are read for the folders of the tree alone, and no file is included", async () => {
    const { gitDir, ids } = await repositoryOf([
      {
        "theme/x": { submodule: "0".repeat(40) },
        ".gitmodules": `[include]\n\tpath = /etc/passwd\n${link("theme/x", "../x.git")}${link("theme/x ", "../y.git")}${link("gone", "../gone.git")}`,
      },
    ]);
    const entries = await readTree(gitDir, ids[0] ?? "", { limits });
    const found = (await readSubmodules(gitDir, entries)).map(({ path, url }) => [path, url]);
    expect(found).toEqual([["theme/x", "../x.git"]]);
  });

  test.each([
    ["no file", {}],
    ["a file that git cannot read", { ".gitmodules": '[submodule "x"\n' }],
    ["a link instead of a file", { ".gitmodules": { link: "other" }, other: link("x", "../x.git") }],
    ["an absurdly long file", { ".gitmodules": link("x", "../x.git") + "#\n".repeat(200_000) }],
  ])("are none with %s", async (_what, files: Record<string, SeedFile>) => {
    const { gitDir, ids } = await repositoryOf([{ ...files, x: { submodule: "1".repeat(40) } }]);
    const entries = await readTree(gitDir, ids[0] ?? "", { limits });
    expect(await readSubmodules(gitDir, entries)).toMatchObject([{ path: "x", url: null }]);
  });
});

describe("a checkout with submodules", () => {
  test("writes nested ones, with addresses relative to the one around them", async () => {
    const { into, report, asked, ids } = await checkedOut([
      { "font.css": "font" },
      {
        "theme.css": "theme",
        fonts: { submodule: "0" },
        ".gitmodules": link("fonts", "../../type/fonts.git"),
      },
      { "index.html": "site", "a/theme": { submodule: "1" }, ".gitmodules": link("a/theme", "../theme.git") },
    ]);
    expect(asked).toEqual([
      { path: "a/theme", sha: ids[1], url: "https://h.example/acme/theme.git" },
      { path: "a/theme/fonts", sha: ids[0], url: "https://h.example/type/fonts.git" },
    ]);
    expect(await readFile(path.join(into, "a/theme/fonts/font.css"), "utf8")).toBe("font");
    expect(await readFile(path.join(into, "a/theme/theme.css"), "utf8")).toBe("theme");
    expect(report).toMatchObject({ files: 5, submodules: [], beyondLimits: [], refusedLinks: [] });
    expect((await readdir(path.dirname(into))).sort()).toEqual(["r.git", "work"]);
  });

  test("leaves out links that escape only because of a link in a submodule", async () => {
    const { into, report } = await checkedOut([
      { "d/e/top": { link: "../.." }, "d/e/in": "in" },
      {
        out: { link: "theme/d/e/top/../../etc" },
        good: { link: "theme/d/e/in" },
        theme: { submodule: "0" },
        ".gitmodules": link("theme", "../theme.git"),
      },
    ]);
    expect(report.refusedLinks).toEqual(["out"]);
    expect(await readFile(path.join(into, "good"), "utf8")).toBe("in");
    await expect(lstat(path.join(into, "out"))).rejects.toThrow("ENOENT");
  });

  test("has one limit for the files and bytes of all of them", async () => {
    const commits: Record<string, SeedFile>[] = [
      { a: "12345", b: "12345" },
      { c: "12345", theme: { submodule: "0" }, ".gitmodules": link("theme", "../t.git") },
    ];
    const codeOf = (given: Partial<typeof limits>) =>
      checkedOut(commits, given).then(
        () => "none",
        (error: unknown) => asFault(error).reason.code,
      );
    expect(await codeOf({ maxFiles: 4 })).toBe("tree_too_many_files");
    expect(await codeOf({ maxBytes: 60 })).toBe("tree_too_large");
    expect(await codeOf({ maxFiles: 5 })).toBe("none");
  });

  test("ends at a number and a depth, and names what lies beyond", async () => {
    const inside = (at: number): Record<string, SeedFile> => ({
      m: { submodule: String(at - 1) },
      ".gitmodules": link("m", "../m.git"),
    });
    const deep = await checkedOut([{ end: "x" }, ...Array.from({ length: 7 }, (_, at) => inside(at + 1))]);
    expect(deep.asked).toHaveLength(submoduleLimits.depth);
    expect(deep.report.beyondLimits).toEqual(["m/m/m/m/m/m"]);
    const names = Array.from({ length: submoduleLimits.count + 2 }, (_, at) => `m${at}`);
    const many = await checkedOut([
      { end: "x" },
      {
        ...Object.fromEntries(names.map((name) => [name, { submodule: "0" }])),
        ".gitmodules": names.map((name) => link(name, "../m.git")).join(""),
      },
    ]);
    expect(many.asked).toHaveLength(submoduleLimits.count);
    expect(many.report.beyondLimits).toHaveLength(2);
    expect(many.report.submodules).toEqual(many.report.beyondLimits);
  });
});
