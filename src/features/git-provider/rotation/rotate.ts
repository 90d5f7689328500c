import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import { providerOf } from "@/features/git-provider/client/open";
import { verifyNewSecret } from "@/features/git-provider/client/verify-secret";
import { testQuietly } from "@/features/git-provider/connection-test/run";
import type { RotateGitProvider, RotateResult } from "@/features/git-provider/contract";
import { applyChange } from "@/features/git-provider/input/apply-change";
import { chooseMethod, methodOf } from "@/features/git-provider/input/auth-method";
import { type Change, changeOf } from "@/features/git-provider/input/change";
import { completeInput } from "@/features/git-provider/input/complete";
import { givenFields } from "@/features/git-provider/input/schema";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { hasName, secretColumns } from "@/features/git-provider/record/store";
import { dryRunChange } from "@/features/git-provider/rotation/dry-run";
import {
  deletePendingKey,
  generatePendingKey,
  openPendingKey,
  secretToGenerate,
} from "@/features/git-provider/rotation/pending-key";
import { replacedBy, savePrevious } from "@/features/git-provider/rotation/previous-credential";
import { Fault } from "@/lib/fault";
import type { Provider } from "@/providers/provider";

/**
 * Replace the secret of a provider, after the host has accepted the new one and it has read every repository in use.
 * When one cannot be read, the old secret stays. The replaced one can be restored for 24 hours. A generated key takes
 * two calls: the first returns the public key to add on the host, the second switches to it.
 * @throws Fault `not_found` | `forbidden` | `invalid_input` | `credential_rejected` and the like for the new secret
 */
export async function rotate(
  caller: Caller,
  input: RotateGitProvider & Record<string, unknown>,
): Promise<RotateResult> {
  const row = await readProvider(viewerOf(caller), input.gitProviderId);
  assertManage(row);
  const provider = providerOf(row);
  const wish = input.pendingKey ?? input.next;
  if (wish === "discard") return discarded(row);
  const secret = wish ? undefined : secretToGenerate(provider, input);
  if (secret) {
    const pendingKey = await generatePendingKey(caller, { provider, row, secret }, input);
    return { ...notYet, pendingKey };
  }
  const pending = wish ? await openPendingKey(row) : null;
  const given = { ...input, ...pending?.secrets };
  const wanted = rotation(provider, row, await completeInput(provider, given, row));
  const { change, stored } = await verifyNewSecret(provider, row, wanted);
  const repositories = await dryRunChange(provider, row, change, stored);
  const dryRun = input.dryRun ?? false;
  const rotated = !dryRun && repositories.every(({ reachable }) => reachable);
  if (rotated) {
    const { tokenExpiresOn } = input;
    await transaction(async (tx) => {
      if (pending) await deletePendingKey(tx, row, pending.pendingKeyId);
      await applyChange(tx, provider, { row, change, input: { tokenExpiresOn }, by: caller.userId });
      await savePrevious(tx, row, replacedBy(wanted, row, stored), caller.userId);
    });
    await testQuietly(() => readProvider(viewerOf(caller), row.gitProviderId));
  }
  return { rotated, dryRun, repositories };
}

const notYet: RotateResult = { rotated: false, dryRun: false, repositories: [] };

async function discarded(row: ProviderRow): Promise<RotateResult> {
  await transaction((tx) => deletePendingKey(tx, row));
  return notYet;
}

/**
 * The connection with the new secrets. The auth method may change with them; then the secrets of the old method are
 * dropped.
 * @throws Fault `invalid_input` when no secret of this type is among the fields
 */
function rotation(provider: Provider, row: ProviderRow, input: Record<string, unknown>): Change {
  const given = givenFields(provider, input);
  const names = Object.keys(given.secrets);
  if (names.length === 0) {
    const summary = `give a new ${secretColumns(provider).join(" or ")}`;
    throw new Fault("invalid_input", { code: "invalid_input", params: { summary } });
  }
  const named = typeof input.authMethod === "string" ? input.authMethod : null;
  const authMethod =
    named || fits(provider, row.authMethod, names) ? named : chooseMethod(provider, null, given);
  const { addressFields } = provider;
  const settings = Object.entries(given.settings).filter(([name]) => !addressFields.includes(name));
  const fields = { ...Object.fromEntries(settings), ...given.secrets, authMethod };
  const change = changeOf(provider, row, fields);
  return { ...change, secrets: { ...ofOtherMethods(provider, row, change), ...change.secrets } };
}

function secretsIn(provider: Provider, method: string): Set<string> {
  const { fields, requires } = methodOf(provider, method);
  return new Set([...requires, ...fields.filter(({ secret }) => secret).map(({ name }) => name)]);
}

function fits(provider: Provider, method: string, names: string[]): boolean {
  const own = secretsIn(provider, method);
  return names.every((name) => own.has(name));
}

/** Secrets that only the previous auth method has. */
function ofOtherMethods(provider: Provider, row: ProviderRow, { authMethod }: Change): Record<string, null> {
  if (authMethod === row.authMethod) return {};
  const own = secretsIn(provider, authMethod);
  const left = secretColumns(provider).filter((name) => !own.has(name) && row.fields[hasName(name)] === true);
  return Object.fromEntries(left.map((name) => [name, null]));
}
