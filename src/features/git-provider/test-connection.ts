import type { Caller } from "@/access/caller";
import { changeOf } from "@/features/git-provider/change";
import { check } from "@/features/git-provider/check";
import { chooseMethod } from "@/features/git-provider/method";
import { currentSecrets, secretsOf } from "@/features/git-provider/open";
import { givenFields } from "@/features/git-provider/own-fields";
import { readByTypeId } from "@/features/git-provider/read";
import type { ProviderRow } from "@/features/git-provider/row";
import { runTest, testStored } from "@/features/git-provider/run-test";
import type { UpdateInput } from "@/features/git-provider/type-input";
import { demandManage, viewerOf } from "@/features/git-provider/visibility";
import type { Report } from "@/providers/connection/report";
import type { Provider } from "@/providers/provider";

/**
 * Try a connection and say check by check what came of it. With the id alone the result becomes the health of the
 * provider. With other fields beside it, or with no id at all, nothing is saved.
 * @throws Fault `not_found` | `forbidden` | `invalid_input`; what the host does is in the report
 */
export async function testConnection(
  caller: Caller,
  provider: Provider,
  input: UpdateInput,
): Promise<Report> {
  const id = input[provider.idField];
  if (typeof id !== "string") return testUnsaved(provider, input);
  const row = await readByTypeId(viewerOf(caller), provider, id);
  if (!overrides(provider, input)) return testStored(row, { byHand: true });
  demandManage(row);
  return testChanged(provider, row, input);
}

function overrides(provider: Provider, input: UpdateInput): boolean {
  const { settings, secrets } = givenFields(provider, input);
  const given = Object.keys(settings).length + Object.keys(secrets).length;
  return given > 0 || Boolean(input.authMethod || input.tokenExpiresOn);
}

function testUnsaved(provider: Provider, input: UpdateInput): Promise<Report> {
  const given = givenFields(provider, input);
  const authMethod = chooseMethod(provider, input.authMethod, given);
  const checked = check(provider, authMethod, given);
  return runTest(provider, { ...checked, authMethod }, input.tokenExpiresOn || null);
}

/** Stored secrets go to the stored address only: another one is tried with secrets from the same call. */
async function testChanged(provider: Provider, row: ProviderRow, input: UpdateInput): Promise<Report> {
  const { authMethod, settings, secrets, reconnects } = changeOf(provider, row, input);
  const stored = reconnects ? await secretsOf(provider, row) : await currentSecrets(row);
  return runTest(
    provider,
    { authMethod, settings, secrets: { ...stored, ...secrets } },
    input.tokenExpiresOn || row.tokenExpiresOn,
  );
}
