import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { Fault } from "@/lib/fault";

const everyMs = 250;

/** Check the size of a folder repeatedly, and call back when it passes the limit. Returns a function that stops. */
export function watchQuota(
  quota: { folder: string; maxBytes: number },
  onPassed: (why: Fault) => void,
): () => void {
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const size = await folderBytes(quota.folder);
    if (ended) return;
    if (size > quota.maxBytes) onPassed(tooLarge(quota.maxBytes));
    else timer = setTimeout(look, everyMs);
  };
  timer = setTimeout(look, everyMs);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

function tooLarge(limit: number): Fault {
  return new Fault("too_large", { code: "repository_too_large", params: { limit } });
}

/** Bytes of all files below a folder. Files that disappear meanwhile count as nothing. */
async function folderBytes(folder: string): Promise<number> {
  const entries = await orNothing(readdir(folder, { withFileTypes: true }), []);
  const sizes = await Promise.all(
    entries.map((entry) => {
      const full = path.join(folder, entry.name);
      return entry.isDirectory() ? folderBytes(full) : fileBytes(full);
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function fileBytes(file: string): Promise<number> {
  const found = await orNothing(stat(file), null);
  return found?.size ?? 0;
}

async function orNothing<T>(work: Promise<T>, nothing: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const gone =
      error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
    if (gone) return nothing;
    throw error;
  }
}
