import type { Caller } from "@/access/caller";
import type { Db } from "@/db/client";
import type { Environment } from "@/db/generated/client";
import { actorOf, triggerOf } from "@/features/deployment/actor";
import { insertDeployment } from "@/features/deployment/enqueue";

/** What a member has deployed to a preview. */
interface ByHand {
  preview: Pick<Environment, "applicationId" | "environmentId" | "isFork">;
  ref: string;
  sha: string;
  /** The ref of the application's repository that holds the commit. */
  fetchRef?: string | null;
  repositoriesOf?: string;
}

/** Queue a deployment of a preview by hand. One of a fork gets no secrets, whoever asks for it. */
export async function deployPreview(tx: Db, caller: Caller, given: ByHand): Promise<void> {
  const { preview, ref, sha, fetchRef, repositoriesOf } = given;
  const { applicationId, environmentId, isFork } = preview;
  const actor = actorOf(caller);
  await insertDeployment(tx, actor, {
    applicationId,
    environmentId,
    ref,
    // The checkout reads the rest from the repository.
    commit: { sha, subject: "", author: "", committedAt: "", url: null },
    trigger: triggerOf(actor),
    withSecrets: !isFork,
    fetchRef,
    ...(isFork ? {} : { repositoriesOf }),
  });
}
