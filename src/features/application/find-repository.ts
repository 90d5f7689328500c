import type { Source } from "@/features/application/source";
import { checkRepositoryAccess } from "@/features/git-provider/repository/check-access";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";

type Found = Omit<Source, "provider" | "path">;

/**
 * Look a repository up at the host, and check that it can be read.
 * @param branch one that somebody typed, which has to be there
 * @throws Fault `not_found` reason `ref_gone`, or what the host answers
 */
export async function findRepository(forge: Forge, name: string, branch?: string | null): Promise<Found> {
  const found = await checkRepositoryAccess(forge, { fullName: name });
  if (branch && branch !== found.branch) await assertRef(forge, name, branch);
  const { fullName, repository } = found;
  return { ...found, repositoryId: repository?.id ?? null, url: repository?.url ?? fullName };
}

/** Report a mistyped branch at once. An empty or not yet readable repository is not an error here. */
async function assertRef(forge: Forge, fullName: string, ref: string): Promise<void> {
  await forge.refs.resolve({ fullName }, ref).catch((error: unknown) => {
    if (error instanceof Fault && error.reason.code === "ref_gone") throw error;
  });
}
