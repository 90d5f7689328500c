import { rm } from "node:fs/promises";
import type { ApplicationRow } from "@/features/application/public";
import { siteLink } from "@/features/site/folder";
import { currentRelease, pointSite, siteEnvironment } from "@/features/site/link";

/** After a change of slug: the new names lead to the sites, the old ones nowhere. */
export async function moveSites(before: ApplicationRow, after: ApplicationRow): Promise<void> {
  for (const { environmentId, site } of after.environments) {
    if (await currentRelease(environmentId)) await pointSite(site, environmentId);
    const old = before.environments.find((each) => each.environmentId === environmentId)?.site;
    if (old && old !== site && (await siteEnvironment(old)) === environmentId) {
      await rm(siteLink(old), { force: true });
    }
  }
}
