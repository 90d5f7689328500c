import { asStep, recordSecretUse } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { connected } from "@/features/git-provider/client/pipeline";
import {
  type ForgeMethod,
  retryUnauthorized,
  type Token,
} from "@/features/git-provider/client/retry-unauthorized";
import { ports } from "@/features/git-provider/client/transport";
import { storedHealth } from "@/features/git-provider/health/health";
import { assertUnlimited, recordFailure, recordUse } from "@/features/git-provider/health/record-health";
import { assertNotLockedOut, resetRejections } from "@/features/git-provider/health/rejection-limit";
import { assertUsable, system, type Viewer, viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { openSecrets, settingsIn, settingsSaver } from "@/features/git-provider/record/store";
import { ensureFreshToken, renews } from "@/features/git-provider/token/ensure-fresh";
import type { Renewable } from "@/features/git-provider/token/refresh";
import { Fault } from "@/lib/fault";
import type { Forge, Provider, ProviderSession } from "@/providers/provider";
import { registry } from "@/providers/registry";

export type Session = ProviderSession<Record<string, unknown>, Record<string, string | null | undefined>>;

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
  const plain = sessionOf({
    authMethod: row.authMethod,
    settings: settingsIn(provider, row),
    secrets: await secretsOf(provider, row),
    signal: options.signal,
    keep: settingsSaver(provider, row),
  });
  const session = connected(plain, row);
  const subject = await ensureFreshToken({ row, provider, session });
  await recordUse(row);
  return { ...subject, forge: forgeOf(subject) };
}

/** Its failures and successes become the health of the provider; a token that is refused is replaced where it can be. */
function forgeOf(subject: Renewable): Forge {
  const subjects = new WeakMap<Token, Renewable>();
  const tokenOf = (renewed: Renewable): Token => {
    const token = { row: renewed.row, forge: renewed.provider.open(renewed.session) };
    subjects.set(token, renewed);
    return token;
  };
  return retryUnauthorized(tokenOf(subject), {
    async next(used) {
      const refused = used.row.renewalVersion;
      // One refresh per refused token: when the new token is refused as well, another refresh would not help.
      if (!renews(subject) || storedHealth(used.row).refusedRenewal === refused) return null;
      return tokenOf(await ensureFreshToken(subjects.get(used) ?? subject, { refused }));
    },
    failed: ({ row }, error) => recordFailure(row, error),
    succeeded: async ({ row }, method) => {
      if (!provesNothing.includes(method)) await resetRejections(row);
    },
  });
}

/** They can succeed without the host having checked the secret, so their success says nothing about it. */
const provesNothing: readonly ForgeMethod[] = ["probe", "remote"];

/** The session that a provider's code gets: settings, secrets, and the ports for HTTP, git and SSH. */
export function sessionOf(
  given: Pick<Session, "authMethod" | "settings" | "secrets" | "signal" | "keep">,
): Session {
  const { http, git } = ports();
  return { ...given, http, git, now: () => new Date() };
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
