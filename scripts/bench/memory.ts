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

export function megabytes(name: string, value: number | null, aim?: string): Figure {
  return { name, value: value === null ? "not told here" : `${value.toFixed(0)} MB`, aim };
}
