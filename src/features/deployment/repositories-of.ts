import type { Caller } from "@/access/caller";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { Fault } from "@/lib/fault";

/**
 * The provider of an application, when the caller could make any other repository of it the application's own. Kept
 * with a deployment, because a key may hold fewer permissions than its owner. Such a caller may have submodules
 * fetched from the provider; of anyone else they would publish what the caller cannot choose.
 */
export async function repositoriesOf(caller: Caller, gitProviderId: string): Promise<string | undefined> {
  if (!caller.permissions.has("application:write")) return undefined;
  try {
    const row = await readProvider(viewerOf(caller), gitProviderId);
    return row.visibility === "application" ? undefined : gitProviderId;
  } catch (error) {
    if (error instanceof Fault && error.code === "not_found") return undefined;
    throw error;
  }
}
