import { z } from "zod";
import type { Caller } from "@/access/caller";
import { type Db, db, transaction } from "@/db/client";
import { type BoundRow, sealContext } from "@/db/sealed-column";
import { type PendingKey, type RotateGitProvider, TypeFields } from "@/features/git-provider/contract";
import { completeInput } from "@/features/git-provider/input/complete";
import { fieldOf, givenFields } from "@/features/git-provider/input/schema";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { secretColumns, settingColumns } from "@/features/git-provider/record/store";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { messageOf } from "@/lib/reason";
import { open, seal } from "@/lib/seal";
import type { Provider } from "@/providers/provider";

/** Sealed as one text, so that the public key shown always belongs to the private key. */
const Made = z.object({ secrets: z.record(z.string(), z.string()), settings: TypeFields });

/** A decrypted pending key. */
export interface Next {
  pendingKeyId: string;
  secrets: z.infer<typeof Made>["secrets"];
  settings: z.infer<typeof TypeFields>;
}

/** Save a pending key, sealed, until it is used or discarded; an earlier one is replaced. */
export async function savePendingKey(
  tx: Db,
  { gitProviderId, organizationId }: ProviderRow,
  { secrets, settings }: Pick<Next, "secrets" | "settings">,
  madeById: string,
): Promise<PendingKey> {
  const pendingKeyId = newId();
  const whose = { gitProviderId, organizationId };
  const sealed = seal(
    JSON.stringify({ secrets, settings }),
    sealContext("pending_key", { ...whose, pendingKeyId }),
  );
  await tx.pendingKey.deleteMany({ where: whose });
  const data = { ...whose, pendingKeyId, secrets: sealed, madeById };
  const { madeAt } = await tx.pendingKey.create({ data, select: { madeAt: true } });
  return { madeAt: madeAt.toISOString(), fields: settings };
}

/** The decrypted pending key. @throws Fault `conflict` reason `no_pending_key` | `internal` */
export async function openPendingKey({ gitProviderId, organizationId, name }: ProviderRow): Promise<Next> {
  const row = await db().pendingKey.findFirst({ where: { gitProviderId, organizationId } });
  if (!row) throw new Fault("conflict", { code: "no_pending_key", params: { name } });
  return { pendingKeyId: row.pendingKeyId, ...opened(row) };
}

/** The pending key as answers show it; null when there is none. */
export async function pendingKeyOf({
  gitProviderId,
  organizationId,
}: ProviderRow): Promise<PendingKey | null> {
  const found = await db().pendingKey.findFirst({ where: { gitProviderId, organizationId } });
  return found && { madeAt: found.madeAt.toISOString(), fields: opened(found).settings };
}

/**
 * Delete the pending key, after it was taken into use or discarded.
 * @throws Fault `conflict` reason `no_pending_key` when it is another one by now, or none
 */
export async function deletePendingKey(tx: Db, row: ProviderRow, pendingKeyId?: string): Promise<void> {
  const { gitProviderId, organizationId, name } = row;
  const where = { gitProviderId, organizationId, pendingKeyId };
  const { count } = await tx.pendingKey.deleteMany({ where });
  if (count === 0) throw new Fault("conflict", { code: "no_pending_key", params: { name } });
}

function opened(row: BoundRow<"pending_key"> & { secrets: string }): z.infer<typeof Made> {
  return Made.parse(JSON.parse(open(row.secrets, sealContext("pending_key", row))));
}

/** The column of the secret that the caller wants generated; undefined when all are given. */
export function secretToGenerate(provider: Provider, input: Record<string, unknown>): string | undefined {
  const { secrets } = givenFields(provider, input);
  return Object.keys(secrets).find((name) => {
    const word = fieldOf(provider, name)?.generates;
    return word !== undefined && secrets[name]?.trim() === word;
  });
}

/**
 * Generate a pending key and return its public key. The stored key stays in use until a person has added the new one on
 * the host.
 * @throws Fault `invalid_input` | `conflict` reason `provider_changed`
 */
export async function generatePendingKey(
  caller: Caller,
  { provider, row, secret }: { provider: Provider; row: ProviderRow; secret: string },
  input: RotateGitProvider & Record<string, unknown>,
): Promise<PendingKey> {
  if (input.dryRun) throw refused(secret);
  const { secrets, settings } = await made(provider, row, input);
  if (!secrets[secret] || secrets[secret] === input[secret]) throw refused(secret);
  return transaction(async (tx) => {
    await assertUnchanged(tx, row);
    return savePendingKey(tx, row, { secrets, settings }, caller.userId);
  });
}

/** Only the generated fields: the secret, and settings such as its public key. */
async function made(provider: Provider, row: ProviderRow, input: RotateGitProvider) {
  const completed: Record<string, unknown> = await completeInput(provider, input, row);
  const own = (names: string[]) =>
    names.flatMap((name) => {
      const value = completed[name];
      return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
    });
  return {
    secrets: Object.fromEntries(own(secretColumns(provider))),
    settings: Object.fromEntries(own(settingColumns(provider))),
  };
}

/** A key is made for an address: locks the row and checks that it was not changed since it was read. */
async function assertUnchanged(tx: Db, row: ProviderRow): Promise<void> {
  const { gitProviderId, organizationId, credentialVersion, name } = row;
  const [same] = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "git_provider"
    WHERE "gitProviderId" = ${gitProviderId} AND "organizationId" = ${organizationId}
      AND "credentialVersion" = ${credentialVersion} FOR NO KEY UPDATE`;
  if (!same) throw new Fault("conflict", { code: "provider_changed", params: { name } });
}

function refused(path: string): Fault {
  const reason = { code: "pending_key_not_generated" };
  return new Fault("invalid_input", reason, { issues: [{ path, message: messageOf(reason) }] });
}
