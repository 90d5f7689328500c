import { transaction } from "@/db/client";
import type { Prisma } from "@/db/generated/client";
import { newCredential } from "@/features/git-provider/lease";
import type { ProviderRow } from "@/features/git-provider/row";
import { updateFields } from "@/features/git-provider/store";
import { Fault } from "@/lib/fault";
import type { Grant, Provider } from "@/providers/provider";

export interface GrantWork {
  provider: Provider;
  row: ProviderRow;
  grant: Grant;
  health: Prisma.InputJsonObject;
}

/**
 * Store what a walk gave. It makes another connection of the provider: what is cached of the one before is gone, and
 * so is the day that a person gave for the end of its token.
 * @throws Fault `conflict` reason `walk_overtaken` when the provider was changed meanwhile
 */
export async function keepGrant({ provider, row, grant, health }: GrantWork): Promise<void> {
  const { gitProviderId, organizationId, credentialVersion, name } = row;
  const { settings = {}, secrets = {} } = grant;
  const renewedAt = secrets.accessToken ? new Date() : null;
  const data = {
    ...newCredential(),
    health,
    refusals: 0,
    tokenExpiresOn: null,
    renewedAt,
  };
  await transaction(async (tx) => {
    const where = { gitProviderId, organizationId, credentialVersion };
    const { count } = await tx.gitProvider.updateMany({ where, data });
    if (count === 0) throw new Fault("conflict", { code: "walk_overtaken", params: { name } });
    const rowId = String(row.fields[provider.idField]);
    await updateFields(tx, provider, { gitProviderId, rowId, settings, secrets });
    await tx.repositoryList.deleteMany({ where: { gitProviderId } });
  });
}
