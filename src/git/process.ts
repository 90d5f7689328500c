import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { guard } from "@/git/guardian";
import { Fault } from "@/lib/fault";

export interface ProcessSpec {
  /** `git` unless given. */
  program?: "git" | "ssh-keyscan";
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  input?: string | Uint8Array;
  onOutput: (chunk: Buffer) => void;
  onLine: (line: string) => void;
}

/** One running git in a process group of its own, so that its children (remote helper, index-pack) die with it. */
export interface RunningGit {
  /** The exit code; null when it was killed. Rejects with the fault that `stop` was given. */
  done: Promise<number | null>;
  /** Kill the whole process group at once. */
  stop(why: Fault): void;
}

/** Start git with an argument list, never through a shell. */
export function startGit(spec: ProcessSpec): RunningGit {
  const { program = "git" } = spec;
  const child = spawn(program, [...spec.args], {
    cwd: spec.cwd,
    env: spec.env as NodeJS.ProcessEnv,
    detached: process.platform !== "win32",
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const forget = guard(child.pid);
  child.once("close", forget);
  let stopped: Fault | undefined;
  const stop = (why: Fault) => {
    stopped ??= why;
    killGroup(child);
  };
  const guarded = stopOnThrow(stop);
  child.stdout.on("data", guarded(spec.onOutput));
  readLines(child.stderr, guarded(spec.onLine));
  feed(child, spec.input);
  return { stop, done: finish(child, program, () => stopped) };
}

/** A listener that throws stops the git process instead of ending Slipway. */
function stopOnThrow(stop: (why: Fault) => void) {
  return <Given>(listener: (given: Given) => void) =>
    (given: Given) => {
      try {
        listener(given);
      } catch (error) {
        stop(error instanceof Fault ? error : new Fault("internal", { code: "internal" }, { cause: error }));
      }
    };
}

function finish(
  child: ChildProcess,
  program: string,
  stopped: () => Fault | undefined,
): Promise<number | null> {
  const missing = program === "ssh-keyscan" ? "ssh_missing" : "git_missing";
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => reject(new Fault("unavailable", { code: missing }, { cause })));
    child.once("close", (code) => {
      const why = stopped();
      if (why) reject(why);
      else resolve(code);
    });
  });
}

function feed(child: ChildProcess, input: string | Uint8Array | undefined): void {
  // git may end before it has read everything; its exit code gives the result.
  child.stdin?.on("error", () => child.stdin?.destroy());
  child.stdin?.end(input ?? "");
}

/** Lines end with a newline, or a carriage return as in progress output. An endless line is cut. */
function readLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  const longest = 4096;
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split(/[\r\n]+/);
    rest = (lines.pop() ?? "").slice(0, longest);
    for (const line of lines) if (line !== "") onLine(line.slice(0, longest));
  });
  stream.on("end", () => {
    if (rest !== "") onLine(rest);
  });
}

function killGroup({ pid }: { pid?: number }): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
