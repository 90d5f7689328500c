import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import path from "node:path";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";

/** Whether an error code of the system says that a disk or a quota is full. */
export function isDiskError(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/**
 * Make sure that there is room for new work in the data folder.
 * @throws Fault `unavailable` reason `disk_low` below the floor that is set
 */
export async function assertDiskSpace(): Promise<void> {
  const { dataDir, diskFloor } = env();
  const { bavail, bsize } = await statfs(existing(dataDir));
  const free = Math.floor((bavail * bsize) / 1_000_000);
  if (free < diskFloor)
    throw new Fault("unavailable", { code: "disk_low", params: { free, floor: diskFloor } });
}

/** The folder itself, or its nearest existing parent: it may only be created by the first deployment. */
function existing(folder: string): string {
  return existsSync(folder) || folder === path.dirname(folder) ? folder : existing(path.dirname(folder));
}
