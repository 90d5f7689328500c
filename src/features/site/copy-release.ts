import { copyFile, link, mkdir } from "node:fs/promises";
import path from "node:path";
import { syncFolder, writeDurably } from "@/features/site/durable";
import { filesFolder, manifestFile } from "@/features/site/folder";
import { damagedFiles, readManifest } from "@/features/site/manifest";
import { Fault } from "@/lib/fault";

/**
 * Have the same release in another folder. Files of a release never change, so they are linked where the disk can.
 * @throws Fault `conflict` reason `release_gone` when the release is not whole
 */
export async function copyRelease(from: string, to: string, signal: AbortSignal): Promise<void> {
  const manifest = await readManifest(from);
  if (!manifest || (await damagedFiles(from))?.length !== 0) {
    throw new Fault("conflict", { code: "release_gone" });
  }
  const folders = new Set([to, filesFolder(to)]);
  for (const name of Object.keys(manifest.files)) {
    signal.throwIfAborted();
    const target = path.join(filesFolder(to), name);
    for (let at = path.dirname(target); !folders.has(at); at = path.dirname(at)) folders.add(at);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    await linkOrCopy(path.join(filesFolder(from), name), target);
  }
  await mkdir(filesFolder(to), { recursive: true, mode: 0o700 });
  for (const each of folders) await syncFolder(each);
  await writeDurably(manifestFile(to), JSON.stringify(manifest));
}

/** What a disk answers that has no hard links, or no further one of this file. */
const unlinkable = new Set(["EXDEV", "EPERM", "EMLINK", "ENOTSUP", "EOPNOTSUPP"]);

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && unlinkable.has(String(error.code)))) throw error;
    await copyFile(from, to);
  }
}
