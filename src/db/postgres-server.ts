import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { type Binaries, findBinaries } from "@/db/postgres-binaries";
import { type Cluster, lastLine, password, role, socketFolder } from "@/db/postgres-cluster";
import { commandLine, type RunAs, run, spawnOptions } from "@/db/postgres-user";
import { isAlive, type Postmaster, releaseStaleFiles, runningOn } from "@/db/postmaster-file";
import { session } from "@/db/session";
import { Fault } from "@/lib/fault";

/** Everything needed to start a server on one cluster. */
export interface Server {
  cluster: Cluster;
  user: RunAs;
  binaries: Binaries;
  /** More `name=value` settings of PostgreSQL. */
  settings?: string[];
  /** The server process that this process started last. */
  child?: ChildProcess;
}

const settings = [
  "timezone=UTC",
  "log_timezone=UTC",
  "shared_buffers=64MB",
  "max_connections=80",
  "max_wal_size=256MB",
  "wal_level=minimal",
  "max_wal_senders=0",
  "jit=off",
  "unix_socket_permissions=0700",
  // Rows and statements hold what people typed: the log says that something failed, not with which values.
  "log_error_verbosity=terse",
  "log_min_messages=warning",
  "log_min_error_statement=panic",
];

const patienceMs = 90_000; // recovery after a crash may take a while

/**
 * Find the server of this cluster, or start one, and wait until it answers.
 * @throws Fault `unavailable` with reason `postgres_start`
 */
export async function ensureServer(server: Server): Promise<void> {
  const until = Date.now() + patienceMs;
  let started = false;
  while (Date.now() < until) {
    const running = runningOn(server.cluster);
    if (running?.ready && (await answers(server.cluster))) return;
    if (!running && started && hasEnded(server.child)) throw startFault(server.cluster);
    if (!running && !started) server.child = await launch(server);
    started ||= !running;
    await sleep(20);
  }
  throw startFault(server.cluster);
}

function hasEnded(child: ChildProcess | undefined): boolean {
  return child?.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function startFault({ logFile }: Cluster): Fault {
  const text = readFileSync(logFile, "utf8");
  const [, said = lastLine(text)] = text.match(/(?:FATAL|PANIC):\s*(.*)/) ?? [];
  const problem = said || "it gave no reason";
  return new Fault("unavailable", { code: "postgres_start", params: { problem, log: logFile } });
}

async function launch(server: Server): Promise<ChildProcess> {
  const options = [...settings, ...(server.settings ?? []), ...(await listenSettings(server))];
  const args = ["-D", server.cluster.data, ...options.flatMap((option) => ["-c", option])];
  const [command, ...rest] = commandLine(server.user, server.binaries.postgres, args);
  const logFile = openSync(server.cluster.logFile, "w", 0o600);
  // A process group of its own: Ctrl-C reaches Slipway first, which then ends its work before the database goes.
  const detached = process.platform !== "win32";
  const child = spawn(command, rest, {
    ...spawnOptions(server.user),
    detached,
    stdio: ["ignore", logFile, logFile],
  });
  closeSync(logFile);
  child.on("error", () => undefined); // a failed start shows as a missing process id below
  child.unref();
  return child;
}

async function listenSettings({ cluster, user }: Server): Promise<string[]> {
  if (process.platform === "win32") return ["listen_addresses=127.0.0.1", `port=${await freePort()}`];
  const folder = socketFolder(cluster, user);
  releaseStaleFiles(cluster, folder);
  return ["listen_addresses=", "port=5432", `unix_socket_directories=${folder}`];
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** The address of a database on the running server. It holds the password. */
export function addressOf(cluster: Cluster, database: string): string {
  const running = runningOn(cluster);
  if (!running) throw new Fault("unavailable", { code: "database_not_open" });
  return `postgresql://${role}:${password(cluster)}@${hostPart(running, database)}`;
}

function hostPart({ port, socketFolder }: Postmaster, database: string): string {
  if (!socketFolder) return `127.0.0.1:${port}/${database}`;
  return `localhost:${port}/${database}?host=${encodeURIComponent(socketFolder)}`;
}

async function answers(cluster: Cluster): Promise<boolean> {
  const client = new Client({
    ...session(addressOf(cluster, "postgres")),
    connectionTimeoutMillis: 5_000,
  });
  client.on("error", () => undefined); // the query below gives the same error
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch (error) {
    if (isCode(error, "28P01"))
      throw new Fault("unavailable", { code: "postgres_password", params: { folder: cluster.home } });
    return false;
  } finally {
    await client.end();
  }
}

/** For the very end of a process, where nothing can be awaited any more: end the server if this process started it. */
export function signalOwnServer({ child }: Server): void {
  if (child && !hasEnded(child)) child.kill("SIGINT");
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Stop the server and wait until it is gone: open transactions are rolled back, committed ones are on disk. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const running = runningOn(cluster);
  if (!running) return;
  if (process.platform === "win32")
    run({ prefix: [] }, findBinaries().pgCtl, ["stop", "-m", "fast", "-D", cluster.data]);
  else process.kill(running.pid, "SIGINT");
  const gone = await isGone(running.pid, 20_000);
  if (!gone) await giveUp(running.pid);
  removeShortFolder(cluster, running.socketFolder);
}

/** PostgreSQL recovers at its next start. */
async function giveUp(pid: number): Promise<void> {
  process.kill(pid, "SIGQUIT");
  await isGone(pid, 5_000);
}

/**
 * The socket folder under the temp folder, which exists when the path of the data folder is too long for a socket.
 */
function removeShortFolder(cluster: Cluster, folder: string): void {
  const isOurs = path.basename(folder).startsWith("slipway-") && !folder.startsWith(cluster.home);
  if (isOurs) rmSync(folder, { recursive: true, force: true });
}

async function isGone(pid: number, ms: number): Promise<boolean> {
  for (const until = Date.now() + ms; Date.now() < until; await sleep(20)) if (!isAlive(pid)) return true;
  return false;
}
