import { isUtf8 } from "node:buffer";
import { lstat, readdir, realpath } from "node:fs/promises";
import path from "node:path";
import { isInside } from "@/features/deployment/run/output";
import { isPublicName } from "@/features/site/resolve-path";
import type { Chosen } from "@/features/site/write-release";
import { Fault } from "@/lib/fault";

/** What a folder may have at most to be published. */
export const outputLimits = { files: 250_000, bytes: 5_000_000_000 };

export interface Sanitized {
  files: Chosen[];
  /** Paths that are not published, the first few. */
  leftOut: string[];
  /** Paths that no address can name, with their bytes written out. */
  unreadable: string[];
}

interface Pass extends Sanitized {
  bytes: number;
  /** The repository: a link may lead here. */
  source: string;
  limits: typeof outputLimits;
  signal: AbortSignal;
}

const shown = 10;

/**
 * Choose from a folder what may be published: no dotfile but `.well-known`, no link out of the repository or to a
 * dotfile (of others, what they lead to), nothing but files.
 * @throws Fault `too_large` reason `output_too_large`
 */
export async function sanitizeOutput(
  root: string,
  source: string,
  signal: AbortSignal,
  limits = outputLimits,
): Promise<Sanitized> {
  const real = await realpath(source);
  const pass: Pass = { source: real, signal, limits, bytes: 0, files: [], leftOut: [], unreadable: [] };
  await sanitizeFolder(pass, await realpath(root), "");
  const { files, leftOut, unreadable } = pass;
  return { files, leftOut, unreadable };
}

/** @param name path below the root of the site; empty for the root */
async function sanitizeFolder(pass: Pass, folder: string, name: string): Promise<void> {
  pass.signal.throwIfAborted();
  const entries = await readdir(folder, { encoding: "buffer" });
  for (const entry of entries.sort(Buffer.compare)) {
    const text = entry.toString("utf8");
    if (!isUtf8(entry) || text.includes("\\")) {
      pass.unreadable.push(path.posix.join(name, written(entry)));
    } else {
      await sanitizeEntry(pass, path.join(folder, text), path.posix.join(name, text));
    }
  }
}

/** A name that is no UTF-8 as a person can find it: `caf\xe9`. */
function written(name: Buffer): string {
  return name.toString("latin1").replace(/[^\x20-\x7e]/g, (sign) => {
    return `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

async function sanitizeEntry(pass: Pass, full: string, name: string): Promise<void> {
  if (!isPublicName(path.posix.basename(name))) return leaveOut(pass, name);
  const seen = await lstat(full);
  if (seen.isSymbolicLink()) return sanitizeLink(pass, full, name);
  if (seen.isDirectory()) return sanitizeFolder(pass, full, name);
  if (!seen.isFile()) return leaveOut(pass, name);
  addFile(pass, { from: full, name }, seen.size);
}

function addFile(pass: Pass, file: Chosen, size: number): void {
  pass.files.push(file);
  pass.bytes += size;
  if (pass.files.length > pass.limits.files) throw tooLarge(pass.limits.files, "files");
  if (pass.bytes > pass.limits.bytes) throw tooLarge(pass.limits.bytes, "bytes");
}

function tooLarge(limit: number, what: string): Fault {
  return new Fault("too_large", { code: "output_too_large", params: { limit, what } });
}

function leaveOut({ leftOut }: Pass, name: string): void {
  if (leftOut.length < shown) leftOut.push(name);
  else if (leftOut.length === shown) leftOut.push("…");
}

async function sanitizeLink(pass: Pass, full: string, name: string): Promise<void> {
  const target = await realpath(full).catch(() => null); // leads nowhere
  if (target === null || !isInside(pass.source, target)) return leaveOut(pass, name);
  const parts = path.relative(pass.source, target).split(path.sep);
  if (!parts.every(isPublicName)) return leaveOut(pass, name);
  const seen = await lstat(target);
  if (seen.isFile()) return addFile(pass, { from: target, name }, seen.size);
  // A link to a folder that contains the link would recurse for ever.
  const holder = await realpath(path.dirname(full));
  if (!seen.isDirectory() || isInside(target, holder)) return leaveOut(pass, name);
  await sanitizeFolder(pass, target, name);
}
