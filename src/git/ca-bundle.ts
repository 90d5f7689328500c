import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import tls from "node:tls";
import { extraAuthorityFile } from "@/lib/env";

let folder: Promise<string> | undefined;

/**
 * A file with the public authorities and those added for this instance, since git cannot add to its own list,
 * only replace it. Null when nothing is added: then git's own list serves.
 */
export async function authorityBundle(ca: readonly string[] = []): Promise<string | null> {
  const extra = extraAuthorityFile();
  const added = [...(extra ? [await readFile(extra, "utf8")] : []), ...ca];
  if (added.length === 0) return null;
  const text = [...tls.rootCertificates, ...added].join("\n");
  const name = `${createHash("sha256").update(text).digest("hex")}.pem`;
  const file = written.get(name) ?? write(name, text);
  written.set(name, file);
  return file;
}

/** Written once: another git may be reading it. */
const written = new Map<string, Promise<string>>();

async function write(name: string, text: string): Promise<string> {
  const file = path.join(/*turbopackIgnore: true*/ await ownFolder(), name);
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

/** Of this process and readable by it alone: whoever could write here could have any host trusted. */
function ownFolder(): Promise<string> {
  folder ??= makeFolder();
  return folder;
}

async function makeFolder(): Promise<string> {
  const made = await mkdtemp(path.join(os.tmpdir(), "slipway-ca-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Remove the written files; for test workers, which end without running exit handlers. */
export async function removeBundles(): Promise<void> {
  const made = await folder;
  folder = undefined;
  written.clear();
  if (made) rmSync(made, { recursive: true, force: true });
}
