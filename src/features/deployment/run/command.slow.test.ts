import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { runCommand } from "@/features/deployment/run/command";
import { markOf } from "@/features/deployment/run/orphan-processes";
import { childEnv } from "@/lib/env";

const idle = new AbortController().signal;

async function run(line: string, signal: AbortSignal = idle, seconds = 30): Promise<string[]> {
  const lines: string[] = [];
  const env = { PATH: childEnv().PATH ?? "" };
  const onLine = (_stream: string, text: string) => void lines.push(text);
  await runCommand({ line, cwd: os.tmpdir(), env, seconds, signal, onLine });
  return lines;
}

/** The processes that carry the mark of a build. */
function marked(home: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/limits`, "utf8").includes(` ${markOf(home)} `);
    } catch {
      return false; // it ended meanwhile
    }
  });
}

/** Kill a process that a test left running. */
function end(pid: string | undefined): void {
  execFileSync("kill", ["-KILL", pid ?? ""], { stdio: "ignore" });
}

describe("a build command", () => {
  it("ends with its process, also when a child outside its process group keeps the output open", async () => {
    const lines = await run("setsid sleep 60 & echo $!; sleep 0.2; echo last");
    end(lines[0]);
    expect(lines.at(-1)).toBe("last");
  });

  it.runIf(process.platform === "linux").each([
    ["in a session of its own", "setsid sleep 60 & echo $!; sleep 0.2"],
    ["without the environment of the build", "cd /; env -i setsid sleep 60 & echo $!; sleep 0.2"],
    [
      "whose parents are gone and whose output is closed",
      "(env -i setsid sh -c 'cd /; echo $$; exec sleep 60 >/dev/null 2>&1 </dev/null' &); sleep 0.3",
    ],
    [
      "that starts another while it is killed",
      "setsid sh -c 'echo $$; while :; do (sleep 61 &); sleep 0.01; done' & sleep 0.3",
    ],
  ])("leaves no background process behind %s", async (_, line) => {
    const home = mkdtempSync(path.join(os.tmpdir(), "slipway-home-"));
    const lines: string[] = [];
    const env = { PATH: childEnv().PATH ?? "", HOME: home };
    const onLine = (_stream: string, text: string) => void lines.push(text);
    await runCommand({ line, cwd: home, env, seconds: 30, signal: idle, onLine });
    rmSync(home, { recursive: true });
    expect(Number(lines[0])).toBeGreaterThan(1);
    await vi.waitFor(() => expect(() => end(lines[0])).toThrow(), 5_000);
    expect(marked(home)).toEqual([]);
  });

  it("can be stopped although a child outside its process group keeps the output open", async () => {
    const control = new AbortController();
    const lines: string[] = [];
    const running = runCommand({
      line: "setsid sleep 60 & echo $!; wait",
      cwd: os.tmpdir(),
      env: { PATH: childEnv().PATH ?? "" },
      seconds: 30,
      signal: control.signal,
      onLine: (_stream, text) => {
        lines.push(text);
        setTimeout(() => control.abort(new Error("stopped")), 200);
      },
    });
    await expect(running).rejects.toThrow("stopped");
    end(lines[0]);
  });

  it("is stopped with a reason when it takes too long", async () => {
    await expect(run("trap '' TERM; sleep 60", idle, 1)).rejects.toMatchObject({
      reason: { code: "build_timeout" },
    });
  });
});
