import { retryOnDatabaseOutage } from "@/db/outage";
import { openProvider } from "@/features/deployment/run/open-provider";
import { hasRelease } from "@/features/deployment/run/release";
import { type Run, retryHost, type StepEnd } from "@/features/deployment/run/run";
import { storeCommit } from "@/features/deployment/state";
import { checkRepositoryAccess } from "@/features/git-provider/repository/check-access";
import { syncName } from "@/features/git-provider/repository/sync-name";
import type { Commit, Repository, RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";

/** Resolve the ref to the commit to deploy. Later changes of the branch do not matter. */
export async function resolve(run: Run): Promise<StepEnd> {
  if (run.commit) {
    run.log.info(`Commit ${run.commit.sha}, as before.`);
    // Files that are kept need no host; those that are still to be fetched must come from the same repository.
    if (run.promotedRelease) return "succeeded";
    if (!(await hasRelease(run))) await followRename(run, (await openProvider(run)).forge);
    return "succeeded";
  }
  const { forge, provider } = await openProvider(run);
  const { fullName } = run.application.repository;
  run.log.info(`Asking ${provider.manifest.label} for ${run.ref} of ${fullName}.`);
  const { repository } = run.application;
  const [answer, rename] = await Promise.allSettled([
    retryHost(run, () => forge.refs.resolve(repository, run.fetchRef ?? run.ref)),
    followRename(run, forge),
  ]);
  if (rename.status === "rejected") throw rename.reason;
  if (answer.status === "rejected") throw answer.reason;
  const found = answer.value;
  await saveCommit(run, found.commit ?? bare(found.sha));
  run.log.info(`${run.ref} is commit ${found.sha}${found.commit ? `: ${found.commit.subject}` : ""}.`);
  return "succeeded";
}

/** A plain git server names only the id; the checkout reads the rest from the repository. */
function bare(sha: string): Commit {
  return { sha, subject: "", author: "", committedAt: "", url: null };
}

/** Store which commit this run deploys. @throws Fault `conflict` reason `lease_lost` */
export async function saveCommit(run: Run, commit: Commit): Promise<void> {
  await retryOnDatabaseOutage(() => storeCommit(run.lease, commit));
  run.commit = commit;
}

/**
 * Follow a repository that was renamed or moved since: it is asked for by its permanent id, and the application keeps
 * the new name. Other failures are ignored here: the step that needs the repository reports them.
 * @throws Fault `conflict` reason `repository_replaced` when another repository has the name now
 */
async function followRename(run: Run, forge: Forge): Promise<void> {
  const { id, fullName } = run.application.repository;
  if (!id || !forge.repositories) return;
  const repository = await found(forge, { id, fullName });
  if (!repository) return;
  if (repository.fullName === fullName) return;
  await syncName(run.lease, repository);
  run.application.repository = { id, fullName: repository.fullName };
  run.log.info(`${fullName} is called ${repository.fullName} now.`);
}

async function found(forge: Forge, key: RepositoryKey): Promise<Repository | null> {
  try {
    return (await checkRepositoryAccess(forge, key)).repository;
  } catch (error) {
    if (!(error instanceof Fault) || error.reason.code === "repository_replaced") throw error;
    return null;
  }
}
