import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  logText,
  seedApplication,
  seedDeployment,
  seedVariable,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { seedPublished, seedRelease } from "@test/kit/site";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { build } from "@/features/deployment/run/build";
import { sourceFolder } from "@/features/deployment/run/checkout";
import { loadRun, type Run } from "@/features/deployment/run/run";
import { take } from "@/features/deployment/state";
import { filesFolder, manifestFile, releaseFolder } from "@/features/site/folder";
import { type Manifest, readManifest } from "@/features/site/manifest";
import { env, setEnv } from "@/lib/env";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1", SLIPWAY_BUILD_COMMANDS: "host" });

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());

const seed = (settings = {}) => seedApplication(bench, { commits: [] }, settings);

/** A run that has come to its build, with these files of the commit. */
async function checkedOut(application: TestApplication, files: Record<string, string>): Promise<Run> {
  await db().deployment.updateMany({ where: { status: "running" }, data: { status: "failed" } });
  await seedDeployment(application);
  const lease = await take();
  if (!lease) throw new Error("nothing was taken");
  const run = await loadRun(lease, new AbortController().signal);
  for (const [name, text] of Object.entries(files)) {
    const full = path.join(sourceFolder(run), name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
  return run;
}

async function builtOf(
  run: Run,
): Promise<{ manifest: Manifest; log: string; text: (name: string) => string }> {
  expect(await build(run)).toBe("succeeded");
  await run.log.flush();
  const folder = run.output ?? "";
  const manifest = await readManifest(folder);
  if (!manifest) throw new Error("the release is not whole");
  const text = (name: string) => readFileSync(path.join(filesFolder(folder), name), "utf8");
  return { manifest, text, log: await logText(run.lease.deploymentId) };
}

/** As if all its files had been published long ago. */
async function makeOld(release: string): Promise<void> {
  const manifest = await readManifest(release);
  for (const file of Object.values(manifest?.files ?? {})) file.since = 1_000;
  writeFileSync(manifestFile(release), JSON.stringify(manifest));
}

describe("the build step", () => {
  it("without a command takes the files of the commit, and says how many", async () => {
    const application = await seed();
    const one = await builtOf(await checkedOut(application, { "index.html": "hello" }));
    expect([one.text("index.html"), Object.keys(one.manifest.files)]).toEqual(["hello", ["index.html"]]);
    expect(one.log).toContain('Publishing 1 file of "/".');
    expect(one.log).not.toMatch(/\$ |Left out/);
    expect(one.manifest.warnings).toEqual([]);
    const files = { "index.html": "a", "b.css": "b", ".env": "secret" };
    const two = await builtOf(await checkedOut(application, files));
    expect(two.log).toContain('Publishing 2 files of "/".');
    expect(two.log).toContain("Left out of it: .env.");
  });

  it("is skipped when the files to publish are there from an earlier try", async () => {
    const run = await checkedOut(await seed(), { "index.html": "hello" });
    const { environmentId, deploymentId } = run.lease;
    await seedRelease(environmentId, deploymentId, { "index.html": "earlier" });
    expect([await build(run), run.output]).toEqual(["skipped", null]);
  });

  it("fails when there is nothing to publish", async () => {
    const run = await checkedOut(await seed(), { ".env": "secret" });
    await expect(build(run)).rejects.toMatchObject({
      code: "invalid_input",
      reason: { code: "output_empty", params: { path: "/" } },
    });
  });

  it("warns of file names that no address can reach", async () => {
    const run = await checkedOut(await seed(), { "index.html": "hello", "a\\b.txt": "b" });
    const { manifest } = await builtOf(run);
    expect(manifest.warnings).toEqual([{ code: "names_unreadable", params: { files: "a\\b.txt" } }]);
  });

  it("keeps since when each file has its content, also after a rollback", async () => {
    const application = await seed();
    const { environmentId } = application;
    const first = await seedPublished(application, { "index.html": "same", "a.css": "old" });
    const since = async () =>
      (await builtOf(await checkedOut(application, { "index.html": "same", "a.css": "new" }))).manifest.files;
    await makeOld(releaseFolder(environmentId, first));
    expect(await since()).toMatchObject({ "index.html": { since: 1_000 } });
    expect((await since())["a.css"]?.since).toBeGreaterThan(1_000_000);
    const rollback = await seedDeployment(application, "main", { rollbackOfId: first });
    await db().deployment.update({ where: { deploymentId: rollback }, data: { status: "succeeded" } });
    await db().environment.update({ where: { environmentId }, data: { currentDeploymentId: rollback } });
    expect(await since()).toMatchObject({ "index.html": { since: 1_000 } });
  });

  it("runs the command in private folders of this try, and masks the variables in its log", async () => {
    const buildCommand = "mkdir out; echo made > out/index.html; echo $TOKEN; echo $HOME $TMPDIR";
    const application = await seed({ buildCommand });
    await seedVariable(application, "TOKEN", "s3cr3t-value-4711");
    const run = await checkedOut(application, { "src/a.ts": "a" });
    const { text, log } = await builtOf(run);
    expect(text("index.html")).toBe("made\n");
    expect(log).toContain(`$ ${buildCommand}`);
    expect(log).toContain("out ***");
    expect(log).not.toContain("s3cr3t");
    for (const name of ["home", "temp"]) {
      const folder = path.join(run.folder, name);
      expect(log).toContain(folder);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
  });

  it("does not run a command when the instance has turned them off meanwhile", async () => {
    const run = await checkedOut(await seed({ buildCommand: "touch ran" }), { "dist/index.html": "old" });
    const before = env();
    setEnv({ ...before, buildCommands: "off" });
    const refused = await build(run).catch((error: unknown) => error);
    setEnv(before);
    expect(refused).toMatchObject({ code: "invalid_input", reason: { code: "build_commands_off" } });
    expect(existsSync(path.join(sourceFolder(run), "ran"))).toBe(false);
  });
});
