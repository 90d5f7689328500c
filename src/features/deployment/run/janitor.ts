import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { db } from "@/db/client";
import { json } from "@/features/deployment/lease";
import { killOrphanProcesses } from "@/features/deployment/run/orphan-processes";
import { environmentsFolder, mirrorsFolder, releaseFolder, workFolder } from "@/features/site/folder";
import { damagedFiles } from "@/features/site/manifest";
import { log } from "@/lib/log";

const aDayMs = 24 * 3600 * 1000;

/** Delete from the data folder what a killed process or a removed application left behind. */
export async function reconcileDataFolder(): Promise<void> {
  await removeFinishedWork();
  await removeOrphanFolders(environmentsFolder(), await knownEnvironments());
  await removeOrphanFolders(mirrorsFolder(), await knownMirrors());
}

/** Delete the scratch folders of runs that are over, and kill processes that their builds left running. */
export async function removeFinishedWork(): Promise<void> {
  for (const name of await names(workFolder())) {
    const [deploymentId = "", fence = ""] = name.split(".");
    const where = { deploymentId, fence: Number(fence) || -1, status: "running" };
    if ((await db().deployment.count({ where })) > 0) continue;
    const folder = path.join(workFolder(), name);
    killOrphanProcesses(path.join(folder, "home"));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Check that the served releases are complete on disk. Lost files are reported in the log and as a warning of the
 * deployment; otherwise visitors would notice first.
 */
export async function checkServedReleases(): Promise<void> {
  const served = await db().deployment.findMany({
    where: { currentOf: { some: {} } },
    select: { deploymentId: true, environmentId: true, rollbackOfId: true },
  });
  for (const { deploymentId, environmentId, rollbackOfId } of served) {
    const damaged = await damagedFiles(releaseFolder(environmentId, rollbackOfId ?? deploymentId));
    if (damaged?.length === 0) continue;
    log.error({ deploymentId, environmentId, files: damaged }, "a published release is damaged");
    await warnOnce(deploymentId);
  }
}

async function warnOnce(deploymentId: string): Promise<void> {
  const warning = json([{ code: "release_damaged" }]);
  await db().$executeRaw`UPDATE "deployment" SET "warnings" = "warnings" || ${warning}
    WHERE "deploymentId" = ${deploymentId} AND NOT "warnings" @> ${warning}`;
}

/**
 * Delete folders that no row names. When not a single folder is known, the data folder or the database belongs to
 * another instance, and nothing is deleted.
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

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}
