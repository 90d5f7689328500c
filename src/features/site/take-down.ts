import { rm } from "node:fs/promises";
import { environmentFolder, mirrorFolder } from "@/features/site/folder";

/** What lies in the data folder for one application. */
export interface Published {
  applicationId: string;
  environments: { environmentId: string }[];
}

/** Delete the files and the mirror of an application that is no more. Its sites went off the net with its rows. */
export async function takeDown({ applicationId, environments }: Published): Promise<void> {
  for (const { environmentId } of environments) {
    await rm(environmentFolder(environmentId), { recursive: true, force: true });
  }
  await rm(mirrorFolder(applicationId), { recursive: true, force: true });
}
