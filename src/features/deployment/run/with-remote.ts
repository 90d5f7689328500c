import type { Opened } from "@/features/git-provider/client/open";
import { renews } from "@/features/git-provider/token/ensure-fresh";
import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";

/**
 * Use the address and credential under which git fetches a repository. A token may be replaced while git is at it,
 * and hosts that rotate refuse the one before at once: then it is used once more, with the token in its place.
 * @throws what `use` throws
 */
export async function withRemote<Result>(
  opened: Opened,
  key: RepositoryKey,
  use: (remote: GitRemote) => Promise<Result>,
): Promise<Result> {
  const remote = await opened.forge.git.remote(key);
  try {
    return await use(remote);
  } catch (error) {
    const next = isRefused(error) ? await replaced(opened, key, remote) : null;
    if (!next) throw error;
    return use(next);
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof Fault && error.code === "credential_rejected";
}

/** The remote with another token; null when there is none, and the refusal stands. */
async function replaced(opened: Opened, key: RepositoryKey, before: GitRemote): Promise<GitRemote | null> {
  if (!renews(opened)) return null;
  try {
    // A call of the API shows whether the token lives, and gets the next one where it does not.
    await opened.forge.verify();
    const after = await opened.forge.git.remote(key);
    return after.credential?.password === before.credential?.password ? null : after;
  } catch {
    return null; // what git was told is what the deployment says
  }
}
