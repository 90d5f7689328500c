import { lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { type Db, db, transaction } from "@/db/client";
import { retryOnDatabaseOutage } from "@/db/outage";
import { changeChannel } from "@/features/deployment/announce";
import type { Run, StepEnd } from "@/features/deployment/run/run";
import { releaseFolder, releasesFolder } from "@/features/site/folder";
import { currentRelease, pointCurrent, pointSite } from "@/features/site/link";
import { siteUrl } from "@/features/site/url";
import { Fault } from "@/lib/fault";

/** Whether the files to publish are in place: kept from before, or left by a try whose process died later. */
export async function hasRelease({ lease, releaseId }: Run): Promise<boolean> {
  return isThere(releaseFolder(lease.environmentId, releaseId));
}

async function isThere(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return found !== null;
}

/**
 * Publish. Everything happens while we hold the row of the deployment under our fence: a process that has lost it
 * finds that out before it touches a file, and nobody can take it over before the switch is done and written down.
 */
export async function release(run: Run): Promise<StepEnd> {
  const site = await retryOnDatabaseOutage(() => transaction((tx) => publish(tx, run)));
  run.published = true;
  run.log.info(`Published at ${siteUrl(site)}`);
  await prune(run.lease.environmentId);
  return "succeeded";
}

async function publish(tx: Db, run: Run): Promise<string> {
  const { deploymentId, environmentId } = run.lease;
  await claim(tx, run);
  await tx.$queryRaw`SELECT 1 FROM "environment" WHERE "environmentId" = ${environmentId} FOR UPDATE`;
  await placeFiles(run);
  await pointCurrent(environmentId, run.releaseId);
  const data = { currentDeploymentId: deploymentId };
  const { site } = await tx.environment.update({ where: { environmentId }, data, select: { site: true } });
  await pointSite(site, environmentId);
  return site;
}

/** After this the deployment can no longer be cancelled. @throws Fault reason `lease_lost` | `cancelled` */
async function claim(tx: Db, { lease }: Run): Promise<void> {
  const rows = await tx.$queryRaw<{ cancelled: boolean }[]>`
    UPDATE "deployment" SET "released" = true
    WHERE "deploymentId" = ${lease.deploymentId} AND "fence" = ${lease.fence} AND "status" = 'running'
    RETURNING "cancelRequestedAt" IS NOT NULL AS "cancelled",
      pg_notify(${changeChannel}, "deploymentId")::text AS "told"`;
  if (!rows[0]) throw new Fault("conflict", { code: "lease_lost" });
  if (rows[0].cancelled) throw new Fault("conflict", { code: "cancelled" });
}

/** One rename on one disk: the folder is never half there. */
async function placeFiles(run: Run): Promise<void> {
  if (await hasRelease(run)) return;
  if (run.rollback) throw new Fault("conflict", { code: "release_gone" });
  if (!run.output) throw new Fault("internal", { code: "internal" });
  const { environmentId } = run.lease;
  await mkdir(releasesFolder(environmentId), { recursive: true, mode: 0o700 });
  await rename(run.output, releaseFolder(environmentId, run.releaseId));
}

/** Releases of an environment that stay on disk, to go back to. */
export const keptReleases = 5;

/** Delete the files of releases that are too old to go back to. */
async function prune(environmentId: string): Promise<void> {
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
