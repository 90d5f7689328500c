import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  deploymentRow,
  seedApplication,
  seedDeployment,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { publishedFolder, seedPublished } from "@test/kit/site";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "@/db/client";
import {
  checkServedReleases,
  reconcileDataFolder,
  removeFinishedWork,
} from "@/features/deployment/run/janitor";
import { markOf } from "@/features/deployment/run/orphan-processes";
import { take } from "@/features/deployment/state";
import {
  environmentsFolder,
  manifestFile,
  mirrorsFolder,
  releaseFolder,
  workFolder,
} from "@/features/site/folder";
import { childEnv, env, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });

let bench: Bench;
let application: TestApplication;
let environmentId: string;
beforeAll(async () => {
  bench = await startBench();
  const seed = { commits: [{ message: "one", files: { "index.html": "one" } }] };
  application = await seedApplication(bench, seed);
  ({ environmentId } = application);
});
afterAll(() => bench.stop());

/** A folder, of an environment unless told otherwise, last changed so many hours ago. */
function folder(name: string, hours: number, parent = environmentsFolder()): string {
  const full = path.join(parent, name);
  mkdirSync(full, { recursive: true });
  const at = Date.now() / 1000 - hours * 3600;
  utimesSync(full, at, at);
  return full;
}

let orphan: string;
beforeEach(() => {
  orphan = folder(newId(), 25);
});

describe("cleaning the data folder", () => {
  it("deletes nothing from the folder of another database, however old", async () => {
    await reconcileDataFolder();
    expect(existsSync(orphan)).toBe(true);
  });

  it("deletes folders that no row names once they are more than a day old, and no others", async () => {
    const known = folder(environmentId, 25);
    const young = folder(newId(), 24);
    symlinkSync("nowhere", path.join(environmentsFolder(), newId()));
    const clock = vi.spyOn(Date, "now").mockReturnValue(statSync(young).mtimeMs + 86_400_000);
    await reconcileDataFolder();
    expect([orphan, known, young].map((each) => existsSync(each))).toEqual([false, true, true]);
    clock.mockReturnValue(statSync(young).mtimeMs + 86_400_001);
    await reconcileDataFolder();
    clock.mockRestore();
    expect(existsSync(young)).toBe(false);
  });

  it("deletes mirrors of applications that are gone, and keeps those of others with their locks", async () => {
    const { applicationId } = application;
    const all = [`${applicationId}.git`, `${applicationId}.git.lock`, `${newId()}.git`].map((name) =>
      folder(name, 25, mirrorsFolder()),
    );
    await reconcileDataFolder();
    expect(all.map((each) => existsSync(each))).toEqual([true, true, false]);
  });

  it("deletes scratch folders of tries that are over, and no others", async () => {
    const deploymentId = await seedDeployment(application);
    const lease = await take();
    if (lease?.deploymentId !== deploymentId) throw new Error("another one was taken");
    const ended = await seedDeployment(application);
    await db().deployment.update({ where: { deploymentId: ended }, data: { status: "failed", fence: 1 } });
    const names = [`${deploymentId}.1`, `${deploymentId}.0`, `${ended}.1`, newId(), `${newId()}.x`];
    const [runs, ...over] = names.map((name) => path.join(folder(name, 0, workFolder()), "home"));
    for (const home of over) mkdirSync(home);
    await reconcileDataFolder();
    expect([runs ?? "", ...over].map((home) => existsSync(path.dirname(home)))).toEqual([
      true,
      ...over.map(() => false),
    ]);
    await db().deployment.update({ where: { deploymentId }, data: { status: "failed" } });
  });

  it("does nothing where there is no data folder yet, and fails where it cannot be read", async () => {
    const before = env();
    setEnv({ ...before, dataDir: path.join(before.dataDir, newId()) });
    await reconcileDataFolder();
    mkdirSync(env().dataDir, { recursive: true });
    writeFileSync(workFolder(), "a file");
    const failed = await reconcileDataFolder().catch((error: NodeJS.ErrnoException) => error.code);
    setEnv(before);
    expect(failed).toBe("ENOTDIR");
  });
});

describe.runIf(process.platform === "linux")("cleaning the work folder", () => {
  it("ends what a lost build left running, also where a variable set its HOME", async () => {
    const left = path.join(workFolder(), `${newId()}.1`);
    mkdirSync(left, { recursive: true });
    const mark = markOf(path.join(left, "home"));
    const line = `ulimit -w ${mark} 2>/dev/null || ulimit -x ${mark}; echo; exec sleep 60`;
    const options = { env: { ...childEnv(), HOME: "/srv/other" } };
    const [daemon, other] = [line, "echo; exec sleep 60"].map((each) =>
      spawn("/bin/sh", ["-c", each], options),
    );
    await Promise.all([daemon, other].map((child) => child && once(child.stdout, "data")));
    await removeFinishedWork();
    await vi.waitFor(() => expect(daemon?.signalCode).toBe("SIGKILL"));
    expect([other?.signalCode, existsSync(left)]).toEqual([null, false]);
    other?.kill("SIGKILL");
  });
});

describe("the check of what is served", () => {
  const files = { "index.html": "hello", "a/b.css": "b {}" };
  const warningsOf = async (deploymentId: string) => (await deploymentRow(deploymentId)).warnings;

  /** What it tells the server's log. */
  async function toldBy(check: () => Promise<void>): Promise<unknown[]> {
    const told = vi.spyOn(log, "error").mockImplementation(() => undefined);
    await check();
    const details = told.mock.calls.map(([detail]) => detail as unknown);
    told.mockRestore();
    return details;
  }

  it("finds nothing wrong with a whole release, and none where nothing is published", async () => {
    await seedApplication(bench, { commits: [] });
    const deploymentId = await seedPublished(application, files);
    expect(await toldBy(checkServedReleases)).toEqual([]);
    expect(await warningsOf(deploymentId)).toEqual([]);
  });

  it("names the files that the disk lost, and warns of the deployment once", async () => {
    const deploymentId = await seedPublished(application, files);
    truncateSync(path.join((await publishedFolder(application)) ?? "", "index.html"), 0);
    rmSync(path.join((await publishedFolder(application)) ?? "", "a/b.css"));
    const told = [...(await toldBy(checkServedReleases)), ...(await toldBy(checkServedReleases))];
    const named = { deploymentId, environmentId, files: expect.arrayContaining(["index.html", "a/b.css"]) };
    expect(told).toEqual([named, named]);
    expect(await warningsOf(deploymentId)).toEqual([{ code: "release_damaged" }]);
  });

  it("looks at the files of the deployment that was rolled back to", async () => {
    const rollbackOfId = await seedPublished(application, files);
    const deploymentId = await seedDeployment(application, "main", { rollbackOfId });
    await db().environment.update({
      where: { environmentId },
      data: { currentDeploymentId: deploymentId },
    });
    expect(await toldBy(checkServedReleases)).toEqual([]);
    rmSync(manifestFile(releaseFolder(environmentId, rollbackOfId)));
    expect(await toldBy(checkServedReleases)).toMatchObject([{ deploymentId, files: null }]);
    expect(await warningsOf(deploymentId)).toEqual([{ code: "release_damaged" }]);
  });
});
