import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { testProgram } from "@test/kit/program";
import { expect, it } from "vitest";

const program = testProgram("test/kit/start-process.ts");

/** Start it, send a signal when it says `at`, and wait for its end. */
function interruptedAt(at: string): Promise<{ code: number | null; out: string; errors: string }> {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [program]);
  let [out, errors] = ["", ""];
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk));
  child.stdout.on("data", (chunk: Buffer) => {
    const isNow = !out.includes(at);
    out += chunk;
    if (isNow && out.includes(at)) child.kill("SIGTERM");
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, errors })));
}

it("stopping interrupts a start between two steps, with one log line and nothing left open", async () => {
  const { code, out, errors } = await interruptedAt("first step\n");
  expect(errors.trim()).toBe("Stopping …");
  expect(out).toBe("first step\nfirst step ended\n");
  expect(code).toBe(0);
});

it("stopping lets the running start step finish before it closes what the step needs", async () => {
  const { code, out, errors } = await interruptedAt("second step\n");
  expect(errors.trim()).toBe("Stopping …");
  expect(out).toBe("first step\nsecond step\nfirst step ended\n");
  expect(code).toBe(0);
});

it("stopping ends a process that has started", async () => {
  const { code, out, errors } = await interruptedAt("ready\n");
  expect([code, errors.trim()]).toEqual([0, "Stopping …"]);
  expect(out).toContain("ready\nfirst step ended\n");
});
