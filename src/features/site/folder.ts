/**
 * Where things lie in the data folder: `environments/<id>/releases/<deployment>/` is one release, with its files below
 * `files/` and what is known of them in `manifest.json`. Which release is served stands in the database alone.
 */
import path from "node:path";
import { env } from "@/lib/env";

/** The folders of all environments lie in here. */
export function environmentsFolder(): string {
  return path.join(env().dataDir, "environments");
}

export function environmentFolder(environmentId: string): string {
  return path.join(environmentsFolder(), environmentId);
}

export function releasesFolder(environmentId: string): string {
  return path.join(environmentFolder(environmentId), "releases");
}

export function releaseFolder(environmentId: string, releaseId: string): string {
  return path.join(releasesFolder(environmentId), releaseId);
}

/** The files of a release, under the names of their addresses. */
export function filesFolder(release: string): string {
  return path.join(release, "files");
}

/** Written last: a release with a manifest is whole. */
export function manifestFile(release: string): string {
  return path.join(release, "manifest.json");
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
