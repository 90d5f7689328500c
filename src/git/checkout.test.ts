import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import path from "node:path";
import { closeAll, freshFolder } from "@test/kit/git-host";
import { afterEach, describe, expect, test } from "vitest";
import { type CheckoutReport, checkout } from "@/git/checkout";
import { git } from "@/git/command";
import { type SeedFile, seedRepository } from "@/git/seed-repository";
import type { TreeLimits } from "@/git/tree";
import { asFault } from "@/lib/fault";

afterEach(closeAll);

interface Result {
  into: string;
  report: CheckoutReport;
}

async function checkedOut(
  files: Record<string, SeedFile>,
  limits: Partial<TreeLimits> = {},
): Promise<Result> {
  const folder = await freshFolder();
  const gitDir = path.join(folder, "r.git");
  const [sha = ""] = await seedRepository(gitDir, { commits: [{ message: "One", files }] });
  const into = path.join(folder, "work");
  return { into, report: await checkout(gitDir, sha, into, { limits }) };
}

describe("the files of a checkout", () => {
  test("arrive byte for byte, whatever .gitattributes asks for", async () => {
    const content = "a\r\nb\n$Id$ $Format:%H$\n";
    const { into } = await checkedOut({
      ".gitattributes":
        "* text eol=crlf ident filter=evil export-subst\n*.u working-tree-encoding=UTF-16\nx export-ignore\n",
      "dir/.gitattributes": "* text=auto eol=lf\n",
      "a.txt": content,
      "dir/b.txt": content,
      "c.u": content,
      x: content,
      "bin/run": { executable: "#!/bin/sh\n" },
    });
    for (const name of ["a.txt", "dir/b.txt", "c.u", "x"])
      expect(await readFile(path.join(into, name), "utf8")).toBe(content);
    expect((await lstat(path.join(into, "bin/run"))).mode & 0o111).not.toBe(0);
  });

  test("keep names that are dangerous to shells and terminals", async () => {
    const names = [
      "-rf",
      "a\nb",
      "a b",
      "'",
      '"',
      "\\",
      "$(id)",
      "ä",
      "\u001b[31m",
      "x".repeat(255),
      "--",
      "a\u202eb",
    ];
    const { into, report } = await checkedOut(Object.fromEntries(names.map((name) => [name, name])));
    expect((await readdir(into)).sort()).toEqual([...names].sort());
    expect(report.files).toBe(names.length);
  });

  test("stay LFS pointers, and the report says so", async () => {
    const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 99999999999\n";
    const { into, report } = await checkedOut({
      ".gitattributes": "*.bin filter=lfs diff=lfs\n",
      "a.bin": pointer,
      ".lfsconfig": "[lfs]\nurl=http://127.0.0.1:1/",
    });
    expect(await readFile(path.join(into, "a.bin"), "utf8")).toBe(pointer);
    expect(report.lfs).toBe(true);
  });

  test("replace what was in the folder", async () => {
    const { into } = await checkedOut({ a: "1" });
    const gitDir = path.join(path.dirname(into), "r.git");
    const [sha = ""] = await seedRepository(gitDir, { commits: [{ message: "Two", files: { b: "2" } }] });
    await checkout(gitDir, sha, into);
    expect(await readdir(into)).toEqual(["b"]);
    expect(await readdir(path.dirname(into))).toEqual(["r.git", "work"]);
  });
});

describe("the symbolic links of a checkout", () => {
  test("are kept inside the repository and left out when they lead outside, also through each other", async () => {
    const inside = {
      "a/link": "../b/file",
      "a/up": "..",
      chain1: "chain2",
      chain2: "b",
      dangling: "b/none",
      dot: "./b/./file",
      "a/around": "../a/../b/file",
    };
    const outside = {
      abs: "/etc/passwd",
      rel: "../x",
      "a/deep": "../../x",
      "via/up": "../a/up/../../x",
      first: "second",
      second: "../..",
      loop1: "loop2",
      loop2: "loop1",
      self: "a/abs2/x",
      "a/abs2": "/proc/self",
    };
    const links = Object.entries({ ...inside, ...outside }).map(([name, link]) => [name, { link }] as const);
    const { into, report } = await checkedOut({ "b/file": "x", ...Object.fromEntries(links) });
    expect([...report.refusedLinks].sort()).toEqual(Object.keys(outside).sort());
    for (const [name, target] of Object.entries(inside))
      expect(await readlink(path.join(into, name))).toBe(target);
    for (const name of Object.keys(outside))
      await expect(lstat(path.join(into, name))).rejects.toThrow("ENOENT");
  });
});

describe("the limits of a checkout", () => {
  test.each<[Partial<TreeLimits>, string]>([
    [{ maxFiles: 1 }, "tree_too_many_files"],
    [{ maxBytes: 7 }, "tree_too_large"],
    [{ maxFileBytes: 3 }, "tree_file_too_large"],
  ])("stop it before anything is written: %j", async (limits, reason) => {
    const folder = await freshFolder();
    const gitDir = path.join(folder, "r.git");
    const [sha = ""] = await seedRepository(gitDir, {
      commits: [{ message: "One", files: { a: "aaaa", b: "bbbb" } }],
    });
    const fault = await checkout(gitDir, sha, path.join(folder, "work"), { limits }).catch(asFault);
    expect(fault).toMatchObject({ code: "too_large", reason: { code: reason } });
    expect(await readdir(folder)).toEqual(["r.git"]);
  });

  test("stop a few objects that would unfold to ten thousand million files", async () => {
    const folder = await freshFolder();
    const gitDir = path.join(folder, "r.git");
    await seedRepository(gitDir, { commits: [] });
    const blob = (await git(["hash-object", "-w", "--stdin"], { gitDir, input: "boom" })).toString().trim();
    let tree = await makeTree(gitDir, `100644 blob ${blob}`);
    for (let level = 0; level < 9; level++) tree = await makeTree(gitDir, `040000 tree ${tree}`);
    const limits = { maxFiles: 5_000 };
    const fault = await checkout(gitDir, tree, path.join(folder, "work"), { limits }).catch(asFault);
    expect(fault).toMatchObject({ reason: { code: "tree_too_many_files", params: { limit: 5_000 } } });
    expect(await readdir(folder)).toEqual(["r.git"]);
  });

  test.each([".git", ".GIT", "..", "."])("cover the names of entries: %j is refused", async (name) => {
    const folder = await freshFolder();
    const gitDir = path.join(folder, "r.git");
    await seedRepository(gitDir, { commits: [] });
    const blob = (await git(["hash-object", "-w", "--stdin"], { gitDir, input: "x" })).toString().trim();
    const raw = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, "hex")]);
    const written = await git(["hash-object", "-w", "-t", "tree", "--literally", "--stdin"], {
      gitDir,
      input: raw,
    });
    const fault = await checkout(gitDir, written.toString().trim(), path.join(folder, "work")).catch(asFault);
    expect(fault).toMatchObject({ reason: { code: "tree_unsafe_path" } });
  });

  async function makeTree(gitDir: string, entry: string): Promise<string> {
    const input = Array.from({ length: 10 }, (_, at) => `${entry}\t${at}\n`).join("");
    return (await git(["mktree"], { gitDir, input })).toString().trim();
  }
});
