import type { Caller } from "@/access/caller";
import type { GitProvider } from "@/features/git-provider/contract";
import { toPublic } from "@/features/git-provider/public";
import { viewerOf } from "@/features/git-provider/record/access";
import { readByTypeId } from "@/features/git-provider/record/read";
import type { Provider } from "@/providers/provider";

/** A provider by the id of its type's row, such as `giteaId`. @throws Fault `not_found` */
export async function oneOfType(
  caller: Caller,
  provider: Provider,
  input: Record<string, unknown>,
): Promise<GitProvider> {
  return toPublic(await readByTypeId(viewerOf(caller), provider, String(input[provider.idField])));
}
