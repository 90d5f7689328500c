import type { Opened } from "@/features/git-provider/client/open";
import { renews } from "@/features/git-provider/token/ensure-fresh";
import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";

/**
 * Use the address and credential under which git fetches a repository. A token may be refreshed while git runs, and
 * some hosts refuse the old one at once: then `use` runs once more with the new token.
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

/** The remote with a newer token; null when there is none, so that the refusal stands. */
async function replaced(opened: Opened, key: RepositoryKey, before: GitRemote): Promise<GitRemote | null> {
  if (!renews(opened)) return null;
  try {
    // An API call refreshes the token when the host refuses it.
    await opened.forge.verify();
    const after = await opened.forge.git.remote(key);
    return after.credential?.password === before.credential?.password ? null : after;
  } catch {
    return null; // the deployment reports git's error, not this one
  }
}
