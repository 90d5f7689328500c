/** Making sure that what was written is on the disk: a power cut keeps only that. */
import { mkdir, open, rename } from "node:fs/promises";
import path from "node:path";

/**
 * Flush the entries of a folder to disk: without it a new or renamed file can vanish although its content was flushed.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // Windows cannot open folders, and NTFS journals names
  await sync(folder);
}

async function sync(target: string): Promise<void> {
  const handle = await open(target, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Write a file that is there either wholly or not at all, also after a power cut. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const unfinished = `${file}.tmp`;
  const handle = await open(unfinished, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
  await syncFolder(path.dirname(file));
}

/** Make a folder and its parents, up to `root`, so that all of them survive a power cut. */
export async function makeFolderDurably(folder: string, root: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let at = folder; at.startsWith(root); at = path.dirname(at)) {
    await syncFolder(at);
    if (at === root) return;
  }
}
