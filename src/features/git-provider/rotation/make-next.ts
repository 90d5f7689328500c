import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import type { PendingKey, RotateGitProvider } from "@/features/git-provider/contract";
import { completeInput } from "@/features/git-provider/input/complete";
import { givenFields } from "@/features/git-provider/input/own-fields";
import { fieldOf } from "@/features/git-provider/input/schema";
import { secretColumns, settingColumns } from "@/features/git-provider/record/columns";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { savePendingKey } from "@/features/git-provider/rotation/pending-key";
import { Fault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";
import type { Provider } from "@/providers/provider";

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
