import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { db } from "@/db/client";
import {
  environmentFolder,
  environmentsFolder,
  mirrorsFolder,
  sitesFolder,
  workFolder,
} from "@/features/site/folder";
import { currentRelease, pointCurrent, pointSite, siteEnvironment } from "@/features/site/link";

const aDayMs = 24 * 3600 * 1000;

/** Bring the data folder in line with the database: what a killed process left is removed, links are mended. */
export async function reconcileDataFolder(): Promise<void> {
  await removeFinishedWork();
  await reconcileSites();
  await removeOrphanFolders(environmentsFolder(), await knownEnvironments());
  await removeOrphanFolders(mirrorsFolder(), await knownMirrors());
}

/** Scratch space whose try is over. */
export async function removeFinishedWork(): Promise<void> {
  for (const name of await names(workFolder())) {
    const [deploymentId = "", fence = ""] = name.split(".");
    const where = { deploymentId, fence: Number(fence) || -1, status: "running" };
    if ((await db().deployment.count({ where })) > 0) continue;
    await rm(path.join(workFolder(), name), { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The database decides what is served; the links follow, also after a crash between the two. */
async function reconcileSites(): Promise<void> {
  const environments = await db().environment.findMany({
    where: { deployments: { none: { status: "running" } } },
    select: {
      environmentId: true,
      site: true,
      current: { select: { deploymentId: true, rollbackOfId: true } },
    },
  });
  for (const { environmentId, site, current } of environments) {
    const releaseId = current?.rollbackOfId ?? current?.deploymentId;
    if (!releaseId || !(await isThere(environmentFolder(environmentId)))) continue;
    if ((await currentRelease(environmentId)) !== releaseId) await pointCurrent(environmentId, releaseId);
    await pointSite(site, environmentId);
  }
  await removeStaleLinks();
}

/** Names that lead to another environment, or to one that is gone. Only the link goes. */
async function removeStaleLinks(): Promise<void> {
  for (const site of await names(sitesFolder())) {
    const environmentId = await siteEnvironment(site);
    const known = environmentId && (await db().environment.count({ where: { environmentId, site } }));
    if (!known) await rm(path.join(sitesFolder(), site), { force: true });
  }
}

/**
 * Folders of what was removed. When not one of them is known, this is another instance's data folder or the wrong
 * database, and nothing is touched.
 */
async function removeOrphanFolders(folder: string, known: ReadonlySet<string>): Promise<void> {
  const found = await names(folder);
  if (!found.some((name) => known.has(name))) return;
  for (const name of found.filter((name) => !known.has(name))) {
    const full = path.join(folder, name);
    const seen = await stat(full).catch(() => null); // gone meanwhile
    if (seen && Date.now() - seen.mtimeMs > aDayMs) await rm(full, { recursive: true, force: true });
  }
}

async function knownEnvironments(): Promise<Set<string>> {
  const rows = await db().environment.findMany({ select: { environmentId: true } });
  return new Set(rows.map((row) => row.environmentId));
}

async function knownMirrors(): Promise<Set<string>> {
  const rows = await db().application.findMany({ select: { applicationId: true } });
  return new Set(rows.flatMap(({ applicationId: id }) => [`${id}.git`, `${id}.git.lock`]));
}

async function isThere(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null)) !== null;
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}
