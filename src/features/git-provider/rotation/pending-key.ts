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

/** What is sealed as one text: a public half that is shown must be the one of the private half. */
const Made = z.object({ secrets: z.record(z.string(), z.string()), settings: TypeFields });

/** A made credential in the clear. */
export interface Next {
  pendingKeyId: string;
  secrets: z.infer<typeof Made>["secrets"];
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

/** The credential that waits, opened. @throws Fault `conflict` reason `no_pending_key` | `internal` */
export async function openPendingKey({ gitProviderId, organizationId, name }: ProviderRow): Promise<Next> {
  const row = await db().pendingKey.findFirst({ where: { gitProviderId, organizationId } });
  if (!row) throw new Fault("conflict", { code: "no_pending_key", params: { name } });
  return { pendingKeyId: row.pendingKeyId, ...opened(row) };
}

/** What a page may know of the credential that waits; null when none does. */
export async function pendingKeyOf({
  gitProviderId,
  organizationId,
}: ProviderRow): Promise<PendingKey | null> {
  const found = await db().pendingKey.findFirst({ where: { gitProviderId, organizationId } });
  return found && { madeAt: found.madeAt.toISOString(), fields: opened(found).settings };
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

function opened(row: BoundRow<"pending_key"> & { secrets: string }): z.infer<typeof Made> {
  return Made.parse(JSON.parse(open(row.secrets, sealContext("pending_key", row))));
}

/** The secret that a caller asks to have made, by the name of its column; undefined when all are given. */
export function secretToGenerate(provider: Provider, input: Record<string, unknown>): string | undefined {
  const { secrets } = givenFields(provider, input);
  return Object.keys(secrets).find((name) => {
    const word = fieldOf(provider, name)?.generates;
    return word !== undefined && secrets[name]?.trim() === word;
  });
}

/**
 * Make the credential that is to take the place of the stored one, and show its public half. The stored one stays in
 * use: a person adds the new one on the host first.
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

/** Only what was filled in: the secret and the settings that are its other half. */
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

/** A key is made for an address: the row is held, so that it is still the one that was read. */
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
