import { z } from "zod";
import { type Db, db } from "@/db/client";
import { type NextCredential, TypeFields } from "@/features/git-provider/contract";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { open, seal } from "@/lib/seal";

const Secrets = z.record(z.string(), z.string());

/** A made credential in the clear. */
export interface Next {
  nextCredentialId: string;
  secrets: z.infer<typeof Secrets>;
  settings: z.infer<typeof TypeFields>;
}

/** Keep a made credential, sealed, until it is used or forgotten; one that waited before goes. */
export async function keepNext(
  tx: Db,
  { gitProviderId, organizationId }: ProviderRow,
  { secrets, settings }: Pick<Next, "secrets" | "settings">,
  madeById: string,
): Promise<NextCredential> {
  const nextCredentialId = newId();
  const sealed = seal(JSON.stringify(secrets), sealContext(nextCredentialId));
  const whose = { gitProviderId, organizationId };
  await tx.nextCredential.deleteMany({ where: whose });
  const data = { ...whose, nextCredentialId, secrets: sealed, settings, madeById };
  const { madeAt } = await tx.nextCredential.create({ data, select: { madeAt: true } });
  return { madeAt: madeAt.toISOString(), fields: settings };
}

/** The credential that waits, opened. @throws Fault `conflict` reason `nothing_next` | `internal` */
export async function openNext({ gitProviderId, organizationId, name }: ProviderRow): Promise<Next> {
  const row = await db().nextCredential.findFirst({ where: { gitProviderId, organizationId } });
  if (!row) throw new Fault("conflict", { code: "nothing_next", params: { name } });
  const { nextCredentialId, secrets } = row;
  return {
    nextCredentialId,
    secrets: Secrets.parse(JSON.parse(open(secrets, sealContext(nextCredentialId)))),
    settings: TypeFields.parse(row.settings),
  };
}

/** What a page may know of the credential that waits; null when none does. */
export async function nextOf({ gitProviderId, organizationId }: ProviderRow): Promise<NextCredential | null> {
  const found = await db().nextCredential.findFirst({
    where: { gitProviderId, organizationId },
    select: { settings: true, madeAt: true },
  });
  return found && { madeAt: found.madeAt.toISOString(), fields: TypeFields.parse(found.settings) };
}

/**
 * Delete the credential that waits: it is in use now, or not wanted.
 * @throws Fault `conflict` reason `nothing_next` when it is another one by now, or none
 */
export async function dropNext(tx: Db, row: ProviderRow, nextCredentialId?: string): Promise<void> {
  const { gitProviderId, organizationId, name } = row;
  const where = { gitProviderId, organizationId, nextCredentialId };
  const { count } = await tx.nextCredential.deleteMany({ where });
  if (count === 0) throw new Fault("conflict", { code: "nothing_next", params: { name } });
}

function sealContext(rowId: string) {
  return { table: "next_credential", column: "secrets", rowId };
}
