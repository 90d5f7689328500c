/** The only place that starts git. */
import path from "node:path";
import { type ConfigLine, gitEnvironment } from "@/git/environment";
import { gitFailure } from "@/git/git-fault";
import { type RunningGit, startGit } from "@/git/process";
import { watchQuota } from "@/git/quota";
import { type PinnedRemote, remoteConfig } from "@/git/remote";
import { openSsh } from "@/git/ssh-run";
import { Fault } from "@/lib/fault";
import { plainText, redactor } from "@/lib/redact";
import { isTimeUp } from "@/lib/time-up";

export interface GitOptions {
  /** The repository, named outright: git never looks for one around the current folder. */
  gitDir?: string;
  cwd?: string;
  input?: string | Uint8Array;
  /** The only host that may be called; without it none. */
  remote?: PinnedRemote;
  /** For the whole run. 60 s unless given. */
  deadlineMs?: number;
  /** Bytes of output that are kept; more ends the run. 16 MB unless given. */
  maxBytes?: number;
  /** Takes the output instead of keeping it. A throw ends the run. */
  onData?: (chunk: Buffer) => void;
  /** Each line git prints beside its output, without credentials and control characters. */
  onLine?: (line: string) => void;
  signal?: AbortSignal;
  config?: readonly ConfigLine[];
  env?: Record<string, string>;
  /** Ends the run when the folder grows past the limit. */
  quota?: { folder: string; maxBytes: number };
}

export interface GitResult {
  code: number | null;
  stdout: Buffer;
  /** The last lines, redacted. */
  lines: string[];
}

const keptLines = 60;
const verboseMs = 15_000;
const maxLines = 20_000;

/**
 * Run git and return its output. Put `--` before every positional argument that is not a constant, since git would
 * read it as an option.
 * @throws Fault of lib/reason/git, told apart by what git says
 */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const result = await gitResult(args, options);
  if (result.code !== 0) throw await remoteFailure(result.lines, options.remote ?? null, options.signal);
  return result.stdout;
}

/** The fault behind a failed run against a remote. */
export function remoteFailure(
  lines: readonly string[],
  remote: PinnedRemote | null,
  signal?: AbortSignal,
): Promise<Fault> {
  return gitFailure(lines, remote, async () => {
    if (!remote?.ssh) return [];
    const verbose = { ...remote, ssh: { ...remote.ssh, verbose: true } };
    const args = ["ls-remote", "--heads", "--", remote.url];
    // A server can print so much that the earlier lines of ssh are no longer among the last ones.
    const debug: string[] = [];
    const onLine = (line: string) => {
      if (debug.length < keptLines && /^(debug1:|Authenticated to )/.test(line)) debug.push(line);
    };
    const { lines } = await gitResult(args, { remote: verbose, deadlineMs: verboseMs, signal, onLine });
    return [...debug, ...lines];
  });
}

/**
 * Run git and return its output, whatever its exit code.
 * @throws Fault only when it had to be stopped
 */
export async function gitResult(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  const output = keepOutput(options);
  const lines = keepLines(options);
  if (options.signal?.aborted) throw ended(options.signal, options);
  const ssh = options.remote?.ssh ? await openSsh(options.remote.ssh) : null;
  const run = startGit({
    args,
    cwd: options.cwd ?? options.gitDir ?? path.parse(process.cwd()).root,
    env: { ...environmentOf(options), ...ssh?.env },
    input: options.input,
    onOutput: output.take,
    onLine: lines.take,
  });
  const release = limit(run, options);
  try {
    return { code: await run.done, stdout: output.all(), lines: lines.kept };
  } finally {
    release();
    await ssh?.close();
  }
}

function environmentOf({ remote, config = [], gitDir, env }: GitOptions): Record<string, string> {
  const lines = [...config, ...(remote ? remoteConfig(remote) : [])];
  return { ...gitEnvironment({ protocol: remote?.protocol, config: lines, gitDir }), ...env };
}

function limit(run: RunningGit, { deadlineMs = 60_000, signal, quota, remote }: GitOptions): () => void {
  const seconds = Math.round(deadlineMs / 1000);
  const timer = setTimeout(() => run.stop(tooSlow({ remote }, seconds)), deadlineMs);
  const onAbort = () => signal && run.stop(ended(signal, { remote }));
  signal?.addEventListener("abort", onAbort, { once: true });
  const unwatch = quota ? watchQuota(quota, (why) => run.stop(why)) : () => undefined;
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    unwatch();
  };
}

/** @param seconds its time limit; not given when the caller set the limit */
function tooSlow({ remote }: Pick<GitOptions, "remote">, seconds?: number): Fault {
  return new Fault("unavailable", {
    code: "git_timeout",
    params: { host: remote?.host ?? null, ...(seconds && { seconds }) },
  });
}

function ended(signal: AbortSignal, options: Pick<GitOptions, "remote">): Fault {
  return isTimeUp(signal) ? tooSlow(options) : new Fault("unavailable", { code: "cancelled" });
}

function keepOutput({ maxBytes = 16_000_000, onData }: GitOptions) {
  const chunks: Buffer[] = [];
  let size = 0;
  const keep = (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes)
      throw new Fault("too_large", { code: "git_output_too_large", params: { limit: maxBytes } });
    chunks.push(chunk);
  };
  return { take: onData ?? keep, all: () => Buffer.concat(chunks) };
}

function keepLines({ onLine, remote }: GitOptions) {
  const redact = redactor({ credential: remote?.credential });
  const kept: string[] = [];
  let count = 0;
  const take = (raw: string) => {
    const line = redact(plainText(raw));
    count += 1;
    kept.push(line);
    if (kept.length > keptLines) kept.shift();
    if (count <= maxLines) onLine?.(line);
    if (count === maxLines) onLine?.("… git prints more than is kept here");
  };
  return { kept, take };
}
