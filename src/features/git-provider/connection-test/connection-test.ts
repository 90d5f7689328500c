import type { Caller } from "@/access/caller";
import { type Session, sessionOf } from "@/features/git-provider/client/pipeline";
import { verifyNewSecret } from "@/features/git-provider/client/verify-secret";
import { refusing, runTest, testStored, testTime } from "@/features/git-provider/connection-test/run";
import { chooseMethod, methodOf } from "@/features/git-provider/input/auth-method";
import { changeOf, withoutGenerated } from "@/features/git-provider/input/change";
import { assertHost } from "@/features/git-provider/input/host";
import { givenFields, type UpdateInput } from "@/features/git-provider/input/schema";
import { check } from "@/features/git-provider/input/validate";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { readByTypeId } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { untilAborted } from "@/features/git-provider/token/ensure-fresh";
import type { Report } from "@/providers/connection/report";
import type { Provider } from "@/providers/provider";

/**
 * Test a connection and report the result of each check. With the id alone the result becomes the health of the
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
  assertManage(row);
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
  assertHost(provider, input.host, authMethod, given.settings);
  const checked = check(provider, authMethod, given);
  const secrets = withoutGenerated(provider, checked.secrets);
  return tryDraft(provider, { ...checked, secrets, authMethod }, input.tokenExpiresOn || null);
}

/** A method that obtains its own tokens needs one for the test; obtaining it uses up no refresh token. */
async function tryDraft(
  provider: Provider,
  given: Pick<Session, "authMethod" | "settings" | "secrets">,
  tokenExpiresOn: string | null,
): Promise<Report> {
  const time = testTime();
  const test = { provider, given, tokenExpiresOn, time };
  const { kind, renews } = methodOf(provider, given.authMethod);
  if (kind !== "form" || !renews || given.secrets.accessToken) return runTest(test);
  try {
    const grant = await provider.renew?.(sessionOf({ ...given, signal: time.token }));
    const secrets = { ...given.secrets, ...grant?.secrets };
    return await runTest({ ...test, given: { ...given, secrets } });
  } catch (error) {
    return runTest({ ...test, provider: refusing(provider, error) });
  }
}

/** Stored secrets go to the stored address only: another one is tried with secrets from the same call. */
async function testChanged(provider: Provider, row: ProviderRow, input: UpdateInput): Promise<Report> {
  const change = changeOf(provider, row, input);
  const wanted = { ...change, secrets: withoutGenerated(provider, change.secrets) };
  const tokenExpiresOn = input.tokenExpiresOn || row.tokenExpiresOn;
  const time = testTime();
  const test = { provider, given: wanted, tokenExpiresOn, time, changed: row };
  try {
    const verified = verifyNewSecret(provider, row, wanted);
    const { label } = provider.manifest;
    const { change: tried, stored } = await untilAborted(verified, time.token, label);
    const { authMethod, settings } = tried;
    const secrets = { ...stored, ...tried.secrets };
    return await runTest({ ...test, given: { authMethod, settings, secrets } });
  } catch (error) {
    // The reason why the new secret gets no token becomes the result of the report.
    return runTest({ ...test, provider: refusing(provider, error) });
  }
}
