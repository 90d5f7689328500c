import { type ChildProcess, execFileSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { cp, type FileHandle, open, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  callerOf,
  deploymentRow,
  seedApplication,
  seedDeployment,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { testProgram } from "@test/kit/program";
import { endProcess, startWorkerProcess } from "@test/kit/worker";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { connectionString, db } from "@/db/client";
import { cancel } from "@/features/deployment/cancel";
import { deployJob } from "@/features/deployment/job";
import { runNext } from "@/features/deployment/run/execute";
import { readSteps } from "@/features/deployment/step";
import { filesFolder, releaseFolder } from "@/features/site/folder";
import { damagedFiles } from "@/features/site/manifest";
import { serveSite } from "@/features/site/serve";
import { env, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { enqueue } from "@/queue/enqueue";
import { closeQueue } from "@/queue/queue";

/** The steps of a worker; the host is told by others. */
const workerSteps = ["resolve", "checkout", "build", "release"];

/** `npm run test:faults` does all of it, `npm test` a few of each. */
const full = process.env.SLIPWAY_FAULTS === "full";
const kills = full ? 100 : 3;

vi.setConfig({ testTimeout: full ? 3_600_000 : 240_000 });

const keys = `test:${randomBytes(32).toString("base64")}`;
testDatabase({
  SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1",
  SLIPWAY_BUILD_COMMANDS: "host",
  SLIPWAY_ENCRYPTION_KEYS: keys,
});
const program = testProgram("src/server/worker.ts");
const one = { commits: [{ message: "one", files: { "index.html": "hello", "a/b.css": "b {}" } }] };
/** No two releases are alike. */
const marked = {
  buildCommand: "mkdir out; cp -r a out; echo $$-$(date +%s%N) > out/index.html",
  outputDirectory: "out",
};
const idle = new AbortController().signal;
let bench: Bench;
const workers: ChildProcess[] = [];

beforeAll(async () => {
  bench = await startBench();
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await endProcess(worker);
  // What a failed test leaves would run in the next one.
  const open = { status: { in: ["queued", "running"] } };
  await db().deployment.updateMany({ where: open, data: { status: "failed" } });
});
afterAll(async () => {
  await closeQueue();
  await bench.stop();
});

function start(): ChildProcess {
  const worker = startWorkerProcess(program, keys);
  workers.push(worker);
  return worker;
}

async function until(done: () => Promise<boolean>, seconds = full ? 300 : 90): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (await done()) return;
    await sleep(25);
  }
  throw new Error(`it has not come to that within ${seconds} s`);
}

async function queue(application: TestApplication): Promise<string> {
  const deploymentId = await seedDeployment(application);
  await enqueue(db(), deployJob, { deploymentId });
  return deploymentId;
}

/** Let the leases expire: that is the only way in which the death of a process is noticed. */
async function endLeases(): Promise<void> {
  await db().$executeRaw`UPDATE "deployment" SET "leaseExpiresAt" = now() - interval '1 second'
    WHERE "status" = 'running'`;
}

const inStatus = (deploymentId: string, status: string) => async () =>
  (await deploymentRow(deploymentId)).status === status;

async function served({ environmentId }: TestApplication): Promise<string | null> {
  const where = { environmentId };
  return (await db().environment.findUniqueOrThrow({ where })).currentDeploymentId;
}

/** What a visitor gets. */
async function visited(application: TestApplication, pathname: string): Promise<string> {
  const server = createServer(
    (req, res) => void serveSite(req, res, { site: application.site, pathname, query: "", prefix: "" }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${pathname}`);
  const text = answer.ok ? await answer.text() : `status ${answer.status}`;
  server.closeAllConnections();
  server.close();
  return text;
}

/** The faults of the served site: it must be the last release, and complete, for visitors as well. */
async function wrongIn(application: TestApplication): Promise<string[]> {
  const { environmentId } = application;
  const current = await served(application);
  const rows = await db().deployment.findMany({ where: { environmentId }, orderBy: { startedAt: "desc" } });
  const wrong: string[] = [];
  const last = rows.find(({ status }) => status === "succeeded");
  if ((last?.deploymentId ?? null) !== current) wrong.push(`${current} is served, not ${last?.deploymentId}`);
  for (const { deploymentId, status, released } of rows)
    if (status === "succeeded" && !released) wrong.push(`${deploymentId} succeeded and is not released`);
  if (rows.filter(({ status }) => status === "running").length > 1) wrong.push("two run at once");
  const damaged = current ? await damagedFiles(releaseFolder(environmentId, current)) : [];
  if (damaged?.length !== 0) wrong.push(`${current} lacks ${damaged ?? "its manifest"}`);
  for (const name of ["index.html", "a/b.css"]) {
    const text =
      current &&
      (await readFile(path.join(filesFolder(releaseFolder(environmentId, current)), name), "utf8"));
    const shown = await visited(application, `/${name}`);
    if (text !== shown) wrong.push(`visitors of ${name} get ${shown}, not ${text}`);
  }
  return wrong;
}

/** The transactions of a release, one after the other. */
const freezePoints: [string, { table: string; when: string; rounds: number }][] = [
  [
    "made sure of its lease before the files are put in place",
    {
      table: "deployment",
      when: `OLD."steps" @> '[{"name": "release", "status": "running"}]' AND NOT NEW."released"
      AND NEW."leaseExpiresAt" <> OLD."leaseExpiresAt"`,
      rounds: full ? 20 : 0,
    },
  ],
  [
    "marked the deployment as released",
    {
      table: "deployment",
      when: `NEW."released" AND NOT OLD."released"`,
      rounds: full ? 20 : 0,
    },
  ],
  [
    "changed what the site shows",
    {
      table: "environment",
      when: `NEW."currentDeploymentId" IS DISTINCT FROM OLD."currentDeploymentId"`,
      rounds: full ? 20 : 2,
    },
  ],
  [
    "stored the end of the deployment",
    {
      table: "deployment",
      when: `NEW."status" = 'succeeded' AND OLD."status" = 'running'`,
      rounds: full ? 20 : 0,
    },
  ],
];

/** The process that waits for the lock of this test. */
async function waiting(held: Client): Promise<number | undefined> {
  const { rows } = await held.query<{ pid: number }>(
    `SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()`,
  );
  return rows[0]?.pid;
}

/** Freeze a worker inside the statement, let another one publish something newer, and let the first one go on. */
async function freeze(held: Client, endConnection: boolean): Promise<string[]> {
  const wrong: string[] = [];
  const application = await seedApplication(bench, one, marked);
  await held.query("SELECT pg_advisory_lock(4711)");
  const first = await queue(application);
  const frozen = start();
  await until(async () => (await waiting(held)) !== undefined);
  frozen.kill("SIGSTOP");
  if (endConnection) await held.query("SELECT pg_terminate_backend($1)", [await waiting(held)]);
  await held.query("SELECT pg_advisory_unlock(4711)");
  await until(async () => (await waiting(held)) === undefined);
  // The frozen process blocks nobody.
  const started = Date.now();
  // the deployment may be published by now
  await cancel(callerOf(application), { deploymentId: first }).catch(() => undefined);
  const second = await queue(application);
  if (Date.now() - started > 5_000) wrong.push(`a call took ${Date.now() - started} ms`);
  await endLeases();
  const other = start();
  await until(inStatus(second, "succeeded"));
  frozen.kill("SIGCONT");
  await endProcess(frozen, "SIGTERM"); // the resumed process ends its old work first
  if ((await served(application)) !== second) wrong.push(`${await served(application)} took over`);
  wrong.push(...(await wrongIn(application)));
  await endProcess(other, "SIGTERM");
  return wrong;
}

describe("no release is wrong or lost", () => {
  it("after a worker was killed again and again at random moments", async () => {
    const applications = await Promise.all([1, 2, 3].map(() => seedApplication(bench, one, marked)));
    const open = { status: { in: ["queued", "running"] } };
    const hit = new Map<string, number>();
    const running = async () =>
      (await db().deployment.findMany({ where: { status: "running" } })).map(({ steps }) => steps);
    const hasBegun = async (step?: string) =>
      (await running()).some((steps) =>
        readSteps(steps).some(({ name, status }) => name === step && status !== "pending"),
      );
    for (let n = 0; n < kills; n++) {
      for (const application of applications) {
        const { environmentId } = application;
        if ((await db().deployment.count({ where: { environmentId, ...open } })) === 0)
          await queue(application);
      }
      const worker = start();
      // A moment after a deployment came to some step: on a busy machine any time alone would always hit the start.
      const step = workerSteps[randomInt(workerSteps.length)];
      await until(async () => (await hasBegun(step)) || (await db().deployment.count({ where: open })) === 0);
      await sleep(randomInt(0, 300));
      await endProcess(worker);
      for (const steps of await running()) {
        const at = readSteps(steps).find(({ status }) => status === "running")?.name ?? "between steps";
        hit.set(at, (hit.get(at) ?? 0) + 1);
      }
      await endLeases();
    }
    const last = start();
    await until(async () => (await db().deployment.count({ where: open })) === 0);
    await endProcess(last, "SIGTERM");
    const wrong = (await Promise.all(applications.map(wrongIn))).flat();
    const ended = await db().deployment.count({ where: { status: "succeeded" } });
    const where = [...hit].map(([at, times]) => `${times} in ${at}`).join(", ");
    console.log(`faults: ${kills} kills (${where}), ${ended} deployments published, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
    expect(ended).toBeGreaterThan(0);
  });

  it.each(freezePoints.filter(([, { rounds }]) => rounds > 0))(
    "after a worker stood still while it %s, with its connection kept or ended",
    async (what, { table, when, rounds }) => {
      const held = new Client({ connectionString: connectionString() });
      await held.connect();
      // The statement waits inside the database for as long as this test holds the lock.
      await held.query(`CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END $$`);
      await held.query(`CREATE TRIGGER wait_here BEFORE UPDATE ON "${table}" FOR EACH ROW
        WHEN (${when}) EXECUTE FUNCTION wait_here()`);
      const wrong: string[] = [];
      try {
        for (let n = 0; n < rounds; n++) wrong.push(...(await freeze(held, n % 2 === 1)));
      } finally {
        await held.query("SELECT pg_advisory_unlock_all()");
        await held.query("DROP FUNCTION wait_here CASCADE");
        await held.end();
      }
      console.log(`faults: ${rounds} freezes while it ${what}, ${wrong.length} wrong`);
      expect(wrong).toEqual([]);
    },
  );

  it("on a copy of the disk without what was not yet brought to it", async () => {
    // The content of each file and folder at its last fsync.
    const synced = new Map<number, { size: number; at: number }>();
    const probe = await open(process.execPath, "r");
    const handles = Object.getPrototypeOf(probe) as FileHandle;
    await probe.close();
    const original = handles.sync;
    const spy = vi.spyOn(handles, "sync").mockImplementation(async function (this: FileHandle) {
      const { ino, size } = await this.stat();
      synced.set(ino, { size, at: Date.now() });
      await original.call(this);
    });
    const application = await seedApplication(bench, one);
    const deploymentId = await seedDeployment(application);
    await runNext(idle);
    spy.mockRestore();
    expect((await deploymentRow(deploymentId)).status).toBe("succeeded");
    const folder = releaseFolder(application.environmentId, deploymentId);
    const copy = path.join(env().dataDir, "copy");
    const lost: string[] = [];
    const isOnDisk = (from: string) => {
      const found = statSync(from);
      const known = synced.get(found.ino);
      const isKept = found.isDirectory()
        ? (known?.at ?? 0) >= Math.floor(found.mtimeMs)
        : known?.size === found.size;
      if (!isKept) lost.push(path.relative(folder, from));
      return isKept;
    };
    await cp(folder, copy, { recursive: true, filter: isOnDisk });
    for (let above = path.dirname(folder); above !== env().dataDir; above = path.dirname(above))
      isOnDisk(above);
    const damaged = await damagedFiles(copy);
    console.log(`faults: ${readdirSync(copy, { recursive: true }).length} names kept, ${lost.length} lost`);
    expect([lost, damaged]).toEqual([[], []]);
  });

  it.runIf(process.getuid?.() === 0 && process.platform === "linux")(
    "on a disk that is full, which the deployment says; what is served stays",
    async ({ skip }) => {
      const before = env();
      const disk = path.join(before.dataDir, `disk-${newId()}`);
      mkdirSync(disk, { recursive: true });
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], { stdio: "ignore" });
      } catch {
        skip("no disk may be mounted here");
      }
      try {
        setEnv({ ...before, dataDir: disk, diskFloor: 0 });
        const application = await seedApplication(bench, one);
        const kept = await seedDeployment(application);
        await runNext(idle);
        const files = { "index.html": "x".repeat(9_000_000) };
        const large = await seedApplication(bench, { commits: [{ message: "large", files }] });
        const failing = await seedDeployment(large);
        await runNext(idle);
        const { status, reasonCode } = await deploymentRow(failing);
        expect([status, reasonCode]).toEqual(["failed", "disk_full"]);
        expect([await served(application), await served(large)]).toEqual([kept, null]);
        expect(await wrongIn(application)).toEqual([]);
        console.log("faults: a full disk, 0 wrong");
      } finally {
        setEnv(before);
        execFileSync("umount", ["-l", disk]);
        await rm(disk, { recursive: true, force: true });
      }
    },
  );
});
