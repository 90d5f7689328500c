import { asStep, recordSecretUse } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { connectedSession, type Session, sessionOf } from "@/features/git-provider/client/pipeline";
import { retryUnauthorized, type Token } from "@/features/git-provider/client/retry-unauthorized";

import {
  assertNotLockedOut,
  assertUnlimited,
  recordFailure,
  recordUse,
  storedHealth,
} from "@/features/git-provider/health/record-health";
import { assertUsable, system, type Viewer, viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { openSecrets, settingsIn, settingsSaver } from "@/features/git-provider/record/store";
import { ensureFreshToken, renews } from "@/features/git-provider/token/ensure-fresh";
import type { Renewable } from "@/features/git-provider/token/refresh";
import { Fault } from "@/lib/fault";
import type { Forge, Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

/** A provider ready for calls. Nothing was sent to the host yet, except to refresh an expiring token. */
export interface Opened {
  row: ProviderRow;
  provider: Provider;
  session: Session;
  /** A credential that the host refuses is refreshed where possible, otherwise the provider is marked as broken. */
  forge: Forge;
}

export interface OpenOptions {
  signal?: AbortSignal;
  /** The application it is opened for; a provider of one application opens for no other. */
  applicationId?: string;
}

/**
 * Open a provider for a person or a key.
 * @throws Fault `not_found` | `conflict` reason `provider_inactive` | `provider_of_application` | `internal`
 */
export function openForge(caller: Caller, gitProviderId: string, options?: OpenOptions): Promise<Opened> {
  return openAs(viewerOf(caller), gitProviderId, options);
}

/** Open a provider for a deployment, which does not depend on who may see the provider. @throws as `openForge` */
export function openForgeForOrganization(
  organizationId: string,
  gitProviderId: string,
  options?: OpenOptions,
): Promise<Opened> {
  return asStep("deployment", organizationId, () => openAs(system(organizationId), gitProviderId, options));
}

async function openAs(viewer: Viewer, gitProviderId: string, options: OpenOptions = {}): Promise<Opened> {
  const row = await readProvider(viewer, gitProviderId);
  assertUsable(row, options.applicationId);
  return openRow(row, options);
}

/**
 * Open a provider whose row was read before. The caller has checked whether it may be used.
 * @throws Fault `rate_limited` while its host takes no calls | `credential_rejected` for a secret that cannot be read,
 *   was refused too often or cannot be renewed
 */
export async function openRow(row: ProviderRow, options: { signal?: AbortSignal } = {}): Promise<Opened> {
  const provider = providerOf(row);
  assertUnlimited(row, provider.manifest.label);
  assertNotLockedOut(row);
  const secrets = await secretsOf(provider, row);
  const { authMethod } = row;
  const settings = settingsIn(provider, row);
  const keep = settingsSaver(provider, row);
  const session = connectedSession({ authMethod, settings, secrets, signal: options.signal, keep }, row);
  const subject = await ensureFreshToken({ row, provider, session });
  await recordUse(row);
  return { ...subject, forge: forgeOf(subject) };
}

/** Its token is refreshed when the host refuses it, where that can be done. */
function forgeOf(subject: Renewable): Forge {
  const subjects = new WeakMap<Token, Renewable>();
  const tokenOf = (renewed: Renewable): Token => {
    const token = { row: renewed.row, forge: renewed.provider.open(renewed.session) };
    subjects.set(token, renewed);
    return token;
  };
  return retryUnauthorized(tokenOf(subject), async (used) => {
    const refused = used.row.renewalVersion;
    // One refresh per refused token: when the new token is refused as well, another refresh would not help.
    if (!renews(subject) || storedHealth(used.row).refusedRenewal === refused) return null;
    return tokenOf(await ensureFreshToken(subjects.get(used) ?? subject, { refused }));
  });
}

/** @throws Fault `internal` for a row that a newer version wrote */
export function providerOf({ providerType: type }: Pick<ProviderRow, "providerType">): Provider {
  const provider = registry[type];
  if (!provider) throw new Fault("internal", { code: "provider_type_unknown", params: { type } });
  return provider;
}

export function storedSettings(provider: Provider, row: ProviderRow): Record<string, unknown> {
  return settingsIn(provider, row);
}

/** The decrypted secrets. One that cannot be decrypted breaks this provider only. */
export async function secretsOf(
  provider: Provider,
  row: ProviderRow,
): Promise<Record<string, string | null>> {
  await recordSecretUse(row);
  try {
    return await openSecrets(db(), provider, row);
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== "internal") throw cause;
    const reason = { code: "secret_unreadable", params: { name: row.name } };
    const fault = new Fault("credential_rejected", reason, { cause });
    await recordFailure(row, fault);
    throw fault;
  }
}

/** How long a person waits for a token before the stored secrets are used. */
const freshWaitMs = 5_000;

/**
 * The secrets with a fresh token where it can be refreshed in time; otherwise as stored, and the host's refusal says
 * why.
 */
export async function currentSecrets(row: ProviderRow): Promise<Record<string, string | null>> {
  const provider = providerOf(row);
  const secrets = await secretsOf(provider, row);
  const session = sessionOf({
    authMethod: row.authMethod,
    settings: settingsIn(provider, row),
    secrets,
    signal: AbortSignal.timeout(freshWaitMs),
  });
  const renewed = await ensureFreshToken({ row, provider, session }).catch(() => null);
  return renewed && renewed.session !== session ? openSecrets(db(), provider, row) : secrets;
}
