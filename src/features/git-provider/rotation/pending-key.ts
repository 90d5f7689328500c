import { z } from "zod";
import { type Db, db } from "@/db/client";
import { type PendingKey, TypeFields } from "@/features/git-provider/contract";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { open, seal } from "@/lib/seal";

const Secrets = z.record(z.string(), z.string());

/** A made credential in the clear. */
export interface Next {
  pendingKeyId: string;
  secrets: z.infer<typeof Secrets>;
  settings: z.infer<typeof TypeFields>;
}

/** Keep a made credential, sealed, until it is used or forgotten; one that waited before goes. */
export async function savePendingKey(
  tx: Db,
  { gitProviderId, organizationId }: ProviderRow,
  { secrets, settings }: Pick<Next, "secrets" | "settings">,
  madeById: string,
): Promise<PendingKey> {
  const pendingKeyId = newId();
  const sealed = seal(JSON.stringify(secrets), sealContext(pendingKeyId));
  const whose = { gitProviderId, organizationId };
  await tx.pendingKey.deleteMany({ where: whose });
  const data = { ...whose, pendingKeyId, secrets: sealed, settings, madeById };
  const { madeAt } = await tx.pendingKey.create({ data, select: { madeAt: true } });
  return { madeAt: madeAt.toISOString(), fields: settings };
}

/** The credential that waits, opened. @throws Fault `conflict` reason `no_pending_key` | `internal` */
export async function openPendingKey({ gitProviderId, organizationId, name }: ProviderRow): Promise<Next> {
  const row = await db().pendingKey.findFirst({ where: { gitProviderId, organizationId } });
  if (!row) throw new Fault("conflict", { code: "no_pending_key", params: { name } });
  const { pendingKeyId, secrets } = row;
  return {
    pendingKeyId,
    secrets: Secrets.parse(JSON.parse(open(secrets, sealContext(pendingKeyId)))),
    settings: TypeFields.parse(row.settings),
  };
}

/** What a page may know of the credential that waits; null when none does. */
export async function pendingKeyOf({
  gitProviderId,
  organizationId,
}: ProviderRow): Promise<PendingKey | null> {
  const found = await db().pendingKey.findFirst({
    where: { gitProviderId, organizationId },
    select: { settings: true, madeAt: true },
  });
  return found && { madeAt: found.madeAt.toISOString(), fields: TypeFields.parse(found.settings) };
}

/**
 * Delete the credential that waits: it is in use now, or not wanted.
 * @throws Fault `conflict` reason `no_pending_key` when it is another one by now, or none
 */
export async function deletePendingKey(tx: Db, row: ProviderRow, pendingKeyId?: string): Promise<void> {
  const { gitProviderId, organizationId, name } = row;
  const where = { gitProviderId, organizationId, pendingKeyId };
  const { count } = await tx.pendingKey.deleteMany({ where });
  if (count === 0) throw new Fault("conflict", { code: "no_pending_key", params: { name } });
}

function sealContext(rowId: string) {
  return { table: "pending_key", column: "secrets", rowId };
}
