import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, realpath, symlink } from "node:fs/promises";
import path from "node:path";
import { closeAll, freshFolder, hostWith, serve, type TestHost } from "@test/kit/git-host";
import { afterEach, describe, expect, test } from "vitest";
import { checkout } from "@/git/checkout";
import { git, gitResult } from "@/git/command";
import { withCommit } from "@/git/mirror";
import type { SeedFile } from "@/git/seed-repository";
import { asFault } from "@/lib/fault";

afterEach(closeAll);

interface Trap {
  /** A command line that leaves a trace when it is run. */
  run: string;
  /** A server that no honest clone contacts. */
  evil: string;
}

const config = ({ run }: Trap) =>
  `[core]\n\tbare = true\n\tfsmonitor = "${run}"\n\tsshCommand = "${run}"\n\teditor = "${run}"\n\tpager = "${run}"\n[alias]\n\tstatus = "!${run}"\n[filter "x"]\n\tsmudge = "${run}"\n\tprocess = "${run}"\n[diff "x"]\n\ttextconv = "${run}"\n`;
const script = ({ run }: Trap): SeedFile => ({ executable: `#!/bin/sh\n${run}\n` });
const bare = (at: string, trap: Trap) => ({
  [`${at}HEAD`]: "ref: refs/heads/main\n",
  [`${at}config`]: config(trap),
  [`${at}objects/x`]: "",
  [`${at}refs/heads/x`]: "",
});
const submodule = (lines: string) => ({
  ".gitmodules": `[submodule "x"]\n\tpath = lib/x\n${lines}`,
  "lib/x": { submodule: "1".repeat(40) },
});
const linkTo = (link: string) => ({ trap: { link } });

/** Hostile repository contents, by what each one tries. */
const hostile: Record<string, (trap: Trap) => Record<string, SeedFile>> = {
  "a bare repository below": (trap) => bare("trap/", trap),
  "a bare repository at its root": (trap) => bare("", trap),
  "hooks in every place": (trap) => ({
    "hooks/post-checkout": script(trap),
    ".githooks/post-checkout": script(trap),
    "post-index-change": script(trap),
  }),
  "a configuration of its own": (trap) => ({ ".gitconfig": config(trap), "etc/gitconfig": config(trap) }),
  "a filter for all files": () => ({
    ".gitattributes": "* filter=x diff=x merge=x ident export-subst\n",
    a: "a",
  }),
  "files of LFS": ({ evil }) => ({
    ".gitattributes": "*.bin filter=lfs\n",
    ".lfsconfig": `[lfs]\n\turl = ${evil}/lfs\n`,
    "a.bin": `version https://git-lfs.github.com/spec/v1\noid sha256:${"1".repeat(64)}\nsize 1\n`,
  }),
  "a submodule elsewhere": ({ evil }) => submodule(`\turl = ${evil}/x.git\n`),
  "a submodule that runs a command": ({ run }) => submodule(`\turl = https://h/x\n\tupdate = !${run}\n`),
  "a submodule by a protocol that runs a command": ({ run }) => submodule(`\turl = ext::sh -c "${run}"\n`),
  "a submodule on this machine": () => submodule("\turl = file:///etc\n"),
  "a submodule whose address is an option": ({ run }) => submodule(`\turl = --upload-pack=${run}\n`),
  "a submodule whose address has a line end": ({ run }) => submodule(`\turl = "https://h/x\\n${run}"\n`),
  "a submodule over a link": () => ({ ...submodule("\turl = https://h/x\n"), lib2: { link: "lib/x" } }),
  "a link to an absolute place": () => linkTo("/etc/passwd"),
  "a link above itself": () => linkTo("../../../../etc"),
  "a link to its own .git": () => linkTo(".git/hooks"),
  "links that lead out together": () => ({ "a/up": { link: ".." }, b: { link: "a/up/../.." } }),
  "a link in a circle": () => ({ one: { link: "two" }, two: { link: "one" } }),
  "a link to what runs": () => linkTo("/proc/self/root"),
  "a folder of links": () => ({ "d/e": { link: "/" }, "d/f": { link: "/tmp" }, g: { link: "d/e/tmp" } }),
  "names that are options": () => ({ "-rf": "x", "--upload-pack=x": "x", "-c": "x" }),
  "names that are commands": ({ run }) => ({ [`$(${run.replaceAll("/", "_")})`]: "x", "a;b|c&d`e`": "x" }),
  "names that move the cursor": () => ({ "a\u001b[2Jb": "x", "a\nb": "x", "\u202etxt.exe": "x" }),
  "names of Windows devices": () => ({ CON: "x", "aux.txt": "x", "a\\..\\b": "x", "c:d": "x" }),
  "a mail map and a template": (trap) => ({
    ".mailmap": "x <x> <y>\n",
    "templates/hooks/post-checkout": script(trap),
  }),
};

/** Names that a tree can only have when it was made by hand. */
const forged = [".git", ".GIT", ".git ", "git~1", ".g\u200cit", "..", ".", "", "a/../../b", "/etc/x", "a/b"];

const outcome = { cases: 0, executions: 0, escapes: 0 };
let checkedOut = 0;

async function lookAfter(host: TestHost, marker: string, seen: readonly string[], before: string[]) {
  const work = path.join(host.folder, "work");
  outcome.cases += 1;
  checkedOut += Number(existsSync(work));
  if (existsSync(work))
    for (const args of [["status"], ["log"], ["diff"]]) await gitResult(args, { cwd: work });
  outcome.executions += Number(existsSync(marker)) + seen.length;
  const now = (await readdir(host.folder)).filter((name) => !["work", "mirror"].includes(name));
  outcome.escapes += Number(now.join() !== before.join()) + (await escaped(work));
}

/** Entries of a folder that lead out of it, or that git would take for its own. */
async function escaped(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  const root = await realpath(folder);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const places = await Promise.all(
    entries.map(async ({ parentPath, name }) => {
      if (/^\.git$/i.test(name)) return "/";
      const full = path.join(parentPath, name);
      const isLink = (await lstat(full)).isSymbolicLink();
      return isLink ? realpath(full).catch(() => root) : full;
    }),
  );
  return places.filter((place) => place !== root && !`${place}/`.startsWith(`${root}/`)).length;
}

function clone({ folder, ids, remote, network }: TestHost): Promise<unknown> {
  const [sha = ""] = ids;
  const request = { folder: path.join(folder, "mirror/1.git"), remote, sha, network };
  return withCommit(request, (gitDir) => checkout(gitDir, sha, path.join(folder, "work"))).catch(asFault);
}

async function trapped() {
  const seen: string[] = [];
  const evil = await serve((req, res) => {
    seen.push(req.url ?? "");
    res.writeHead(404).end();
  });
  return { evil, seen };
}

describe("a hostile repository", () => {
  test.each(Object.entries(hostile))(
    "with %s runs nothing and writes nothing outside its folder",
    async (_what, files) => {
      const { evil, seen } = await trapped();
      const marker = path.join((await hostWith({ commits: [] })).folder, "marker");
      const host = await hostWith({
        commits: [{ message: "Trap", files: files({ run: `touch ${marker}`, evil }) }],
      });
      const before = await readdir(host.folder);
      await clone(host);
      await lookAfter(host, marker, seen, before);
      expect(outcome).toMatchObject({ executions: 0, escapes: 0 });
    },
  );

  test.each(forged)("with an entry named %j is refused or stays in its folder", async (name) => {
    const host = await hostWith({ commits: [{ message: "One", files: { "index.html": "one" } }] });
    const gitDir = path.join(host.folder, "host/acme/site.git");
    const before = await readdir(host.folder);
    host.ids[0] = await forge(gitDir, name);
    await clone(host);
    await lookAfter(host, path.join(host.folder, "marker"), [], before);
    expect(outcome).toMatchObject({ executions: 0, escapes: 0 });
  });

  test("that escaped would be noticed by these tests", async () => {
    const folder = await freshFolder();
    await symlink("/etc", path.join(folder, "out"));
    await symlink("out/..", path.join(folder, "further"));
    await mkdir(path.join(folder, "a/.GIT"), { recursive: true });
    expect(await escaped(folder)).toBe(3);
  });

  test("neither ran nor escaped in any case of this file", () => {
    console.log(
      `hostile repositories: ${outcome.cases} cases, ${outcome.executions} executions, ${outcome.escapes} escapes`,
    );
    expect(checkedOut).toBeGreaterThan(10);
    expect(outcome).toEqual({
      cases: Object.keys(hostile).length + forged.length,
      executions: 0,
      escapes: 0,
    });
  });
});

/** A commit whose tree has one file of that name. */
async function forge(gitDir: string, name: string): Promise<string> {
  const write = async (type: string, input: string | Buffer) =>
    (await git(["hash-object", "-w", "-t", type, "--literally", "--stdin"], { gitDir, input }))
      .toString()
      .trim();
  const blob = Buffer.from(await write("blob", "x"), "hex");
  const tree = await write("tree", Buffer.concat([Buffer.from(`100644 ${name}\0`), blob]));
  const sha = await write(
    "commit",
    `tree ${tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nTrap\n`,
  );
  await git(["update-ref", "refs/heads/trap", sha], { gitDir });
  return sha;
}
