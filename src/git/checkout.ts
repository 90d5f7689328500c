import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { git } from "@/git/command";
import { escapingLinks } from "@/git/link";
import { readTree, shown, type TreeEntry, type TreeLimits } from "@/git/tree";

export interface CheckoutOptions {
  limits?: Partial<TreeLimits>;
  /** For writing the files. 5 minutes unless given. */
  deadlineMs?: number;
  signal?: AbortSignal;
}

export interface CheckoutReport {
  /** Files written, links included. */
  files: number;
  bytes: number;
  /** Paths of submodules: left as empty folders, never fetched. */
  submodules: string[];
  /** Symbolic links that lead outside the repository: left out. */
  refusedLinks: string[];
  /** Some files are kept in Git LFS: what is there are the pointers. */
  lfs: boolean;
}

const defaults: TreeLimits = { maxFiles: 250_000, maxBytes: 2_000_000_000, maxFileBytes: 500_000_000 };

/** These win over every .gitattributes, so that none of them changes a byte on checkout. */
const inertAttributes = "* -text -ident !eol !filter !working-tree-encoding\n";

/**
 * Write exactly the files of a commit into a fresh folder, without a `.git`, byte for byte: no filter, no line-end
 * conversion, no keyword is applied. All limits are checked before the first byte is written.
 * @param into absolute path of our own making; what is there is deleted first
 * @throws Fault `too_large` | `bad_response` reason `tree_unsafe_path` | `unavailable`
 */
export async function checkout(
  gitDir: string,
  sha: string,
  into: string,
  options: CheckoutOptions = {},
): Promise<CheckoutReport> {
  const { signal } = options;
  const entries = await readTree(gitDir, sha, { ...defaults, ...options.limits }, signal);
  const refused = await escapingLinks(gitDir, entries, signal);
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true, mode: 0o700 });
  await write({ gitDir, sha, into, refused, options });
  return report(entries, refused, into);
}

interface Writing {
  gitDir: string;
  sha: string;
  into: string;
  refused: TreeEntry[];
  options: CheckoutOptions;
}

async function write({ gitDir, sha, into, refused, options }: Writing): Promise<void> {
  const index = `${into}.index`;
  await mkdir(path.join(gitDir, "info"), { recursive: true });
  await writeFile(path.join(gitDir, "info", "attributes"), inertAttributes);
  const { signal, deadlineMs = 300_000 } = options;
  const common = {
    gitDir,
    cwd: into,
    signal,
    deadlineMs,
    env: { GIT_INDEX_FILE: index, GIT_WORK_TREE: into },
  };
  try {
    await git(["read-tree", "--end-of-options", sha], common);
    if (refused.length > 0) {
      const input = Buffer.from(refused.map((link) => `${link.path}\0`).join(""), "latin1");
      await git(["update-index", "--force-remove", "-z", "--stdin"], { ...common, input });
    }
    await git(["checkout-index", "--all", "--force", "--quiet"], common);
  } catch (error) {
    await rm(into, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

async function report(entries: TreeEntry[], refused: TreeEntry[], into: string): Promise<CheckoutReport> {
  const submodules = entries.filter((entry) => entry.kind === "submodule");
  const bytes = entries.reduce((sum, entry) => sum + entry.size, 0);
  return {
    files: entries.length - submodules.length - refused.length,
    bytes,
    submodules: submodules.map((entry) => shown(entry.path)),
    refusedLinks: refused.map((entry) => shown(entry.path)),
    lfs: await usesLfs(entries, into),
  };
}

async function usesLfs(entries: TreeEntry[], into: string): Promise<boolean> {
  const found = entries.find((entry) => entry.path === ".gitattributes" && entry.kind === "file");
  if (!found || found.size > 65_536) return false;
  return /\bfilter=lfs\b/.test(await readFile(path.join(into, ".gitattributes"), "utf8"));
}
