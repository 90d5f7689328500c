import type { Dirent } from "node:fs";
import { cp, readdir, readlink, realpath, rm, stat } from "node:fs/promises";
import path from "node:path";
import { isInside } from "@/features/deployment/run/output";
import { Fault } from "@/lib/fault";

const maxFiles = 250_000;
const shown = 10;

export interface Sanitized {
  files: number;
  /** Paths that are not published, the first few. */
  leftOut: string[];
}

interface Pass extends Sanitized {
  /** The folder to publish. */
  root: string;
  /** The repository: a link may lead here. */
  source: string;
  signal: AbortSignal;
}

/**
 * Remove from a folder what must not be published: no dotfile but `.well-known`, no link out of it (what it leads to in the
 * repository is copied), nothing but files and folders.
 */
export async function sanitizeOutput(root: string, source: string, signal: AbortSignal): Promise<Sanitized> {
  const pass: Pass = { root, source: await realpath(source), signal, files: 0, leftOut: [] };
  await sanitizeFolder(pass, root);
  return { files: pass.files, leftOut: pass.leftOut };
}

async function sanitizeFolder(pass: Pass, folder: string): Promise<void> {
  pass.signal.throwIfAborted();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    await sanitizeEntry(pass, entry, path.join(folder, entry.name));
  }
}

async function sanitizeEntry(pass: Pass, entry: Dirent, full: string): Promise<void> {
  if (entry.name.startsWith(".") && entry.name !== ".well-known") return leaveOut(pass, full);
  if (entry.isSymbolicLink()) return sanitizeLink(pass, full);
  if (entry.isDirectory()) return sanitizeFolder(pass, full);
  if (!entry.isFile()) return leaveOut(pass, full);
  count(pass);
}

function count(pass: Pass): void {
  pass.files += 1;
  if (pass.files <= maxFiles) return;
  throw new Fault("too_large", { code: "output_too_large", params: { limit: maxFiles, what: "files" } });
}

async function leaveOut(pass: Pass, full: string): Promise<void> {
  await rm(full, { recursive: true, force: true });
  if (pass.leftOut.length < shown) pass.leftOut.push(path.relative(pass.root, full));
  else if (pass.leftOut.length === shown) pass.leftOut.push("…");
}

async function sanitizeLink(pass: Pass, full: string): Promise<void> {
  const target = await realpath(full).catch(() => null); // leads nowhere
  if (target === null || !isInside(pass.source, target)) return leaveOut(pass, full);
  const stays = isInside(pass.root, target) && !path.isAbsolute(await readlink(full));
  if (stays) return count(pass);
  if (isInside(target, full)) return leaveOut(pass, full); // a folder into itself
  await rm(full);
  await cp(target, full, { recursive: true, verbatimSymlinks: true });
  if ((await stat(full)).isDirectory()) await sanitizeFolder(pass, full);
  else count(pass);
}
