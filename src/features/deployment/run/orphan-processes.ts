import { readdirSync, readFileSync } from "node:fs";

/**
 * Kill what left the process group of a build (a daemon) and still runs. It is known by the HOME that it was given,
 * which is this build's own folder; what changes its environment as well, or any on another system than Linux, stays.
 */
export function killOrphanProcesses(home: string | undefined): void {
  if (!home || process.platform !== "linux") return;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    if (hasHome(pid, home)) kill(Number(pid));
  }
}

function hasHome(pid: string, home: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "utf8")}`.includes(`\0HOME=${home}\0`);
  } catch {
    return false; // it ended, or belongs to another user
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
