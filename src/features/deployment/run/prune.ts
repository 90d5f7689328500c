import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { db } from "@/db/client";
import { releasesFolder } from "@/features/site/folder";
import { currentRelease } from "@/features/site/link";

/** Releases of an environment that stay on disk, to go back to. */
export const keptReleases = 5;

/** Delete the files of releases that are too old to go back to. */
export async function prune(environmentId: string): Promise<void> {
  const kept = new Set([...(await lastReleases(environmentId)), await currentRelease(environmentId)]);
  const folder = releasesFolder(environmentId);
  for (const name of await readdir(folder)) {
    if (!kept.has(name)) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

/** What was published last, newest first; a deployment that runs may be about to publish and counts as well. */
async function lastReleases(environmentId: string): Promise<string[]> {
  const rows = await db().deployment.findMany({
    where: { environmentId, OR: [{ released: true }, { status: "running" }] },
    orderBy: { startedAt: "desc" },
    take: keptReleases * 10,
    select: { deploymentId: true, rollbackOfId: true },
  });
  const releases = new Set(rows.map((row) => row.rollbackOfId ?? row.deploymentId));
  return [...releases].slice(0, keptReleases);
}
