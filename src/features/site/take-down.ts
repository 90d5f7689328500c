import { rm } from "node:fs/promises";
import { mirrorFolder } from "@/features/site/folder";
import { removeSite } from "@/features/site/link";

/** What lies in the data folder for one application. */
export interface Published {
  applicationId: string;
  environments: { environmentId: string; site: string }[];
}

/** Take the sites of an application that is no more off the net, and delete its files and its mirror. */
export async function takeDown({ applicationId, environments }: Published): Promise<void> {
  for (const { site, environmentId } of environments) await removeSite(site, environmentId);
  await rm(mirrorFolder(applicationId), { recursive: true, force: true });
}
