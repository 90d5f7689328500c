import { isUtf8 } from "node:buffer";
import { mkdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { git } from "@/git/command";
import { escapingLinks } from "@/git/link";
import { absoluteUrl, readSubmodules, type Submodule } from "@/git/submodule";
import { readTree, shown, type TreeEntry, type TreeLimits } from "@/git/tree";
import { Fault } from "@/lib/fault";

export interface CheckoutOptions {
  limits?: Partial<TreeLimits>;
  /** For writing the files. 5 minutes unless given. */
  deadlineMs?: number;
  signal?: AbortSignal;
  submodules?: SubmoduleSource;
}

/** Brings the commits of submodules into the repository that is checked out. */
export interface SubmoduleSource {
  /** The address of the repository itself: what relative addresses start from. */
  url: string;
  /**
   * Fetch the commit from the address, which anyone who may push has chosen.
   * @returns the address that it came from; null to leave the folder empty
   */
  fetch(wanted: WantedSubmodule): Promise<string | null>;
}

export interface WantedSubmodule {
  /** Where it belongs, as text for people. */
  path: string;
  sha: string;
  /** Whole, never relative; null when there is none in `.gitmodules`, or none that can be. */
  url: string | null;
}

export interface CheckoutReport {
  /** Files written, links included. */
  files: number;
  bytes: number;
  /** Paths of submodules that stay empty folders. */
  submodules: string[];
  /** Those that stay empty because there are too many, or they lie too deep in one another. */
  beyondLimits: string[];
  /** Symbolic links that lead outside the repository: left out. */
  refusedLinks: string[];
  /** Some files are kept in Git LFS: what is there are the pointers. */
  lfs: boolean;
}

/** Submodules of one checkout, all levels together, and how deep they may lie in one another. */
export const submoduleLimits = { count: 50, depth: 5 };

const defaults: TreeLimits = { maxFiles: 250_000, maxBytes: 2_000_000_000, maxFileBytes: 500_000_000 };

/** These win over every .gitattributes, so that none of them changes a byte on checkout. */
const inertAttributes = "* -text -ident !eol !filter !working-tree-encoding\n";

/** One repository of a checkout. */
interface Part {
  sha: string;
  /** Where its files go: empty for the repository itself, else a path that ends with a slash. */
  prefix: string;
  entries: TreeEntry[];
}

/** A checkout while its trees are read. */
interface Plan {
  gitDir: string;
  options: CheckoutOptions;
  parts: Part[];
  /** What all parts have together. */
  used: { files: number; bytes: number };
  left: string[];
  beyondLimits: string[];
}

/**
 * Write exactly the files of a commit into a fresh folder, without a `.git`, byte for byte: no filter, no line-end
 * conversion, no keyword is applied. All limits are checked before the first byte is written.
 * @param into absolute path of our own making; what is there is deleted first
 * @throws Fault `too_large` | `bad_response` reason `tree_unsafe_path` | `unavailable`, and what `submodules` throws
 */
export async function checkout(
  gitDir: string,
  sha: string,
  into: string,
  options: CheckoutOptions = {},
): Promise<CheckoutReport> {
  const plan: Plan = { gitDir, options, parts: [], used: { files: 0, bytes: 0 }, left: [], beyondLimits: [] };
  await readParts(plan, { sha, prefix: "", url: options.submodules?.url ?? "", depth: 0 });
  const placed = plan.parts.map((part) => ({ ...part, gitDir }));
  const refused = await escapingLinks(placed, options.signal);
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true, mode: 0o700 });
  try {
    for (const part of plan.parts) await write(plan, part, { into, refused });
  } catch (error) {
    await rm(into, { recursive: true, force: true });
    throw error;
  }
  return report(plan, refused, into);
}

interface Place {
  sha: string;
  prefix: string;
  url: string;
  depth: number;
}

/** Read the tree of a commit and of the submodules in it, which `submodules` brings. */
async function readParts(plan: Plan, { sha, prefix, url, depth }: Place): Promise<void> {
  const { gitDir, options, used } = plan;
  const { signal } = options;
  const entries = await readTree(gitDir, sha, { limits: { ...defaults, ...options.limits }, used, signal });
  plan.parts.push({ sha, prefix, entries });
  used.files += entries.length;
  used.bytes += entries.reduce((sum, entry) => sum + entry.size, 0);
  for (const submodule of await readSubmodules(gitDir, entries, signal)) {
    const source = await bring(plan, submodule, { sha, prefix, url, depth });
    if (source === null) continue;
    const inside = `${prefix}${submodule.path}/`;
    await readParts(plan, { sha: submodule.sha, prefix: inside, url: source, depth: depth + 1 });
  }
}

/** @returns the address that a submodule came from; null when it is left out */
async function bring(
  { options, parts, left, beyondLimits }: Plan,
  { path: below, sha, url }: Submodule,
  { prefix, url: around, depth }: Place,
): Promise<string | null> {
  const place = shown(prefix + below);
  // The name of a folder that is no UTF-8 cannot be handed to git.
  const isNamed = isUtf8(Buffer.from(below, "latin1"));
  const isBeyond = depth >= submoduleLimits.depth || parts.length > submoduleLimits.count;
  if (options.submodules && isBeyond) beyondLimits.push(place);
  const whole = url === null ? null : absoluteUrl(Buffer.from(url, "latin1").toString("utf8"), around);
  const wanted = { path: place, sha, url: whole };
  const source = isBeyond || !isNamed ? null : ((await options.submodules?.fetch(wanted)) ?? null);
  if (source === null) left.push(place);
  return source;
}

interface Destination {
  into: string;
  refused: ReadonlySet<TreeEntry>;
}

async function write(
  { gitDir, options }: Plan,
  { sha, prefix, entries }: Part,
  { into, refused }: Destination,
): Promise<void> {
  const folder = await folderOf(into, prefix);
  const index = `${into}.index`;
  await mkdir(path.join(gitDir, "info"), { recursive: true });
  await writeFile(path.join(gitDir, "info", "attributes"), inertAttributes);
  const { signal, deadlineMs = 300_000 } = options;
  const common = {
    gitDir,
    cwd: folder,
    signal,
    deadlineMs,
    env: { GIT_INDEX_FILE: index, GIT_WORK_TREE: folder },
  };
  try {
    await git(["read-tree", "--end-of-options", sha], common);
    const without = entries.filter((entry) => refused.has(entry));
    if (without.length > 0) {
      const input = Buffer.from(without.map((link) => `${link.path}\0`).join(""), "latin1");
      await git(["update-index", "--force-remove", "-z", "--stdin"], { ...common, input });
    }
    await git(["checkout-index", "--all", "--force", "--quiet"], common);
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/**
 * The folder of a part, which its parent has written by then. No link may lie on the way: on a file system that does not
 * tell capitals apart, one could stand in for the folder of a submodule.
 */
async function folderOf(into: string, prefix: string): Promise<string> {
  if (prefix === "") return into;
  const below = Buffer.from(prefix, "latin1").toString("utf8").slice(0, -1);
  const folder = path.join(await realpath(into), below);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await realpath(folder)) !== folder) {
    throw new Fault("bad_response", { code: "tree_unsafe_path", params: { path: shown(prefix) } });
  }
  return folder;
}

async function report(
  { parts, used, left, beyondLimits }: Plan,
  refused: ReadonlySet<TreeEntry>,
  into: string,
): Promise<CheckoutReport> {
  const modules = parts.flatMap(({ entries }) => entries).filter((entry) => entry.kind === "submodule");
  const links = parts.flatMap(({ prefix, entries }) =>
    entries.filter((entry) => refused.has(entry)).map((entry) => shown(prefix + entry.path)),
  );
  return {
    files: used.files - modules.length - refused.size,
    bytes: used.bytes,
    submodules: left,
    beyondLimits,
    refusedLinks: links,
    lfs: await usesLfs(parts[0]?.entries ?? [], into),
  };
}

async function usesLfs(entries: TreeEntry[], into: string): Promise<boolean> {
  const found = entries.find((entry) => entry.path === ".gitattributes" && entry.kind === "file");
  if (!found || found.size > 65_536) return false;
  return /\bfilter=lfs\b/.test(await readFile(path.join(into, ".gitattributes"), "utf8"));
}
