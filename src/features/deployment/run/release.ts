import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { db } from "@/db/client";
import { retryOnDatabaseOutage } from "@/db/outage";
import { changeChannel } from "@/features/deployment/announce";
import { extendLease, json } from "@/features/deployment/lease";
import { stopFault } from "@/features/deployment/run/heartbeat";
import type { Run, StepEnd } from "@/features/deployment/run/run";
import { makeFolderDurably, syncFolder } from "@/features/site/durable";
import { releaseFolder, releasesFolder } from "@/features/site/folder";
import { damagedFiles, readManifest } from "@/features/site/manifest";
import { siteUrl } from "@/features/site/url";
import type { SiteWarning } from "@/features/site/warning";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";

/**
 * Whether the files to publish are in place and whole: kept from before, or left by a try whose process died later. An
 * incomplete release is deleted so that it can be written again, except on a rollback, which writes none.
 */
export async function hasRelease({ lease, releaseId, rollback }: Run): Promise<boolean> {
  const folder = releaseFolder(lease.environmentId, releaseId);
  if ((await damagedFiles(folder))?.length === 0) return true;
  if (!rollback) await rm(folder, { recursive: true, force: true });
  return false;
}

/**
 * Publish: first the files, which nobody sees yet, then the row that decides what is served. The row is changed by one
 * statement under our fence, so no lock outlives it: a process that stops here for a while stands in nobody's way, and
 * finds out that it lost the deployment before it changes anything.
 */
export async function release(run: Run): Promise<StepEnd> {
  await assertHeld(run);
  const warnings = await placeFiles(run);
  const site = await retryOnDatabaseOutage(() => publish(run, warnings));
  run.published = true;
  run.log.info(`Published at ${siteUrl(site)}`);
  for (const warning of warnings) run.log.info(`Warning: ${messageOf(warning)}`);
  await prune(run.lease.environmentId);
  return "succeeded";
}

/** A process that lost its lease must not place files that the next run would take for its own. */
async function assertHeld({ lease }: Run): Promise<void> {
  const state = await retryOnDatabaseOutage(() => extendLease(lease));
  if (state !== "held") throw stopFault(state === "lost" ? "lease_lost" : "cancelled");
}

/**
 * Serve this release from now on. After this the deployment can no longer be cancelled.
 * @returns the host label of the site
 * @throws Fault reason `lease_lost` | `cancelled`
 */
export async function publish({ lease }: Run, warnings: SiteWarning[]): Promise<string> {
  const { deploymentId, environmentId, fence } = lease;
  const [published] = await db().$queryRaw<{ site: string }[]>`
    WITH claimed AS (
      UPDATE "deployment" SET "released" = true, "warnings" = ${json(warnings)}
      WHERE "deploymentId" = ${deploymentId} AND "fence" = ${fence} AND "status" = 'running'
        AND "cancelRequestedAt" IS NULL
      RETURNING "deploymentId", pg_notify(${changeChannel}, "deploymentId")::text AS "notified")
    UPDATE "environment" SET "currentDeploymentId" = claimed."deploymentId", "updatedAt" = clock_timestamp()
    FROM claimed WHERE "environmentId" = ${environmentId} RETURNING "site"`;
  if (published) return published.site;
  const row = await db().deployment.findUnique({ where: { deploymentId } });
  const held = row?.fence === fence && row.status === "running";
  throw stopFault(held && row.cancelRequestedAt ? "cancelled" : "lease_lost");
}

/**
 * Put the release where it is served from: one rename on one disk, so that the folder is never half there, and known to
 * the disk before any row names it.
 * @returns what its owner should know of it
 */
async function placeFiles(run: Run): Promise<SiteWarning[]> {
  const { environmentId } = run.lease;
  const folder = releaseFolder(environmentId, run.releaseId);
  if (!(await hasRelease(run))) {
    if (run.rollback) throw new Fault("conflict", { code: "release_gone" });
    if (!run.output) throw new Fault("internal", { code: "internal" });
    await makeFolderDurably(releasesFolder(environmentId), env().dataDir);
    await rename(run.output, folder);
  }
  // Also for files placed by an earlier run: its process may have died before they were flushed.
  await syncFolder(releasesFolder(environmentId));
  return (await readManifest(folder))?.warnings ?? [];
}

/** Releases of an environment that stay on disk, to go back to. */
export const keptReleases = 5;

/** Delete the files of releases that are too old to go back to. */
async function prune(environmentId: string): Promise<void> {
  const folder = releasesFolder(environmentId);
  for (const name of await readdir(folder)) {
    // Read again before each deletion: this process may have been suspended since the last read.
    const kept = await lastReleases(environmentId);
    if (!kept.has(name)) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

/** What is served, and what was published last; a deployment that runs or waits may be about to publish and counts,
 * also one that promotes a release to another environment. */
async function lastReleases(environmentId: string): Promise<Set<string>> {
  const select = { deploymentId: true, rollbackOfId: true };
  const environment = await db().environment.findUnique({
    where: { environmentId },
    select: { current: { select } },
  });
  const rows = await db().deployment.findMany({
    where: { environmentId, OR: [{ released: true }, { status: { in: ["running", "queued"] } }] },
    orderBy: { startedAt: "desc" },
    take: keptReleases * 10,
    select,
  });
  const promoted = await db().$queryRaw<{ releaseId: string }[]>`
    SELECT coalesce(s."rollbackOfId", s."deploymentId") AS "releaseId"
    FROM "deployment" p JOIN "deployment" s ON s."deploymentId" = p."promotedFromId"
    WHERE p."status" IN ('queued', 'running') AND s."environmentId" = ${environmentId}`;
  const names = rows.map((row) => row.rollbackOfId ?? row.deploymentId);
  const current = environment?.current;
  const served = current ? [current.rollbackOfId ?? current.deploymentId] : [];
  const kept = [...new Set(names)].slice(0, keptReleases);
  return new Set([...kept, ...served, ...promoted.map(({ releaseId }) => releaseId)]);
}
