/** For tests: releases as deployments leave them, and what is served of them. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { db } from "@/db/client";
import { freshSteps } from "@/features/deployment/step";
import { filesFolder, releaseFolder } from "@/features/site/folder";
import type { Manifest } from "@/features/site/manifest";
import { writeRelease } from "@/features/site/write-release";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";

/** Write a whole release out of these files. */
export async function seedRelease(
  environmentId: string,
  releaseId: string,
  files: Record<string, string | Buffer>,
  previous: Manifest | null = null,
): Promise<Manifest> {
  const scratch = path.join(env().dataDir, "seed", newId());
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(scratch, name)), { recursive: true });
    writeFileSync(path.join(scratch, name), text);
  }
  return writeRelease({
    folder: releaseFolder(environmentId, releaseId),
    files: Object.keys(files).map((name) => ({ from: path.join(scratch, name), name })),
    warnings: [],
    previous,
    signal: new AbortController().signal,
  });
}

interface Target {
  organizationId: string;
  applicationId: string;
  environmentId: string;
}

/** Publish files as a deployment would. */
export async function seedPublished(target: Target, files: Record<string, string>): Promise<string> {
  const { organizationId, applicationId, environmentId } = target;
  const ids = { organizationId, applicationId, environmentId };
  const data = { ...ids, status: "succeeded", released: true, ref: "main", trigger: "manual" };
  const { deploymentId } = await db().deployment.create({ data: { ...data, steps: freshSteps() } });
  await seedRelease(environmentId, deploymentId, files);
  await db().environment.update({ where: { environmentId }, data: { currentDeploymentId: deploymentId } });
  return deploymentId;
}

/** The folder with the files that an environment shows; null before anything is published, and where it is gone. */
export async function publishedFolder(
  where: { environmentId: string } | { site: string },
): Promise<string | null> {
  const row = await db().environment.findUnique({
    where: "environmentId" in where ? { environmentId: where.environmentId } : { site: where.site },
    select: { environmentId: true, current: { select: { deploymentId: true, rollbackOfId: true } } },
  });
  const releaseId = row?.current?.rollbackOfId ?? row?.current?.deploymentId;
  return row && releaseId ? filesFolder(releaseFolder(row.environmentId, releaseId)) : null;
}

export async function publishedText(
  where: { environmentId: string } | { site: string },
  name = "index.html",
): Promise<string | null> {
  const folder = await publishedFolder(where);
  return folder && readFileSync(path.join(folder, name), "utf8");
}

export async function publishedNames(where: { environmentId: string } | { site: string }): Promise<string[]> {
  const folder = await publishedFolder(where);
  const names = folder ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder ?? "", path.join(entry.parentPath, entry.name)))
    .sort();
}
