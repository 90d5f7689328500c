import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "slipway-up-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run up` on a copy without packages, as far as it gets. */
function up(env: Record<string, string> = {}, flags: string[] = []) {
  cpSync(path.join(root, "scripts/up"), path.join(folder, "scripts/up"), { recursive: true });
  cpSync(path.join(root, "scripts/up.mjs"), path.join(folder, "scripts/up.mjs"));
  cpSync(path.join(root, "package-lock.json"), path.join(folder, "package-lock.json"));
  const given = { ...process.env, HOME: folder, npm_execpath: "", PORT: "39417", ...env };
  return spawnSync(process.execPath, [...flags, "scripts/up.mjs"], {
    cwd: folder,
    encoding: "utf8",
    env: given,
  });
}

/** Does what a preload can: change the machine that the script finds. */
function preload(source: string): string[] {
  writeFileSync(path.join(folder, "preload.cjs"), source);
  return ["--require", path.join(folder, "preload.cjs")];
}

const oneLine = (text: string) => text.trim().split("\n").length === 1 && !/\n\s+at /.test(text);

describe("npm run up", () => {
  it("names the Node it needs on an older one, in syntax that old ones read", () => {
    const old = preload('Object.defineProperty(process.versions, "node", { value: "18.20.4" });');
    const { status, stderr } = up({}, old);
    expect(status).toBe(1);
    expect(stderr).toMatch(/needs Node\.js 20\.19 or newer; this is 18\.20\.4/);
    expect(oneLine(stderr)).toBe(true);
    const entry = readFileSync(path.join(root, "scripts/up.mjs"), "utf8");
    expect(entry.replace(/^\s*\/\/.*$/gm, "")).not.toMatch(
      /\bconst\b|\blet\b|`|\?\.|\?\?|\bawait\b|^import /m,
    );
  });

  it("names the port that is in use and how to choose another", async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port));
    });
    const { status, stderr } = up({ PORT: String(port) });
    await new Promise((resolve) => taken.close(resolve));
    expect(status).toBe(1);
    expect(stderr).toContain(`Port ${port} is in use`);
    expect(stderr).toContain(`PORT=${port + 1} npm run up`);
    expect(oneLine(stderr)).toBe(true);
  });

  it("says so when the disk is too full for the packages", () => {
    const full = preload(
      "require('node:fs').statfsSync = () => ({ bavail: 1000, bsize: 4096 }); require('node:module').syncBuiltinESMExports();",
    );
    const { status, stderr } = up({}, full);
    expect(status).toBe(1);
    expect(stderr).toMatch(/The disk of .+ is too full: 0\.0 GB are free and 1\.5 GB are needed/);
    expect(oneLine(stderr)).toBe(true);
  });

  it("says so when the folder cannot be written to", () => {
    const readOnly = preload(
      "require('node:fs').writeFileSync = () => { throw Object.assign(new Error('EROFS'), { code: 'EROFS' }); }; require('node:module').syncBuiltinESMExports();",
    );
    const { status, stderr } = up({}, readOnly);
    expect(status).toBe(1);
    expect(stderr).toMatch(/The folder .+ cannot be written to \(EROFS\)/);
    expect(oneLine(stderr)).toBe(true);
  });

  it("gives the reason of a failed installation in one line", () => {
    mkdirSync(path.join(folder, "bin"));
    const npm = path.join(folder, "bin/npm");
    writeFileSync(
      npm,
      "#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\necho 'npm error request to the registry failed' >&2\nexit 1\n",
      { mode: 0o755 },
    );
    const { status, stderr } = up({ PATH: `${folder}/bin:${process.env.PATH}` });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /Installing packages failed: request to the registry failed \(.*dist\/logs\/install\.log\)/,
    );
    expect(oneLine(stderr)).toBe(true);
  });
});
