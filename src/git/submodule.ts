import { git, gitResult } from "@/git/command";
import type { TreeEntry } from "@/git/tree";

/** A commit of another repository that belongs into a folder of this one. */
export interface Submodule {
  /** The exact bytes, one character each, as in `TreeEntry`. */
  path: string;
  /** The commit: which one is decided by the tree, never by `.gitmodules`. */
  sha: string;
  /** The address that `.gitmodules` gives for the folder, as it is written there; null when it gives none. */
  url: string | null;
}

/** A longer list describes no project. */
const maxFileBytes = 256_000;

/**
 * The submodules of a tree. Only folders that the tree itself names count, so no path of `.gitmodules` is ever used; nor
 * is a name, a branch or a command from there.
 */
export async function readSubmodules(
  gitDir: string,
  entries: readonly TreeEntry[],
  signal?: AbortSignal,
): Promise<Submodule[]> {
  const modules = entries.filter((entry) => entry.kind === "submodule");
  if (modules.length === 0) return [];
  const urls = await readUrls(gitDir, entries, signal);
  return modules.map(({ path, oid }) => ({ path, sha: oid, url: urls.get(path) ?? null }));
}

/** The addresses by path. A file that git cannot read gives none. */
async function readUrls(
  gitDir: string,
  entries: readonly TreeEntry[],
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const file = entries.find((entry) => entry.path === ".gitmodules");
  // A link could lead to a file outside the repository.
  if (file?.kind !== "file" || file.size > maxFileBytes) return new Map();
  const input = await git(["cat-file", "blob", "--end-of-options", file.oid], { gitDir, signal });
  // Read from its input, git follows no `include` of the file.
  const args = [
    "config",
    "--file",
    "-",
    "--no-includes",
    "--null",
    "--get-regexp",
    "^submodule\\..*\\.(path|url)$",
  ];
  const { code, stdout } = await gitResult(args, { gitDir, input, signal });
  return code === 0 ? byPath(stdout.toString("latin1")) : new Map();
}

/** Reads `submodule.<name>.path\n<value>\0`. A name holds no line end; the first address of a path counts. */
function byPath(output: string): Map<string, string> {
  const sections = new Map<string, { path?: string; url?: string }>();
  for (const record of output.split("\0")) {
    const [key = "", ...value] = record.split("\n");
    const [, name, what] = /^submodule\.(.*)\.(path|url)$/s.exec(key) ?? [];
    if (name === undefined || what === undefined) continue;
    sections.set(name, { ...sections.get(name), [what]: value.join("\n") });
  }
  const urls = new Map<string, string>();
  for (const { path, url } of sections.values()) {
    if (path !== undefined && url && !urls.has(path)) urls.set(path, url);
  }
  return urls;
}

/**
 * The address of a submodule as a whole one: what begins with `./` or `../` is meant from the address of the repository
 * around it, as git reads it. Null where it climbs above the root of the server.
 */
export function absoluteUrl(url: string, around: string): string | null {
  if (!/^\.\.?\//.test(url)) return url;
  const [, root = "", path = ""] = /^([a-z][a-z0-9+.-]*:\/\/[^/]*|[^/:]+:)(.*)$/i.exec(around) ?? [];
  if (root === "") return null;
  const parts = path.split("/").filter(Boolean);
  for (const part of url.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : `${root}${root.endsWith(":") ? "" : "/"}${parts.join("/")}`;
}
