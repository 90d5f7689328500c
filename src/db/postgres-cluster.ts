import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Binaries } from "@/db/postgres-binaries";
import { give, type RunAs, run } from "@/db/postgres-user";
import { Fault } from "@/lib/fault";
import { newSecret } from "@/lib/id";

/** The files of one managed PostgreSQL. */
export interface Cluster {
  /** Folder of all below; only its owner may enter. */
  home: string;
  data: string;
  passwordFile: string;
  logFile: string;
}

export const role = "slipway";

export function clusterIn(home: string): Cluster {
  return {
    home,
    data: path.join(home, "data"),
    passwordFile: path.join(home, "data", "slipway-password"),
    logFile: path.join(home, "log"),
  };
}

export function password(cluster: Cluster): string {
  return readFileSync(cluster.passwordFile, "utf8").trim();
}

/**
 * Create the cluster unless it exists. It is created in a draft folder and moved in place at the end, so that a
 * killed start or two starts at once never leave an incomplete cluster.
 */
export function createCluster(cluster: Cluster, user: RunAs, { initdb }: Binaries): void {
  if (exists(cluster)) return;
  removeOldDrafts(cluster);
  const draft = clusterIn(mkdtempSync(path.join(cluster.home, "new-")));
  try {
    fill(draft, user, initdb);
    moveIn(draft, cluster);
  } finally {
    rmSync(draft.home, { recursive: true, force: true });
  }
}

/** Remove the draft folders of starts that were killed; a young one may belong to a start that is still running. */
function removeOldDrafts({ home }: Cluster): void {
  for (const name of readdirSync(home).filter((name) => name.startsWith("new-"))) {
    const draft = path.join(home, name);
    if (Date.now() - statSync(draft).mtimeMs > 600_000) rmSync(draft, { recursive: true, force: true });
  }
}

function exists(cluster: Cluster): boolean {
  return existsSync(path.join(cluster.data, "PG_VERSION"));
}

function fill(draft: Cluster, user: RunAs, initdb: string): void {
  const secret = path.join(draft.home, "password"); // initdb accepts only an empty data folder
  mkdirSync(draft.data, { mode: 0o700 });
  writeFileSync(secret, newSecret(), { mode: 0o600 });
  give(user, draft.home);
  const args = ["-D", draft.data, "-U", role, "-A", "scram-sha-256", `--pwfile=${secret}`];
  const done = run(user, initdb, [...args, "--encoding=UTF8", "--locale=C"]);
  if (done.status !== 0) {
    const problem = reasonIn(done.stderr ?? "") || done.error?.message || "it ended early";
    throw new Fault("unavailable", { code: "postgres_init", params: { problem } });
  }
  renameSync(secret, draft.passwordFile);
}

function moveIn(draft: Cluster, cluster: Cluster): void {
  try {
    renameSync(draft.data, cluster.data);
  } catch (error) {
    if (!exists(cluster)) throw error; // another start may have finished first
  }
}

/** initdb prints the reason first; its last lines are about what it removed. */
function reasonIn(text: string): string {
  const [, said] = text.match(/(?:error|FATAL|PANIC):\s*(.*)/) ?? [];
  return said?.trim() || lastLine(text);
}

export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}

/** A socket path may have 107 bytes at most; a data folder deep down gets a short one under the temp folder. */
export function socketFolder(cluster: Cluster, user: RunAs): string {
  const inside = path.join(cluster.home, "run");
  if (Buffer.byteLength(path.join(inside, ".s.PGSQL.5432.lock")) <= 107) return privateFolder(inside, user);
  const mark = createHash("sha256").update(cluster.home).digest("hex").slice(0, 12);
  const name = `slipway-${process.getuid?.() ?? 0}-${mark}`;
  const short = [os.tmpdir(), "/tmp"].map((folder) => path.join(folder, name));
  return privateFolder(short.find((folder) => Buffer.byteLength(folder) < 85) ?? inside, user);
}

/** Another user may have created a folder of that name under the temp folder: then it is not used. */
function privateFolder(folder: string, user: RunAs): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  const owners = [process.getuid?.(), user.owner?.uid];
  if (!found.isDirectory() || !owners.includes(found.uid) || (found.mode & 0o077) !== 0) {
    throw new Fault("unavailable", { code: "postgres_socket", params: { folder } });
  }
  give(user, folder);
  return folder;
}
