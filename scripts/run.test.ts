import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = mkdtempSync(path.join(os.tmpdir(), "slipway-run-"));

beforeAll(() => {
  for (const folder of ["scripts", "dist"]) mkdirSync(path.join(root, folder));
  copyFileSync(path.join(import.meta.dirname, "run.mjs"), path.join(root, "scripts/run.mjs"));
  writeFileSync(path.join(root, "dist/built-from"), "");
});
afterAll(() => rmSync(root, { recursive: true }));

/** Send the signal as soon as the program has printed something, and return what the process leaves. */
async function interrupt(program: string, signal: NodeJS.Signals) {
  writeFileSync(path.join(root, "dist/main.mjs"), program);
  const child: ChildProcess = spawn(process.execPath, [path.join(root, "scripts/run.mjs"), "main"]);
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  if (child.stdout) await once(child.stdout, "data");
  child.kill(signal);
  const [code] = await once(child, "close");
  return { code, said: said.trim() };
}

const loading = `console.log("loading"); await new Promise((resolve) => setTimeout(resolve, 60_000));`;
const started = `process.on("SIGINT", () => { console.error("stopped in order"); process.exit(0); });
  setInterval(() => undefined, 1_000);
  console.log("started");`;

describe("a program that is interrupted", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("while it loads ends in one line at %s", async (signal) => {
    expect(await interrupt(loading, signal)).toEqual({ code: 0, said: "Stopped before the start." });
  });

  it("after its start stops in its own way", async () => {
    expect(await interrupt(started, "SIGINT")).toEqual({ code: 0, said: "stopped in order" });
  });
});
