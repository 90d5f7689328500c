import { git } from "@/git/command";
import type { TreeEntry } from "@/git/tree";

const longestTarget = 4096;
const maxHops = 40;

/** A tree and the folder it is written to: empty, or a path that ends with a slash. */
export interface PlacedTree {
  gitDir: string;
  prefix: string;
  entries: readonly TreeEntry[];
}

/**
 * The symbolic links that lead outside of all the trees together, directly or through one another: a link of one tree
 * may lead into a folder that another one fills.
 */
export async function escapingLinks(
  trees: readonly PlacedTree[],
  signal?: AbortSignal,
): Promise<Set<TreeEntry>> {
  const targets = new Map<string, string | null>();
  for (const { gitDir, prefix, entries } of trees) {
    const found = await readTargets(gitDir, linksOf(entries), signal);
    for (const [path, target] of found) targets.set(prefix + path, target);
  }
  const escaping = trees.flatMap(({ prefix, entries }) =>
    linksOf(entries).filter(({ path }) => !staysInside(prefix + path, targets)),
  );
  return new Set(escaping);
}

function linksOf(entries: readonly TreeEntry[]): TreeEntry[] {
  return entries.filter((entry) => entry.kind === "link");
}

/** Where each link points, by its path. A target too long for a path is left out, which counts as leading outside. */
async function readTargets(
  gitDir: string,
  links: readonly TreeEntry[],
  signal?: AbortSignal,
): Promise<Map<string, string | null>> {
  const short = links.filter((link) => link.size <= longestTarget);
  const targets = new Map<string, string | null>(links.map((link) => [link.path, null]));
  if (short.length === 0) return targets;
  const input = `${short.map((link) => link.oid).join("\n")}\n`;
  const maxBytes = 64_000_000;
  let rest = (await git(["cat-file", "--batch"], { gitDir, input, signal, maxBytes })).toString("latin1");
  for (const { path, size } of short) {
    const start = rest.indexOf("\n") + 1;
    targets.set(path, rest.slice(start, start + size));
    rest = rest.slice(start + size + 1);
  }
  return targets;
}

/** Walk a link the way the system would, over the paths of the tree. */
function staysInside(path: string, targets: ReadonlyMap<string, string | null>): boolean {
  const at: string[] = [];
  const ahead = path.split("/");
  let hops = 0;
  for (let step = ahead.shift(); step !== undefined; step = ahead.shift()) {
    if (step === "" || step === ".") continue;
    if (step === ".." && at.pop() === undefined) return false;
    if (step === "..") continue;
    at.push(step);
    const target = targets.get(at.join("/"));
    if (target === undefined) continue;
    if (target === null || target === "" || target.startsWith("/") || target.includes("\0")) return false;
    if (++hops > maxHops) return false;
    at.pop();
    ahead.unshift(...target.split("/"));
  }
  return true;
}
