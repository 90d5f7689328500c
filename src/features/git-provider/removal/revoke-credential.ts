import { credentialPage } from "@/features/git-provider/client/credential-page";
import { providerOf, secretsOf, storedSettings } from "@/features/git-provider/client/open";
import { sessionOf } from "@/features/git-provider/client/pipeline";
import type { RemovalReport } from "@/features/git-provider/contract";
import { isLockedOut, storedHealth } from "@/features/git-provider/health/record-health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { hasName, secretColumns } from "@/features/git-provider/record/store";
import { line } from "@/features/git-provider/removal/report";
import { pendingKeyOf } from "@/features/git-provider/rotation/pending-key";
import { previousCredentialOf } from "@/features/git-provider/rotation/previous-credential";
import { asFault, Fault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";
import type { Provider, Revocation } from "@/providers/provider";

const deadlineMs = 10_000;

type Lines = Pick<RemovalReport, "done" | "left">;

/**
 * Revoke the credential of a provider at its host, as far as the host has an API for that. Ends within ten seconds and
 * never throws: what could not be done becomes a line of the removal report.
 */
export async function revokeCredential(row: ProviderRow): Promise<Lines> {
  const ended = await present(row);
  const [previous, pending] = [await previousCredentialOf(row), await pendingKeyOf(row)];
  const others = [
    ...(previous ? [{ code: "previous_credential_left", at: previous.replacedAt }] : []),
    ...(pending ? [{ code: "pending_key_left", at: pending.madeAt }] : []),
  ];
  const left = others.map(({ code, at }) =>
    line({ code, params: { host: hostOf(row), on: at.slice(0, 10) } }, credentialPage(row)),
  );
  return { ...ended, left: [...ended.left, ...left] };
}

/** What `revokeCredential` would do, without asking the host. */
export async function plannedRevocation(row: ProviderRow): Promise<Lines> {
  if (!holdsSecret(row)) return { done: [], left: [] };
  const url = credentialPage(row);
  const answer = await plannedAnswer(providerOf(row), row);
  if (answer && answer.left.length > 0)
    return { done: [], left: answer.left.map((reason) => line(reason, url)) };
  const params = { host: hostOf(row) };
  if (answer) return { done: [], left: [line({ code: "credential_left", params }, url)] };
  const { reason, refusedRenewal } = storedHealth(row);
  const isRefused = refusedRenewal === row.renewalVersion || reason?.code === "account_blocked";
  if (reason && (isLockedOut(row) || isRefused)) {
    const text = messageOf(reason);
    return {
      done: [],
      left: [line({ code: "credential_refused_already", params: { ...params, text } }, url)],
    };
  }
  return { done: [line({ code: "credential_would_end", params })], left: [] };
}

/**
 * What a provider would report of a revocation without calling its host; null when it would call it. It is told only
 * whether there is a secret, not the secret.
 */
async function plannedAnswer(provider: Provider, row: ProviderRow): Promise<Revocation | null> {
  if (!provider.revoke) return { done: [], left: [] };
  const present = secretColumns(provider).filter((name) => row.fields[hasName(name)] === true);
  const secrets = Object.fromEntries(present.map((name) => [name, "present"]));
  const { authMethod } = row;
  const session = sessionOf({ authMethod, settings: storedSettings(provider, row), secrets });
  const http = {
    send: async () => {
      throw new Fault("unavailable", { code: "cancelled" });
    },
  };
  try {
    return await provider.revoke({ ...session, http });
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

async function present(row: ProviderRow): Promise<Lines> {
  if (!holdsSecret(row)) return { done: [], left: [] };
  const provider = providerOf(row);
  const url = credentialPage(row);
  const params = { host: hostOf(row) };
  try {
    const { done, left } = await revoked(provider, row);
    const remaining = done.length + left.length > 0 ? left : [{ code: "credential_left", params }];
    return { done: done.map((reason) => line(reason)), left: remaining.map((reason) => line(reason, url)) };
  } catch (error) {
    const { code, message: text } = asFault(error);
    // A credential that the host refuses is of no more use, whether it was revoked or expired.
    if (code === "credential_rejected")
      return {
        done: [],
        left: [line({ code: "credential_refused_already", params: { ...params, text } }, url)],
      };
    return { done: [], left: [line({ code: "credential_not_ended", params: { ...params, text } }, url)] };
  }
}

async function revoked(provider: Provider, row: ProviderRow): Promise<Revocation> {
  if (!provider.revoke) return { done: [], left: [] };
  const secrets = await secretsOf(provider, row);
  const { authMethod } = row;
  const settings = storedSettings(provider, row);
  const signal = AbortSignal.timeout(deadlineMs);
  const late = new Promise<never>((_, reject) => {
    const reason = { code: "host_timeout", params: { host: hostOf(row) } };
    signal.addEventListener("abort", () => reject(new Fault("unavailable", reason)), { once: true });
  });
  return Promise.race([provider.revoke(sessionOf({ authMethod, settings, secrets, signal })), late]);
}

function holdsSecret(row: ProviderRow): boolean {
  return secretColumns(providerOf(row)).some((name) => row.fields[hasName(name)] === true);
}

function hostOf(row: ProviderRow): string {
  return providerOf(row).manifest.label;
}
