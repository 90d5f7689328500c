import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { lineSplitter } from "@/features/deployment/run/log-text";
import { killOrphanProcesses, markOf } from "@/features/deployment/run/orphan-processes";
import { Fault } from "@/lib/fault";

export interface Command {
  /** A line for the shell, as the owner of the application wrote it. */
  line: string;
  cwd: string;
  /** All that the command gets to see. Its HOME may be any folder, since a variable can set it. */
  env: Record<string, string>;
  /** A folder of this run alone, by which processes that outlive the command are found. */
  home: string;
  seconds: number;
  signal: AbortSignal;
  onLine: (stream: "out" | "err", line: string) => void;
}

/** Time between SIGTERM and SIGKILL. */
const graceMs = 2_000;
/**
 * How long output is read after the command has ended: a child outside its process group could keep it open for ever.
 */
const drainMs = 1_000;

/**
 * The command in a group of processes of its own. Beside it a watcher waits on a pipe from us: when we are gone,
 * however we went, the pipe ends and the watcher kills the group, so that no build outlives its worker. It uses no
 * program, since a variable may set another PATH.
 */
const guarded = `(ulimit -w "$2" || ulimit -x "$2") 2>/dev/null && { ulimit -w "$2" || ulimit -x "$2"; } 2>/dev/null
(read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 &
exec 3<&-
exec /bin/sh -c "$1"`;

/**
 * Run a build command to its end.
 * @throws Fault `invalid_input` reason `build_failed` | `build_killed`, `unavailable` reason `build_timeout`, or what
 * the signal was aborted with
 */
export async function runCommand(command: Command): Promise<void> {
  const child = spawn("/bin/sh", ["-c", guarded, "build", command.line, String(markOf(command.home))], {
    cwd: command.cwd,
    env: command.env as NodeJS.ProcessEnv,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  listen(child.stdout, (line) => command.onLine("out", line));
  listen(child.stderr, (line) => command.onLine("err", line));
  const limit = limits(child, command);
  try {
    await ended(child, command.home, () => limit.why());
  } finally {
    limit.clear();
  }
}

function listen(stream: Readable | null, onLine: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  const splitter = lineSplitter(onLine);
  stream?.on("data", (chunk: Buffer) => splitter.push(decoder.write(chunk)));
  stream?.on("end", () => splitter.end());
}

function limits(child: ChildProcess, { seconds, signal }: Command) {
  let why: unknown;
  let killing: NodeJS.Timeout | undefined;
  const stop = (reason: unknown) => {
    why ??= reason;
    signalGroup(child, "SIGTERM");
    killing ??= setTimeout(() => signalGroup(child, "SIGKILL"), graceMs);
  };
  const tooLong = new Fault("unavailable", { code: "build_timeout", params: { seconds } });
  const timer = setTimeout(() => stop(tooLong), seconds * 1000);
  const onAbort = () => stop(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return {
    why: () => why,
    clear() {
      clearTimeout(timer);
      clearTimeout(killing);
      signal.removeEventListener("abort", onAbort);
    },
  };
}

function ended(child: ChildProcess, home: string, why: () => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new Fault("unavailable", { code: "build_shell_missing" }, { cause })),
    );
    let draining: NodeJS.Timeout | undefined;
    child.once("exit", () => {
      // Children that the command left running are killed, since they keep its output open.
      signalGroup(child, "SIGKILL");
      killOrphanProcesses(home);
      draining = setTimeout(() => letGo(child), drainMs);
    });
    child.once("close", (code, signal) => {
      clearTimeout(draining);
      if (why() !== undefined) reject(why());
      else if (code === 0) resolve();
      else reject(failure(code, signal));
    });
  });
}

function letGo({ stdio }: ChildProcess): void {
  for (const stream of stdio) stream?.destroy();
}

function failure(exitCode: number | null, signal: NodeJS.Signals | null): Fault {
  return exitCode === null
    ? new Fault("invalid_input", { code: "build_killed", params: { signal } })
    : new Fault("invalid_input", { code: "build_failed", params: { exitCode } });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
