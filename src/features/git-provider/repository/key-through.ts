import { dedicatedRepository } from "@/features/git-provider/record/dedicated-repository";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { isSameName } from "@/features/git-provider/repository/same-name";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";

/**
 * A repository that is asked for through a provider. A dedicated credential may reach more than its repository: none of
 * that is for those who may see the provider.
 * @throws Fault `conflict` reason `provider_of_application`
 */
export async function keyThrough(row: ProviderRow, fullName: string): Promise<RepositoryKey> {
  const own = await dedicatedRepository(row);
  if (own === undefined) return { fullName };
  if (own && isSameName(own.fullName, fullName)) return own;
  throw new Fault("conflict", { code: "provider_of_application", params: { name: row.name } });
}
