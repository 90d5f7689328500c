import { mkdir, readlink, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { currentLink, environmentFolder, siteLink } from "@/features/site/folder";
import { newId } from "@/lib/id";

/** What a link points at; null when there is none. */
async function linkTarget(link: string): Promise<string | null> {
  try {
    return await readlink(link);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOENT" || code === "EINVAL") return null;
    throw error;
  }
}

/** Make a link point at `target` in one step: whoever follows it sees the old or the new place, never none. */
async function pointTo(link: string, target: string): Promise<void> {
  if ((await linkTarget(link)) === target) return;
  await mkdir(path.dirname(link), { recursive: true, mode: 0o700 });
  const fresh = `${link}.${newId()}.new`;
  await symlink(target, fresh);
  try {
    await rename(fresh, link);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** Serve this release of the environment from now on. */
export function pointCurrent(environmentId: string, releaseId: string): Promise<void> {
  return pointTo(currentLink(environmentId), path.join("releases", releaseId));
}

/** The release that is served; null before the first one. */
export async function currentRelease(environmentId: string): Promise<string | null> {
  const target = await linkTarget(currentLink(environmentId));
  return target === null ? null : path.basename(target);
}

/** Let a host label lead to an environment. */
export function pointSite(site: string, environmentId: string): Promise<void> {
  return pointTo(siteLink(site), path.join("..", "environments", environmentId));
}

/** The environment a host label leads to; null for an unknown one. */
export async function siteEnvironment(site: string): Promise<string | null> {
  const target = await linkTarget(siteLink(site));
  return target === null ? null : path.basename(target);
}

/** Take a site off the net, then delete its files. */
export async function removeSite(site: string, environmentId: string): Promise<void> {
  if ((await siteEnvironment(site)) === environmentId) await rm(siteLink(site), { force: true });
  await rm(environmentFolder(environmentId), { recursive: true, force: true });
}
