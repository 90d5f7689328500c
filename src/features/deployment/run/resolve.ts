import { db } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { openProvider } from "@/features/deployment/run/forge";
import { change, json } from "@/features/deployment/run/lease";
import { patiently } from "@/features/deployment/run/patience";
import { persistently } from "@/features/deployment/run/persist";
import { followRename } from "@/features/deployment/run/rename";
import type { Run, StepEnd } from "@/features/deployment/run/run";
import type { Commit } from "@/git/nouns";

/** Find the one commit that is deployed. It stays the same from here on, whatever becomes of the branch. */
export async function resolve(run: Run): Promise<StepEnd> {
  if (run.commit) {
    run.log.info(`Commit ${run.commit.sha}, as before.`);
    return "succeeded";
  }
  const { forge, provider } = await openProvider(run);
  const { fullName } = run.application.repository;
  run.log.info(`Asking ${provider.manifest.label} for ${run.ref} of ${fullName}.`);
  const { repository } = run.application;
  const [found] = await Promise.all([
    patiently(run, () => forge.refs.resolve(repository, run.ref)),
    followRename(run, forge),
  ]);
  await keepCommit(run, found.commit ?? bare(found.sha));
  run.log.info(`${run.ref} is commit ${found.sha}${found.commit ? `: ${found.commit.subject}` : ""}.`);
  return "succeeded";
}

/** A plain git server names only the id; the checkout reads the rest from the repository. */
function bare(sha: string): Commit {
  return { sha, subject: "", author: "", committedAt: "", url: null };
}

/** Store which commit this run deploys. @throws Fault `conflict` reason `lease_lost` */
export async function keepCommit(run: Run, commit: Commit): Promise<void> {
  await persistently(() => change(db(), run.lease, Prisma.sql`"commit" = ${json(commit)}`));
  run.commit = commit;
}
