import type { Dirent } from "node:fs";
import { cp, readdir, readlink, realpath, rm, stat } from "node:fs/promises";
import path from "node:path";
import { isInside } from "@/features/deployment/run/output";
import { Fault } from "@/lib/fault";

const maxFiles = 250_000;
const shown = 10;

export interface Tidied {
  files: number;
  /** Paths that are not published, the first few. */
  leftOut: string[];
}

interface Walk extends Tidied {
  /** The folder to publish. */
  root: string;
  /** The repository: a link may lead here. */
  source: string;
  signal: AbortSignal;
}

/**
 * Make a folder fit to be published as it is: no dotfile but `.well-known`, no link out of it (what it leads to in the
 * repository is copied), nothing but files and folders.
 */
export async function tidy(root: string, source: string, signal: AbortSignal): Promise<Tidied> {
  const walk: Walk = { root, source: await realpath(source), signal, files: 0, leftOut: [] };
  await tidyFolder(walk, root);
  return { files: walk.files, leftOut: walk.leftOut };
}

async function tidyFolder(walk: Walk, folder: string): Promise<void> {
  walk.signal.throwIfAborted();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    await tidyEntry(walk, entry, path.join(folder, entry.name));
  }
}

async function tidyEntry(walk: Walk, entry: Dirent, full: string): Promise<void> {
  if (entry.name.startsWith(".") && entry.name !== ".well-known") return leaveOut(walk, full);
  if (entry.isSymbolicLink()) return tidyLink(walk, full);
  if (entry.isDirectory()) return tidyFolder(walk, full);
  if (!entry.isFile()) return leaveOut(walk, full);
  count(walk);
}

function count(walk: Walk): void {
  walk.files += 1;
  if (walk.files <= maxFiles) return;
  throw new Fault("too_large", { code: "output_too_large", params: { limit: maxFiles, what: "files" } });
}

async function leaveOut(walk: Walk, full: string): Promise<void> {
  await rm(full, { recursive: true, force: true });
  if (walk.leftOut.length < shown) walk.leftOut.push(path.relative(walk.root, full));
  else if (walk.leftOut.length === shown) walk.leftOut.push("…");
}

async function tidyLink(walk: Walk, full: string): Promise<void> {
  const target = await realpath(full).catch(() => null); // leads nowhere
  if (target === null || !isInside(walk.source, target)) return leaveOut(walk, full);
  const stays = isInside(walk.root, target) && !path.isAbsolute(await readlink(full));
  if (stays) return count(walk);
  if (isInside(target, full)) return leaveOut(walk, full); // a folder into itself
  await rm(full);
  await cp(target, full, { recursive: true, verbatimSymlinks: true });
  if ((await stat(full)).isDirectory()) await tidyFolder(walk, full);
  else count(walk);
}
