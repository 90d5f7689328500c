import type { Session } from "@/features/git-provider/client/pipeline";
import { pendingHealth } from "@/features/git-provider/health/record-health";
import { methodOf } from "@/features/git-provider/input/auth-method";
import { storedSession } from "@/features/git-provider/oauth/begin";
import type { CallbackQuery } from "@/features/git-provider/oauth/callback-params";
import { assertRedirect } from "@/features/git-provider/oauth/require-redirect";
import type { TakenFlow } from "@/features/git-provider/oauth/state";
import { saveGrant } from "@/features/git-provider/oauth/store-grant";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { asFault, Fault } from "@/lib/fault";
import { log } from "@/lib/log";
import { urlOf } from "@/lib/url-of";
import type { Grant, Identity, Provider } from "@/providers/provider";

/** How a flow ended. */
export interface Completed {
  /** A further step that has to follow at once. */
  next?: string;
  /** The host has accepted the credential. */
  verified: boolean;
}

/**
 * Exchange the parameters of the callback for a credential. It is saved only after the host has accepted it in a call.
 * @throws Fault `credential_rejected` | `conflict` | `unavailable` and the like: then nothing was changed
 */
export async function complete(
  provider: Provider,
  row: ProviderRow,
  flow: TakenFlow,
  answer: CallbackQuery,
): Promise<Completed> {
  const authorization = assertRedirect(provider, row);
  const session = await storedSession(provider, row);
  assertIssuer(provider, authorization.issuer?.(session.settings) !== undefined, flow, answer);
  const { step, redirectUri, codeVerifier, userId } = flow;
  const callback = { step, params: answer.params, redirectUri, codeVerifier };
  const grant = await authorization.complete(session, callback);
  if (grant.next || grant.pending) {
    const reason = grant.pending ?? { code: "authorize_pending", params: { host: provider.manifest.label } };
    await saveGrant({ provider, row, grant, health: pendingHealth(reason), userId });
    return { next: grant.next, verified: false };
  }
  const full = await withToken(provider, row, session, grant);
  const now = laidOver(session, full);
  try {
    const identity = await provider.open(now).verify();
    await saveGrant({ provider, row, grant: full, health: healthOf(identity), userId });
  } catch (error) {
    if (!isUncertain(error)) await revokeUnsavedGrant(provider, now, full);
    throw error;
  }
  return { verified: true };
}

/** Whether the write may have succeeded although it failed here, as when the connection to the database broke. */
function isUncertain(error: unknown): boolean {
  return !(error instanceof Fault) || error.code === "internal";
}

/**
 * RFC 9207 (issuer identification): refuse a callback from another server than the one the person was sent to.
 * @param isKnown whether the issuer is known exactly; otherwise only its origin is compared with the authorization page
 */
function assertIssuer(
  provider: Provider,
  isKnown: boolean,
  { issuer }: TakenFlow,
  { iss }: CallbackQuery,
): void {
  if (iss === null || (isKnown ? iss : urlOf(iss)?.origin) === issuer) return;
  const params = { host: provider.manifest.label };
  throw new Fault("credential_rejected", { code: "authorization_mixed_up", params });
}

/** A flow can end without a token, with what tokens are made from: the installation of a GitHub App. */
async function withToken(
  provider: Provider,
  row: ProviderRow,
  session: Session,
  grant: Grant,
): Promise<Grant> {
  const isThere = grant.secrets?.accessToken ?? session.secrets.accessToken;
  if (isThere || !provider.renew || !methodOf(provider, row.authMethod).renews) return grant;
  const minted = await provider.renew(laidOver(session, grant));
  return {
    settings: { ...grant.settings, ...minted.settings },
    secrets: { ...grant.secrets, ...minted.secrets },
  };
}

function laidOver(session: Session, { settings, secrets }: Grant): Session {
  return {
    ...session,
    settings: { ...session.settings, ...settings },
    secrets: { ...session.secrets, ...secrets },
  };
}

function healthOf({ account }: Identity) {
  return { state: "ok", checkedAt: new Date().toISOString(), account: account && { ...account } };
}

const deadlineMs = 5_000;

/**
 * Revoke a token that a flow got and that is not saved: nobody would know of it until it ran out. Ends within five
 * seconds and never throws, so that the person sees why the token was not saved.
 * @param session the connection with the grant laid over it
 */
async function revokeUnsavedGrant(provider: Provider, session: Session, grant: Grant): Promise<void> {
  if (!provider.revoke || !grant.secrets?.accessToken) return;
  try {
    await provider.revoke({ ...session, signal: AbortSignal.timeout(deadlineMs) });
  } catch (error) {
    const { code } = asFault(error).reason;
    log.info({ type: provider.type, code }, "a token that is not kept could not be ended");
  }
}
