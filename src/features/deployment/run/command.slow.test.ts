import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { testEnv } from "@test/kit/database";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { runCommand } from "@/features/deployment/run/command";
import { killOrphanProcesses, markOf } from "@/features/deployment/run/orphan-processes";
import { workFolder } from "@/features/site/folder";
import { childEnv, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";

const idle = new AbortController().signal;

beforeAll(() => setEnv(testEnv()));

/** The path of a home that no other build has. */
const newHome = () => path.join(workFolder(), `${newId()}.1`, "home");

async function run(line: string, signal: AbortSignal = idle, seconds = 30): Promise<string[]> {
  const lines: string[] = [];
  const env = { PATH: childEnv().PATH ?? "" };
  const onLine = (_stream: string, text: string) => void lines.push(text);
  await runCommand({ line, cwd: os.tmpdir(), env, home: newHome(), seconds, signal, onLine });
  return lines;
}

/** The running processes that carry the mark of a build. */
function marked(home: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !isAlive(pid)) return false;
      return readFileSync(`/proc/${pid}/limits`, "utf8").includes(` ${markOf(home)} `);
    } catch {
      return false; // it ended meanwhile
    }
  });
}

/** Whether a process runs; one that was killed may wait for its parent to notice. */
function isAlive(pid: string | undefined): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false; // it is gone
  }
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
    await runCommand({ line, cwd: home, env, home, seconds: 30, signal: idle, onLine });
    rmSync(home, { recursive: true });
    expect(Number(lines[0])).toBeGreaterThan(1);
    await vi.waitFor(() => expect(isAlive(lines[0])).toBe(false), 5_000);
    expect(marked(home)).toEqual([]);
  });

  it.runIf(process.platform === "linux")(
    "leaves alone what others run with the HOME that a variable sets, and ends its own background processes",
    async () => {
      const other = spawn("sleep", ["60"], { env: { ...childEnv(), HOME: "/srv/other" }, stdio: "ignore" });
      const lines: string[] = [];
      await runCommand({
        line: "setsid sleep 60 & echo $HOME; echo $!; sleep 0.2",
        cwd: os.tmpdir(),
        env: { PATH: childEnv().PATH ?? "", HOME: "/srv/other" },
        home: newHome(),
        seconds: 30,
        signal: idle,
        onLine: (_stream, text) => void lines.push(text),
      });
      await vi.waitFor(() => expect(isAlive(lines[1])).toBe(false), 5_000);
      expect([lines[0], other.exitCode, other.signalCode]).toEqual(["/srv/other", null, null]);
      expect(other.kill("SIGKILL")).toBe(true);
    },
  );

  it.runIf(process.platform === "linux")(
    "is known by its HOME only where that lies in the work folder of Slipway",
    async () => {
      const [own, foreign] = [newHome(), os.tmpdir()].map((HOME) => ({
        HOME,
        child: spawn("sleep", ["60"], { env: { ...childEnv(), HOME }, stdio: "ignore" }),
      }));
      for (const each of [own, foreign]) killOrphanProcesses(each?.HOME ?? "");
      await vi.waitFor(() => expect(own?.child.signalCode).toBe("SIGKILL"), 5_000);
      expect(foreign?.child.signalCode).toBeNull();
      foreign?.child.kill("SIGKILL");
    },
  );

  it("runs to its end when a variable sets a PATH without any program", async () => {
    const lines: string[] = [];
    await runCommand({
      line: "echo done",
      cwd: os.tmpdir(),
      env: { PATH: "/nowhere" },
      home: newHome(),
      seconds: 30,
      signal: idle,
      onLine: (_stream, text) => void lines.push(text),
    });
    expect(lines).toEqual(["done"]);
  });

  it("can be stopped although a child outside its process group keeps the output open", async () => {
    const control = new AbortController();
    const lines: string[] = [];
    const running = runCommand({
      line: "setsid sleep 60 & echo $!; wait",
      cwd: os.tmpdir(),
      env: { PATH: childEnv().PATH ?? "" },
      home: newHome(),
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
