import type { Caller } from "@/access/caller";
import { changeOf } from "@/features/git-provider/change";
import { secretColumns } from "@/features/git-provider/columns";
import type { RotateGitProvider, RotateResult } from "@/features/git-provider/contract";
import { inParallel } from "@/features/git-provider/in-parallel";
import { type Opened, providerOf, secretsOf, sessionOf } from "@/features/git-provider/open";
import { givenFields } from "@/features/git-provider/own-fields";
import { applicationsOf, reachInUse } from "@/features/git-provider/reach-in-use";
import { readProvider } from "@/features/git-provider/read";
import type { ProviderRow } from "@/features/git-provider/row";
import { update } from "@/features/git-provider/update";
import { demandManage, viewerOf } from "@/features/git-provider/visibility";
import { Fault } from "@/lib/fault";
import { words } from "@/lib/reason";
import type { Provider } from "@/providers/provider";

const atOnce = 5;

/**
 * Swap the secret of a provider, after the new one was accepted by the host and has read every repository in use.
 * When one cannot be read, the old secret stays.
 * @throws Fault `not_found` | `forbidden` | `invalid_input` | `credential_rejected` and the like for the new secret
 */
export async function rotate(
  caller: Caller,
  input: RotateGitProvider & Record<string, unknown>,
): Promise<RotateResult> {
  const row = await readProvider(viewerOf(caller), input.gitProviderId);
  demandManage(row);
  const provider = providerOf(row);
  const secrets = newSecrets(provider, input);
  const opened = await openWith(provider, row, secrets);
  await opened.forge.verify();
  const applications = await applicationsOf(row);
  const reached = await inParallel(applications, atOnce, (application) => reachInUse(opened, application));
  const rotated = !input.dryRun && reached.every(({ reason }) => reason === null);
  if (rotated)
    await update(caller, provider, { ...secrets, [provider.idField]: row.fields[provider.idField] });
  return {
    rotated,
    dryRun: input.dryRun ?? false,
    repositories: reached.map(({ application: { applicationId, name }, fullName, reason }) => ({
      applicationId,
      name,
      repository: fullName,
      reachable: reason === null,
      ...(reason && { reason: { code: reason.code, message: words(reason) } }),
    })),
  };
}

/** @throws Fault `invalid_input` when no secret of this type is among the fields */
function newSecrets(provider: Provider, input: Record<string, unknown>): Record<string, string> {
  const { secrets } = givenFields(provider, input);
  if (Object.keys(secrets).length > 0) return secrets;
  const summary = `give a new ${secretColumns(provider).join(" or ")}`;
  throw new Fault("invalid_input", { code: "invalid_input", params: { summary } });
}

/** The stored connection with the new secrets. Not watched: a new secret that is refused breaks nothing. */
async function openWith(
  provider: Provider,
  row: ProviderRow,
  secrets: Record<string, string>,
): Promise<Opened> {
  const change = changeOf(provider, row, secrets);
  const session = sessionOf({
    authMethod: change.authMethod,
    settings: change.settings,
    secrets: { ...(await secretsOf(provider, row)), ...change.secrets },
  });
  return { row, provider, session, forge: provider.open(session) };
}
