import { type Db, transaction } from "@/db/client";
import type { Prisma } from "@/db/generated/client";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { updateFields } from "@/features/git-provider/record/store";
import { newCredential } from "@/features/git-provider/token/lease";
import { Fault } from "@/lib/fault";
import type { Grant, Provider } from "@/providers/provider";

export interface GrantWork {
  provider: Provider;
  row: ProviderRow;
  grant: Grant;
  health: Prisma.InputJsonObject;
  /** Who authorized it: it is their account from now on. */
  userId: string;
}

/**
 * Save the credential of a flow. It counts as a new credential: cached lists and the expiry day that a person gave are
 * dropped.
 * @throws Fault `conflict` reason `authorization_overtaken` when the provider was changed meanwhile
 */
export async function saveGrant({ provider, row, grant, health, userId }: GrantWork): Promise<void> {
  const { gitProviderId, organizationId, credentialVersion, name } = row;
  const { settings = {}, secrets = {} } = grant;
  const renewedAt = secrets.accessToken ? new Date() : null;
  const data = {
    ...newCredential(),
    health,
    userId,
    rejectionCount: 0,
    tokenExpiresOn: null,
    renewedAt,
  };
  await transaction(async (tx) => {
    const where = { gitProviderId, organizationId, credentialVersion };
    const { count } = await tx.gitProvider.updateMany({ where, data });
    if (count === 0) throw new Fault("conflict", { code: "authorization_overtaken", params: { name } });
    const rowId = String(row.fields[provider.idField]);
    await updateFields(tx, provider, { gitProviderId, organizationId, rowId, settings, secrets });
    await tx.repositoryList.deleteMany({ where: { gitProviderId } });
    if (row.userId !== userId && row.visibility === "members") await keepManaging(tx, row);
  });
}

/** The previous connector had access as such, and keeps it as a member with `manage` access. */
async function keepManaging(tx: Db, { gitProviderId, organizationId, userId }: ProviderRow): Promise<void> {
  const former = userId && (await tx.member.findFirst({ where: { organizationId, userId } }));
  if (!former) return;
  const { memberId } = former;
  const place = { gitProviderId, memberId };
  await tx.gitProviderMember.upsert({
    where: { gitProviderId_memberId: place },
    create: { ...place, organizationId, access: "manage" },
    update: { access: "manage" },
  });
}
