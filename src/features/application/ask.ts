import type { Source } from "@/features/application/source";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";

type Found = Omit<Source, "provider" | "path">;

/**
 * What the host says of a repository; that it can be read at all is checked here.
 * @param branch one that somebody typed, which has to be there
 * @throws Fault `not_found` reason `ref_gone`, or what the host answers
 */
export async function ask(forge: Forge, fullName: string, branch?: string | null): Promise<Found> {
  const found = await askRepository(forge, fullName);
  if (branch && branch !== found.branch) await assertRef(forge, fullName, branch);
  return found;
}

/** A slip of the finger is told at once. That a repository is empty, or not to be read yet, is no fault of the name. */
async function assertRef(forge: Forge, fullName: string, ref: string): Promise<void> {
  await forge.refs.resolve({ fullName }, ref).catch((error: unknown) => {
    if (error instanceof Fault && error.reason.code === "ref_gone") throw error;
  });
}

async function askRepository(forge: Forge, fullName: string): Promise<Found> {
  const repository = await forge.repositories?.get({ fullName });
  if (!repository) return { ...(await askRefs(forge, fullName)), repositoryId: null, repository: null };
  const { id, url, defaultBranch } = repository;
  return { repositoryId: id, fullName: repository.fullName, url, repository, branch: defaultBranch };
}

/** A plain git server knows branches only. */
async function askRefs(forge: Forge, fullName: string) {
  const { items } = await forge.refs.list({ fullName }, { kind: "branch", limit: 100 });
  const names = items.map((ref) => ref.name);
  const branch =
    items.find((ref) => ref.default)?.name ?? ["main", "master"].find((name) => names.includes(name));
  return { fullName, url: fullName, branch: branch ?? names[0] ?? null };
}
