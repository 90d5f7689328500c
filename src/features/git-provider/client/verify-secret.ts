import { db } from "@/db/client";
import { currentSecrets, secretsOf } from "@/features/git-provider/client/open";
import { type Session, sessionOf, tried } from "@/features/git-provider/client/pipeline";

import { methodOf } from "@/features/git-provider/input/auth-method";
import { type Change, needsAuthorization } from "@/features/git-provider/input/change";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { openSecrets } from "@/features/git-provider/record/store";
import { exclusiveRefresh, waitForLease } from "@/features/git-provider/token/exclusive-refresh";
import { renewalMs } from "@/features/git-provider/token/refresh";
import { Fault } from "@/lib/fault";
import type { Grant, Provider } from "@/providers/provider";

type Secrets = Record<string, string | null>;

export interface VerifiedChange {
  /** The change, together with the token that the new secret obtained. */
  change: Change;
  /** The stored secrets that stay, including a token refreshed meanwhile. */
  stored: Secrets;
}

/**
 * Verify a new client secret by requesting a token with it: the stored token was issued with the previous secret and
 * proves nothing. Tokens issued for a refresh token are saved at once for the stored connection, because the request
 * has used up the old refresh token even if the change is not saved.
 * @throws Fault of the host, which then changed nothing | `conflict` reason `provider_changed`
 */
export async function verifyNewSecret(
  provider: Provider,
  row: ProviderRow,
  change: Change,
): Promise<VerifiedChange> {
  const stored = change.reconnects ? await plainSecrets(provider, row) : await storedSecrets(row);
  if (!getsTokens(provider, row, change)) return { change, stored };
  if ({ ...stored, ...change.secrets }.refreshToken) return renewedInUse(provider, row, change);
  const grant = await asked(provider, row, change, stored);
  const secrets = { ...change.secrets, ...grant.secrets };
  return { change: { ...change, settings: { ...change.settings, ...grant.settings }, secrets }, stored };
}

function getsTokens(provider: Provider, row: ProviderRow, change: Change): boolean {
  const { accessToken, refreshToken } = change.secrets;
  const isToken = Boolean(accessToken || refreshToken);
  const renews = provider.renew && methodOf(provider, change.authMethod).renews;
  return (
    Boolean(renews) && change.newSecret && !isToken && needsAuthorization(provider, row, change) === undefined
  );
}

/** Under the refresh lease: a refresh token that is in use may be sent by one process at a time. */
async function renewedInUse(provider: Provider, row: ProviderRow, change: Change): Promise<VerifiedChange> {
  const lease = await waitForLease(row);
  return exclusiveRefresh(lease, provider, row, async () => {
    const stored = await openSecrets(db(), provider, row);
    const grant = await asked(provider, row, change, stored);
    const { settings } = change;
    const proof = {
      change: { ...change, settings: { ...settings, ...grant.settings } },
      stored: { ...stored, ...grant.secrets },
    };
    return { grant, proof };
  });
}

async function asked(provider: Provider, row: ProviderRow, change: Change, stored: Secrets): Promise<Grant> {
  const { authMethod, settings } = change;
  const secrets = { ...stored, ...change.secrets };
  const signal = AbortSignal.timeout(renewalMs);
  const session: Session = tried(sessionOf({ authMethod, settings, secrets, signal }), row);
  return (await provider.renew?.(session)) ?? {};
}

/** The secrets that will be replaced. Empty when they cannot be decrypted: then there is nothing to restore. */
export function storedSecrets(row: ProviderRow): Promise<Secrets> {
  return unlessUnreadable(currentSecrets(row));
}

/** The same without a token request, for changes that do not depend on the stored token. */
function plainSecrets(provider: Provider, row: ProviderRow): Promise<Secrets> {
  return unlessUnreadable(secretsOf(provider, row));
}

async function unlessUnreadable(opened: Promise<Secrets>): Promise<Secrets> {
  try {
    return await opened;
  } catch (error) {
    if (error instanceof Fault && error.reason.code === "secret_unreadable") return {};
    throw error;
  }
}
