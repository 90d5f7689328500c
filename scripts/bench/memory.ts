import { readFileSync } from "node:fs";
import type { Figure } from "./figure";

/** Resident memory of one process in megabytes; null where /proc does not tell. */
export function residentMb(pid: number | undefined): number | null {
  try {
    const line = readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+) kB/);
    return line ? Number(line[1]) / 1024 : null;
  } catch {
    return null;
  }
}

/** Look every quarter of a second. `stop` returns the most that was seen. */
export function watchResident(pid: number | undefined): { stop(): number | null } {
  let most = residentMb(pid);
  const timer = setInterval(() => {
    const now = residentMb(pid);
    if (now !== null) most = Math.max(most ?? 0, now);
  }, 250);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

export function megabytes(name: string, value: number | null, limit: number): Figure {
  if (value === null) return { name, value: "not told here" };
  return { name, value: `${value.toFixed(0)} MB`, aim: `≤ ${limit} MB`, reached: value <= limit };
}
