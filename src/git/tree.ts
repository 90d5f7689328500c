import { git } from "@/git/command";
import { Fault } from "@/lib/fault";

/** One path of a commit. Paths are the exact bytes, one character each (latin1): git names need not be UTF-8. */
export interface TreeEntry {
  kind: "file" | "executable" | "link" | "submodule";
  path: string;
  oid: string;
  /** Bytes; 0 for a submodule. */
  size: number;
}

export interface TreeLimits {
  maxFiles: number;
  maxBytes: number;
  maxFileBytes: number;
}

export interface TreeOptions {
  limits: TreeLimits;
  /** What other trees take of the same limits already. */
  used?: { files: number; bytes: number };
  signal?: AbortSignal;
}

const kinds: Record<string, TreeEntry["kind"]> = {
  "100644": "file",
  "100664": "file",
  "100755": "executable",
  "120000": "link",
  "160000": "submodule",
};

const maxPathBytes = 4096;
const maxNameBytes = 255;

/**
 * List every path of a commit, and stop as soon as a limit is passed: a tree that packs billions of files into a
 * few objects is never read in full.
 * @throws Fault `too_large` (`tree_too_many_files` | `tree_too_large` | `tree_file_too_large`) | `bad_response`
 */
export async function readTree(
  gitDir: string,
  sha: string,
  { limits, used = { files: 0, bytes: 0 }, signal }: TreeOptions,
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  let { bytes } = used;
  const take = records((record) => {
    const entry = parse(record);
    bytes += entry.size;
    check(entry, limits);
    if (used.files + entries.length >= limits.maxFiles) throw passed("tree_too_many_files", limits.maxFiles);
    if (bytes > limits.maxBytes) throw passed("tree_too_large", limits.maxBytes);
    entries.push(entry);
  });
  const args = ["ls-tree", "-r", "-l", "-z", "--full-tree", "--end-of-options", sha];
  await git(args, { gitDir, onData: take, signal, deadlineMs: 120_000 });
  return entries;
}

/** Split a stream at NUL bytes. */
function records(onRecord: (record: string) => void): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    const parts = (rest + chunk.toString("latin1")).split("\0");
    rest = parts.pop() ?? "";
    if (rest.length > 2 * maxPathBytes) throw unsafe(rest);
    for (const part of parts) onRecord(part);
  };
}

/** `100644 blob <oid>      12\tpath`. */
function parse(record: string): TreeEntry {
  const tab = record.indexOf("\t");
  const [mode = "", , oid = "", size = ""] = record.slice(0, tab).split(/ +/);
  const path = record.slice(tab + 1);
  const kind = kinds[mode];
  if (!kind || tab < 0) throw unsafe(path);
  return { kind, path, oid, size: size === "-" ? 0 : Number(size) };
}

function check({ path, size }: TreeEntry, limits: TreeLimits): void {
  if (path.length > maxPathBytes || path.split("/").some(isUnsafe)) throw unsafe(path);
  if (size > limits.maxFileBytes) {
    const params = { path: shown(path), limit: limits.maxFileBytes };
    throw new Fault("too_large", { code: "tree_file_too_large", params });
  }
}

function isUnsafe(name: string): boolean {
  return name === "" || name === "." || name === ".." || name.length > maxNameBytes || /^\.git$/i.test(name);
}

function passed(code: string, limit: number): Fault {
  return new Fault("too_large", { code, params: { limit } });
}

function unsafe(path: string): Fault {
  return new Fault("bad_response", { code: "tree_unsafe_path", params: { path: shown(path) } });
}

/** A path as text for people: UTF-8 where it is, control characters shown as �. */
export function shown(path: string): string {
  return Buffer.from(path, "latin1")
    .toString("utf8")
    .replace(/\p{Cc}/gu, "\ufffd")
    .slice(0, 300);
}
