import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Fault } from "@/lib/fault";

/**
 * Create the data folder and check that it can be written to, by writing: a read-only disk does not show in the
 * file permissions.
 * @throws Fault `unavailable` with reason `data_folder_unusable`
 */
export function openDataFolder(folder: string): void {
  const probe = path.join(folder, `.probe-${process.pid}`);
  try {
    make(folder);
    writeFileSync(probe, "probe", { mode: 0o600 });
    rmSync(probe);
  } catch (cause) {
    const params = { folder, problem: problemOf(cause) };
    throw new Fault("unavailable", { code: "data_folder_unusable", params }, { cause });
  }
}

/** Step by step: Node's `recursive` never returns when a folder cannot be created although its parent exists. */
function make(folder: string): void {
  if (isFolder(folder)) return;
  if (path.dirname(folder) !== folder) make(path.dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isFolder(folder)) throw error; // another process may have created it first
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

const meanings: Record<string, string> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "its disk is read-only",
  ENOSPC: "its disk is full",
  EDQUOT: "its disk is full",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "it is a file",
};

function problemOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return meanings[code] ?? `the system answered ${code}`;
}
