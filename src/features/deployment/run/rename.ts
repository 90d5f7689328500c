import type { Run } from "@/features/deployment/run/run";
import { followName } from "@/features/git-provider/repository/sync-name";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";

/**
 * Follow a repository that was renamed or moved since: it is asked for by its permanent id, and the application keeps
 * the new name. What goes wrong here is no reason to stop: the step that needs the repository will say it.
 */
export async function followRename(run: Run, forge: Forge): Promise<void> {
  const { id, fullName } = run.application.repository;
  if (!id || !forge.repositories) return;
  try {
    const repository = await forge.repositories.get({ id, fullName });
    if (repository.id !== id || repository.fullName === fullName) return;
    await followName(run.lease, repository);
    run.application.repository = { id, fullName: repository.fullName };
    run.log.info(`${fullName} is called ${repository.fullName} now.`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}
