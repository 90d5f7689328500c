/** For tests: what still runs of a group of processes. A dead one that nobody has collected yet does not count. */
import { readdirSync, readFileSync } from "node:fs";

/** The command lines of the living processes of a group. */
export function livingGroup(group: number): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isLiving(pid, group))
    .map((pid) => read(pid, "cmdline").replaceAll("\0", " "));
}

/** The fields behind the name in brackets: state, parent, group, … */
function isLiving(pid: string, group: number): boolean {
  const fields = read(pid, "stat")
    .replace(/^.*\) /s, "")
    .split(" ");
  return Number(fields[2]) === group && fields[0] !== "Z";
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
}
