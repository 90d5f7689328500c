import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Cluster } from "@/db/postgres-cluster";

export interface Postmaster {
  pid: number;
  port: number;
  /** Folder of its socket; empty when it listens on TCP only. */
  socketFolder: string;
  ready: boolean;
}

/** The server that runs on this cluster, whoever started it; null when none does. */
export function runningOn(cluster: Cluster): Postmaster | null {
  const found = readFile(cluster);
  return found && isAlive(found.pid) && isServerOf(cluster, found.pid) ? found : null;
}

function readFile(cluster: Cluster): Postmaster | null {
  const file = filePath(cluster);
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const [pid, , , port, socketFolder = "", , , status = ""] = lines;
  if (!pid || !port) return null; // missing, or being written at this moment
  return { pid: Number(pid), port: Number(port), socketFolder, ready: status.trim() === "ready" };
}

function filePath(cluster: Cluster): string {
  return path.join(cluster.data, "postmaster.pid");
}

/** A process that has ended but was not collected by its parent (common in containers) counts as gone. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !isZombie(pid);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function isZombie(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && /\) Z [^)]*$/.test(readFileSync(file, "utf8"));
}

/** After a crash of the machine, or in a new container, the number may belong to any other program. */
function isServerOf(cluster: Cluster, pid: number): boolean {
  if (process.platform === "win32") return true;
  const words = commandOf(pid);
  return words.includes("postgres") && words.includes(cluster.data);
}

function commandOf(pid: number): string {
  try {
    if (existsSync("/proc/self/cmdline")) return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return ""; // it ended between two checks
  }
}

/**
 * Free the lock files whose process number now belongs to another program: PostgreSQL would refuse to start.
 * The number is replaced by ours, which PostgreSQL, as our child, knows not to be a server; the rest of the file
 * stays, since by it PostgreSQL finds backends that outlived their server.
 */
export function releaseStaleFiles(cluster: Cluster, socketFolder: string): void {
  for (const file of [filePath(cluster), path.join(socketFolder, ".s.PGSQL.5432.lock")]) {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const pid = Number.parseInt(text, 10);
    if (pid && !(isAlive(pid) && isServerOf(cluster, pid)))
      writeFileSync(file, text.replace(/^\d+/, String(process.pid)));
  }
}
