import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { testProgram } from "@test/kit/program";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { onServer } from "@/db/create-database";
import type { ProcessRole } from "@/db/instance-lock";
import { type ManagedPostgres, startManagedPostgres } from "@/db/managed-postgres";
import { clusterIn } from "@/db/postgres-cluster";
import { stopServer } from "@/db/postgres-server";
import { isAlive, runningOn } from "@/db/postmaster-file";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";

vi.setConfig({ testTimeout: 90_000 }); // several starts of processes and servers, on a machine that may be busy

const program = testProgram("test/kit/process.ts");
let dataDir: string;
const children: ChildProcess[] = [];
const cluster = () => clusterIn(path.join(dataDir, "postgres"));
const server = () => runningOn(cluster())?.pid ?? 0;
const start = (role: ProcessRole = "web") => startManagedPostgres(dataDir, role);

async function query(managed: ManagedPostgres, sql: string) {
  return (await onServer(managed.connectionString, (client) => client.query(sql))).rows;
}

/** Start Slipway's database in another process; resolves with the first line it printed. */
async function startElsewhere(role: ProcessRole = "web"): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [program, dataDir, role], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [said] = child.stdout ? await once(child.stdout, "data") : [""];
  return { child, said: String(said).trim() };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

/** Every process whose command line names this cluster or whose parent is its server. */
async function killServer(): Promise<void> {
  const pid = server();
  const backends =
    execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" }).match(/\d+/g) ?? [];
  for (const victim of [pid, ...backends.map(Number)]) if (isAlive(victim)) process.kill(victim, "SIGKILL");
  for (let tries = 0; isAlive(pid) && tries < 100; tries++) await sleep(20);
}

/** The files of a cleanly stopped server: copying them is faster than running initdb again. */
const made = () => path.join(inject("testFolder"), "made-cluster");

async function copyCluster(): Promise<void> {
  if (!existsSync(made())) await (await startManagedPostgres(made(), "web")).stop();
  mkdirSync(dataDir, { mode: 0o700 });
  execFileSync("cp", ["-a", path.join(made(), "postgres"), dataDir]);
}

beforeEach(() => {
  dataDir = path.join(inject("testFolder"), newId());
  vi.spyOn(log, "warn").mockImplementation(() => undefined);
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
  await stopServer(cluster());
  rmSync(dataDir, { recursive: true, force: true });
});

describe("the managed PostgreSQL in a new folder", () => {
  it("starts in an empty folder, in UTC, reachable by its owner alone, and is gone after stop", async () => {
    const managed = await start();
    const answer = await query(
      managed,
      "SELECT current_setting('timezone') AS zone, current_setting('listen_addresses') AS listen, current_setting('fsync') AS fsync",
    );
    expect(answer).toEqual([{ zone: "UTC", listen: "", fsync: "on" }]);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(cluster().home).mode & 0o777).toBe(0o700);
    expect(statSync(cluster().passwordFile).mode & 0o777).toBe(0o600);
    const pid = server();
    await managed.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(path.join(cluster().data, "postmaster.pid"))).toBe(false);
  });

  it("puts its socket elsewhere when the path of the data folder is too long for one", async () => {
    const top = dataDir;
    dataDir = path.join(top, "deep".repeat(20), "deeper".repeat(10));
    mkdirSync(dataDir, { recursive: true });
    const managed = await start();
    expect(await query(managed, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await managed.stop();
    rmSync(top, { recursive: true });
  });

  it.runIf(process.getuid?.() === 0)(
    "runs as the owner of its folder when root finds one of another user",
    async () => {
      dataDir = mkdtempSync(path.join(os.tmpdir(), "slipway-owner-"));
      mkdirSync(cluster().home, { mode: 0o700 });
      chownSync(cluster().home, 65534, 65534);
      const managed = await start();
      expect(statSync(cluster().data).uid).toBe(65534);
      expect(statSync(`/proc/${server()}`).uid).toBe(65534);
      await managed.stop();
    },
  );
});

describe("the managed PostgreSQL", () => {
  beforeEach(copyCluster);

  it("does not let anyone in without its password", async () => {
    const managed = await start();
    const address = managed.connectionString.replace(/:[^:@]+@/, ":guess@");
    await expect(onServer(address, (client) => client.query("SELECT 1"))).rejects.toThrow(/password/);
    await managed.stop();
  });

  it("refuses a second web process, naming the first, and admits other processes", async () => {
    const { child } = await startElsewhere("web");
    await expect(start("web")).rejects.toThrow(
      `Another Slipway (process ${child.pid}) already runs on this data folder`,
    );
    const helper = await start("helper");
    expect(await query(helper, "SELECT count(*)::int AS n FROM kept")).toEqual([{ n: 1 }]);
    await helper.stop();
    expect(child.exitCode).toBeNull();
    expect(isAlive(server())).toBe(true);
  });

  it("is stopped by the last process that uses it", async () => {
    const web = await start("web");
    const helper = await start("helper");
    await web.stop();
    expect(await query(helper, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    const pid = server();
    await helper.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it("is found again after a kill -9 of Slipway, and serves a new web process at once", async () => {
    const { child, said } = await startElsewhere();
    expect(said).toBe("ready");
    const before = server();
    await end(child, "SIGKILL");
    expect(isAlive(before)).toBe(true);
    const managed = await start("web");
    expect(server()).toBe(before);
    expect(await query(managed, "SELECT count(*)::int AS n FROM kept")).toEqual([{ n: 1 }]);
    await managed.stop();
    expect(isAlive(before)).toBe(false);
  });

  it("keeps every committed row when Slipway and PostgreSQL are both killed", async () => {
    const { child } = await startElsewhere();
    await end(child, "SIGKILL");
    await killServer();
    expect(existsSync(path.join(cluster().data, "postmaster.pid"))).toBe(true);
    const managed = await start();
    expect(await query(managed, "SELECT count(*)::int AS n FROM kept")).toEqual([{ n: 1 }]);
    await managed.stop();
  });

  it("stops with the process that started it", async () => {
    const { child } = await startElsewhere();
    const pid = server();
    await end(child, "SIGTERM");
    expect(child.exitCode).toBe(0);
    expect(isAlive(pid)).toBe(false);
  });

  it("stops also when that process exits without stopping it", async () => {
    const { child } = await startElsewhere();
    const pid = server();
    await end(child, "SIGHUP");
    expect(child.exitCode).toBe(3);
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
  });

  it("is restarted when it dies under a running Slipway, and keeps the lock on the folder", async () => {
    const managed = await start();
    const before = server();
    await killServer();
    await vi.waitFor(() => expect([0, before]).not.toContain(server()), { timeout: 10_000 });
    await vi.waitFor(() => query(managed, "SELECT 1"), { timeout: 10_000 });
    const second = await startElsewhere("web");
    expect(second.said).toContain("already runs on this data folder");
    await managed.stop();
  });

  it("starts although another program has the process number in its old lock files", async () => {
    const managed = await start();
    const files = [
      path.join(cluster().data, "postmaster.pid"),
      path.join(cluster().home, "run/.s.PGSQL.5432.lock"),
    ];
    const left = files.map((file) => [file, readFileSync(file, "utf8")] as const);
    await managed.stop();
    const stranger = spawn("sleep", ["60"], { stdio: "ignore" });
    children.push(stranger);
    for (const [file, text] of left)
      writeFileSync(file, text.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 });
    await (await start()).stop();
    expect(stranger.exitCode).toBeNull();
  });

  it("says why when it cannot start", async () => {
    await (await start()).stop();
    writeFileSync(path.join(cluster().data, "postgresql.auto.conf"), "no_such_setting = 1\n");
    await expect(start()).rejects.toThrow(/The database did not start: .*configuration file/);
  });
});
