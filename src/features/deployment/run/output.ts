import { lstat, readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { sourceFolder } from "@/features/deployment/run/checkout";
import type { Run } from "@/features/deployment/run/run";
import { Fault } from "@/lib/fault";

/** Where builds commonly leave their result; a star stands for any one folder. */
const usual = [
  "dist",
  "build",
  "out",
  "public",
  "_site",
  "site",
  "www",
  "dist/*",
  "dist/*/browser",
  "build/client",
  ".output/public",
  "docs/.vitepress/dist",
  ".vitepress/dist",
  "storybook-static",
  "docs/dist",
  "docs/build",
];

/** The folder to publish, and its path as people know it. */
export interface Output {
  folder: string;
  path: string;
}

/** Index pages that lie in the repository itself, with their state before the build. */
export type IndexPages = ReadonlyMap<string, string>;

/**
 * The folder below `base` that is published. Links are followed, and must not lead out of the repository, nor to the
 * folder that a build command ran in.
 * @param before what `indexPages` said before the build
 * @throws Fault `invalid_input` reason `output_missing` | `output_escapes` | `output_not_folder` | `output_unclear` |
 * `output_work_folder`
 */
export async function findOutput(run: Run, base: string, before: IndexPages): Promise<Output> {
  const { outputDirectory, buildCommand, buildPath } = run.application;
  const chosen = outputDirectory ?? (buildCommand ? await builtFolder(base, before) : "");
  const shown = path.posix.join("/", buildPath, chosen).slice(1) || "/";
  const root = sourceFolder(run);
  const relative = path.relative(await realpath(root), path.join(base, chosen));
  const folder = await assertFolder(root, relative, "output_missing");
  if (buildCommand && isInside(folder, base)) {
    throw new Fault("invalid_input", { code: "output_work_folder", params: { path: shown } });
  }
  return { folder, path: shown };
}

/**
 * The one usual folder with an index page. Never the work folder itself: sources and dependencies lie there.
 * @throws Fault `invalid_input` reason `output_unclear` when there is none, or several
 */
async function builtFolder(base: string, before: IndexPages): Promise<string> {
  const pages = await indexPages(base);
  const built = [...pages].filter(([folder, state]) => before.get(folder) !== state);
  // A template that was there before the build (`public/index.html`) is not what the build made.
  const found = outermost((built.length > 0 ? built : [...pages]).map(([folder]) => folder));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const params = { found: found.join(", "), count: found.length };
  throw new Fault("invalid_input", { code: "output_unclear", params });
}

function outermost(folders: string[]): string[] {
  return folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`)));
}

/** The usual folders that have an index page now, and which version of it. */
export async function indexPages(base: string): Promise<IndexPages> {
  const folders = (await Promise.all(usual.map((pattern) => matching(base, pattern.split("/"))))).flat();
  const pages = new Map<string, string>();
  for (const folder of new Set(folders)) {
    const found = await stat(path.join(base, folder, "index.html"), { bigint: true }).catch(() => null); // none
    if (found?.isFile()) pages.set(folder, `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`);
  }
  return pages;
}

async function matching(base: string, pattern: string[], below = ""): Promise<string[]> {
  const [part, ...rest] = pattern;
  if (part === undefined) return [below];
  const names = part === "*" ? await foldersIn(path.join(base, below)) : [part];
  const found = await Promise.all(names.map((name) => matching(base, rest, path.posix.join(below, name))));
  return found.flat();
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // not there
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** The real path of a folder inside `root`. @throws Fault with `missing`, `output_escapes` or `output_not_folder` */
export async function assertFolder(root: string, relative: string, missing: string): Promise<string> {
  const params = { path: relative || "/" };
  const inside = await realpath(root);
  const real = await realpath(path.join(inside, relative)).catch((cause: unknown) => {
    throw new Fault("invalid_input", { code: missing, params }, { cause });
  });
  if (!isInside(inside, real)) throw new Fault("invalid_input", { code: "output_escapes", params });
  if (!(await lstat(real)).isDirectory()) {
    throw new Fault("invalid_input", { code: "output_not_folder", params });
  }
  return real;
}

export function isInside(root: string, file: string): boolean {
  return file === root || file.startsWith(root + path.sep);
}
