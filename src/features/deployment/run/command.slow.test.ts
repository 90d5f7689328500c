import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { runCommand } from "@/features/deployment/run/command";
import { childEnv } from "@/lib/env";

const idle = new AbortController().signal;

async function run(line: string, signal: AbortSignal = idle, seconds = 30): Promise<string[]> {
  const lines: string[] = [];
  const env = { PATH: childEnv().PATH ?? "" };
  const onLine = (_stream: string, text: string) => void lines.push(text);
  await runCommand({ line, cwd: os.tmpdir(), env, seconds, signal, onLine });
  return lines;
}

/** End what a test let escape. */
function end(pid: string | undefined): void {
  execFileSync("kill", ["-KILL", pid ?? ""], { stdio: "ignore" });
}

describe("a build command", () => {
  it("ends when it has ended, also when something that left its group keeps the output open", async () => {
    const lines = await run("setsid sleep 60 & echo $!; sleep 0.2; echo last");
    end(lines[0]);
    expect(lines.at(-1)).toBe("last");
  });

  it.runIf(process.platform === "linux")("leaves no daemon behind", async () => {
    const home = mkdtempSync(path.join(os.tmpdir(), "slipway-home-"));
    const lines: string[] = [];
    const env = { PATH: childEnv().PATH ?? "", HOME: home };
    const onLine = (_stream: string, text: string) => void lines.push(text);
    const line = "setsid sleep 60 & echo $!; sleep 0.2";
    await runCommand({ line, cwd: home, env, seconds: 30, signal: idle, onLine });
    rmSync(home, { recursive: true });
    await vi.waitFor(() => expect(() => end(lines[0])).toThrow(), 5_000);
  });

  it("can be stopped although something that left its group keeps the output open", async () => {
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

  it("is ended with a reason when it takes too long", async () => {
    await expect(run("trap '' TERM; sleep 60", idle, 1)).rejects.toMatchObject({
      reason: { code: "build_timeout" },
    });
  });
});
