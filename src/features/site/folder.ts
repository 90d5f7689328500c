/**
 * Where things lie in the data folder:
 * `environments/<id>/releases/<deployment>/` the files of one release, `environments/<id>/current` the link to the
 * one that is served, `sites/<host label>` a link to the environment, so that a new name moves no file.
 */
import path from "node:path";
import { env } from "@/lib/env";

export function environmentFolder(environmentId: string): string {
  return path.join(env().dataDir, "environments", environmentId);
}

export function releasesFolder(environmentId: string): string {
  return path.join(environmentFolder(environmentId), "releases");
}

export function releaseFolder(environmentId: string, releaseId: string): string {
  return path.join(releasesFolder(environmentId), releaseId);
}

export function currentLink(environmentId: string): string {
  return path.join(environmentFolder(environmentId), "current");
}

export function sitesFolder(): string {
  return path.join(env().dataDir, "sites");
}

/** Links to the environment's folder. `site` is one label of a host name. */
export function siteLink(site: string): string {
  return path.join(sitesFolder(), site);
}

/** The folders of all environments lie in here. */
export function environmentsFolder(): string {
  return path.join(env().dataDir, "environments");
}

/** Scratch space of running deployments, on the same disk as the releases, so that publishing is one rename. */
export function workFolder(): string {
  return path.join(env().dataDir, "work");
}

export function mirrorsFolder(): string {
  return path.join(env().dataDir, "mirrors");
}

/** The bare mirror of an application's repository. */
export function mirrorFolder(applicationId: string): string {
  return path.join(mirrorsFolder(), `${applicationId}.git`);
}
