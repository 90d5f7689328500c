import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { isInside } from "@/features/deployment/run/output";
import { workFolder } from "@/features/site/folder";

const rounds = 100;

/**
 * A number that all processes of one build carry: the limit of a resource that Linux no longer counts (file locks),
 * which is handed on to every child and cannot be raised again, whatever a child does to its group, session,
 * environment or working folder.
 * @param home the folder that was made as HOME for this build, which no other build has
 */
export function markOf(home: string): number {
  return 2 ** 33 + createHash("sha256").update(home).digest().readUIntBE(0, 5);
}

/**
 * Kill what a build left running although its process group is gone (a daemon). It is known by its mark, or by a HOME in
 * the work folder, where Slipway's own is not. Reads /proc, so it works on Linux only.
 */
export function killOrphanProcesses(home: string): void {
  if (process.platform !== "linux") return;
  const mark = markOf(home);
  // Several rounds, since a process may start another one before it is killed.
  for (let round = 0; round < rounds; round++) {
    const orphans = processes().filter((pid) => belongs(pid, home, mark));
    if (orphans.length === 0) return;
    for (const pid of orphans) kill(pid);
  }
}

function processes(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function belongs(pid: number, home: string, mark: number): boolean {
  if (pid === process.pid || isZombie(pid)) return false;
  if (read(pid, "limits").includes(` ${mark} `)) return true;
  if (!isInside(workFolder(), home)) return false;
  return `\0${read(pid, "environ")}`.includes(`\0HOME=${home}\0`);
}

/** A zombie: it has ended, and waits for its parent to read the exit code. */
function isZombie(pid: number): boolean {
  return /\) [ZX]/.test(read(pid, "stat"));
}

function read(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return ""; // it ended, or belongs to another user
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
