import { db } from "@/db/client";
import { currentSecrets, type Session, secretsOf, sessionOf } from "@/features/git-provider/client/open";
import { tried } from "@/features/git-provider/client/pipeline";
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
  /** With the token that the new secret has got. */
  change: Change;
  /** What is stored and stays, as it is by now. */
  stored: Secrets;
}

/**
 * See that a new secret which tokens are got with is good, by getting one with it. The token in use was got with the
 * secret before and says nothing. What came for a refresh token is kept at once for the connection as it is: asking
 * has spent the one before, whatever becomes of the change.
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

/** A refresh token that is in use is spent by one at a time, as in every renewal. */
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

/** What is to be replaced. A secret that no longer opens is none: there is nothing to put back then. */
export function storedSecrets(row: ProviderRow): Promise<Secrets> {
  return unlessUnreadable(currentSecrets(row));
}

/** The same without a renewal: what is new does not need the token in use. */
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
