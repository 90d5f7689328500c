import { access, mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { type GitOptions, git, gitResult } from "@/git/command";
import { withLock } from "@/git/mirror-lock";
import type { GitRemote } from "@/git/nouns";
import { isCommitId, isRefName } from "@/git/ref-name";
import { type PinnedRemote, pinRemote } from "@/git/remote";
import { asFault, Fault } from "@/lib/fault";
import type { Network } from "@/lib/outbound/target";

export interface MirrorRequest {
  /** The bare repository of this one remote: an absolute path of our own making, created when missing. */
  folder: string;
  remote: GitRemote;
  /** Full commit id, already resolved. */
  sha: string;
  /** The branch or tag it was resolved from, for servers that do not hand out commits by id. */
  ref?: string;
  /** In its place the whole name of a ref, such as `refs/pull/7/head`. */
  fullRef?: string;
  network: Network;
  /** For one fetch. 10 minutes unless given. */
  deadlineMs?: number;
  /** Of the mirror on disk. 4 GB unless given. */
  maxBytes?: number;
  onLine?: (line: string) => void;
  signal?: AbortSignal;
}

/** With more packs than this, fetching again is cheaper than repacking. */
const maxPacks = 50;

/** What git says of a damaged repository of its own. */
const damage = new Set(["git_failed"]);

/** Reasons that may come from the remote or from a damaged mirror. */
const suspicious = new Set([
  "git_not_a_repository",
  "git_unsafe_content",
  "connection_reset",
  "git_commit_missing",
]);

/**
 * Fetch exactly this commit into the mirror, and use it while nobody else changes the mirror. Fetches only what is
 * missing. A mirror damaged by a crash is deleted and fetched anew, once.
 * @throws Fault of lib/reason/git; `not_found` reason `git_commit_missing` when the remote has it no more
 */
export async function withCommit<T>(request: MirrorRequest, use: (gitDir: string) => Promise<T>): Promise<T> {
  if (!isCommitId(request.sha)) throw commitMissing(request.sha);
  await mkdir(path.dirname(request.folder), { recursive: true, mode: 0o700 });
  return withLock(`${request.folder}.lock`, { signal: request.signal }, () => attempt(request, use));
}

/**
 * Fetch one more commit, which may be of another repository, into a mirror that `withCommit` holds.
 * @throws Fault as `withCommit`
 */
export async function fetchAlso(request: MirrorRequest): Promise<void> {
  if (!isCommitId(request.sha)) throw commitMissing(request.sha);
  await ensureKept(request);
}

async function attempt<T>(request: MirrorRequest, use: (gitDir: string) => Promise<T>): Promise<T> {
  const existed = await exists(path.join(request.folder, "HEAD"));
  try {
    await ensureCommit(request);
    return await use(request.folder);
  } catch (error) {
    if (!existed || request.signal?.aborted || !(await isBroken(request.folder, error))) throw error;
    await rm(request.folder, { recursive: true, force: true });
    await ensureCommit(request);
    return await use(request.folder);
  }
}

async function isBroken(gitDir: string, error: unknown): Promise<boolean> {
  const { code } = asFault(error).reason;
  if (damage.has(code)) return true;
  if (!suspicious.has(code)) return false;
  const check = await gitResult(["rev-list", "--objects", "--all", "--quiet"], { gitDir });
  return check.code !== 0;
}

async function ensureCommit(request: MirrorRequest): Promise<void> {
  await prepare(request);
  await ensureKept(request);
}

async function ensureKept(request: MirrorRequest): Promise<void> {
  if (await isKept(request)) return;
  const remote = await pinRemote(request.remote, request.network);
  await fetchCommit(request, remote);
  if (!(await isKept(request))) throw commitMissing(request.sha);
}

/** Create the bare repository, or remove the leftovers of a killed git. */
async function prepare({ folder, sha }: MirrorRequest): Promise<void> {
  const format = sha.length === 64 ? "sha256" : "sha1";
  if ((await packCount(folder)) > maxPacks) await rm(folder, { recursive: true, force: true });
  if ((await objectFormat(folder)) !== format) {
    await rm(folder, { recursive: true, force: true });
    const args = ["init", "--quiet", "--bare", "--template=", `--object-format=${format}`, "--", folder];
    await git(args, { cwd: path.dirname(folder) });
  }
  await clearLeftovers(folder);
}

/** How the mirror names its objects; null when there is no repository. A remote made anew may have changed that. */
async function objectFormat(folder: string): Promise<"sha1" | "sha256" | null> {
  if (!(await exists(path.join(folder, "HEAD")))) return null;
  const config = path.join(folder, "config");
  if (!(await exists(config))) return null;
  return /^\s*objectformat\s*=\s*sha256\s*$/im.test(await readFile(config, "utf8")) ? "sha256" : "sha1";
}

async function packCount(folder: string): Promise<number> {
  return (await names(path.join(folder, "objects", "pack"))).filter((name) => name.endsWith(".pack")).length;
}

/**
 * Safe, since this process holds the lock of the mirror: every lock file and half-written pack belongs to a dead
 * process.
 */
async function clearLeftovers(folder: string): Promise<void> {
  const spots = ["", "objects/pack", "refs", "refs/slipway"];
  for (const spot of spots) {
    const here = path.join(folder, spot);
    const left = (await names(here)).filter((name) => name.endsWith(".lock") || name.startsWith("tmp_"));
    for (const name of left) await rm(path.join(here, name), { recursive: true, force: true });
  }
}

async function isKept({ folder, sha }: MirrorRequest): Promise<boolean> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `refs/slipway/${sha}^{commit}`];
  const { code, stdout } = await gitResult(args, { gitDir: folder });
  return code === 0 && stdout.toString().trim() === sha;
}

async function fetchCommit(request: MirrorRequest, remote: PinnedRemote): Promise<void> {
  try {
    await fetch(request, remote, ["--depth=1"], `+${request.sha}:refs/slipway/${request.sha}`);
  } catch (error) {
    const fault = asFault(error);
    if (!refusesIds(fault)) throw named(fault, request.sha);
    const ref = await fullRef(request, remote);
    if (ref === null) throw named(fault, request.sha);
    await fetchByRef(request, remote, ref);
  }
}

/** Whether the server serves only branches and tags, or no shallow fetch. */
function refusesIds(fault: Fault): boolean {
  return ["git_commit_missing", "git_ref_missing", "git_failed", "connection_reset"].includes(
    fault.reason.code,
  );
}

function named(fault: Fault, sha: string): Fault {
  return fault.reason.code === "git_commit_missing" ? commitMissing(sha) : fault;
}

/** With its history, because the branch may have moved on since the commit was resolved. */
async function fetchByRef(request: MirrorRequest, remote: PinnedRemote, ref: string): Promise<void> {
  const { folder, sha } = request;
  const unshallow = (await exists(path.join(folder, "shallow"))) ? ["--unshallow"] : [];
  await fetch(request, remote, unshallow, `+${ref}:refs/slipway/from`);
  const { code } = await gitResult(["cat-file", "-e", "--end-of-options", `${sha}^{commit}`], {
    gitDir: folder,
  });
  if (code !== 0) throw commitMissing(sha);
  await git(["update-ref", "--end-of-options", `refs/slipway/${sha}`, sha], { gitDir: folder });
}

/** The whole name of the ref that should hold the commit; null when none is known. */
async function fullRef(
  { fullRef: given, ref, signal }: MirrorRequest,
  remote: PinnedRemote,
): Promise<string | null> {
  if (given !== undefined)
    return given.startsWith("refs/") && isRefName(given.slice("refs/".length)) ? given : null;
  if (ref === undefined || !isRefName(ref)) return null;
  const args = ["ls-remote", "--exit-code", "--heads", "--", remote.url, `refs/heads/${ref}`];
  const { code } = await gitResult(args, { remote, signal, deadlineMs: 30_000 });
  return code === 0 ? `refs/heads/${ref}` : `refs/tags/${ref}`;
}

async function fetch(
  request: MirrorRequest,
  remote: PinnedRemote,
  extra: string[],
  refspec: string,
): Promise<void> {
  const { folder, deadlineMs = 600_000, maxBytes = 4_000_000_000, onLine, signal } = request;
  const options: GitOptions = {
    gitDir: folder,
    remote,
    deadlineMs,
    onLine,
    signal,
    quota: { folder, maxBytes },
  };
  const plain = ["--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--force", "--quiet"];
  await git(["fetch", ...plain, ...extra, "--", remote.url, refspec], options);
}

function commitMissing(sha: string): Fault {
  return new Fault("not_found", { code: "git_commit_missing", params: { sha } });
}

async function names(folder: string): Promise<string[]> {
  return (await exists(folder)) ? readdir(folder) : [];
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}
