import { setTimeout as sleep } from "node:timers/promises";
import { isOutage } from "@/db/outage";
import { storedHealth } from "@/features/git-provider/health/health";
import { isAuthorizationPending } from "@/features/git-provider/health/pending-authorization";
import { saveHealth } from "@/features/git-provider/health/record-health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { type Lease, pauseRenewal, releaseLost, saveRenewed } from "@/features/git-provider/token/lease";
import { asFault, Fault } from "@/lib/fault";
import { log } from "@/lib/log";
import type { Grant, Provider, ProviderSession } from "@/providers/provider";

/** A provider with the token that is to be replaced. */
export interface Renewable {
  row: ProviderRow;
  provider: Provider;
  session: ProviderSession<Record<string, unknown>, Record<string, string | null | undefined>>;
}

/** Shorter than the lease, so that a slow host never has two of them to answer. */
export const renewalMs = 25_000;
const endMs = 8_000;
/** Together less than the lease lasts after the deadline. */
const storePausesMs = [250, 500, 1_000, 2_000, 4_000];
/** A second lost answer ends it. */
const mostLost = 2;
const refusedSeconds = 300;
const failedSeconds = 15;
const mostSeconds = 900;

/**
 * Ask the host for the next token, under a lease.
 * @returns false when the answer was lost on the way and it may be asked once more
 * @throws Fault as `Provider.renew`, after the provider was marked as broken where the refusal is for good
 */
export async function renewOnce(subject: Renewable, lease: Lease): Promise<boolean> {
  if (lease.lost >= mostLost && isUsedUp(subject)) throw await end(subject, lease, lostAnswer(subject));
  let grant: Grant | undefined;
  try {
    const signal = AbortSignal.timeout(renewalMs);
    grant = await subject.provider.renew?.({ ...subject.session, signal });
  } catch (error) {
    return failed(subject, lease, asFault(error));
  }
  const isKept = await storeRenewed(lease, subject.provider, subject.row, grant ?? {});
  if (!isKept) await revokeUnsavedTokens(subject, grant ?? {});
  return true;
}

/** Nobody else knows of these tokens, so nobody else could end them at the host. */
async function revokeUnsavedTokens({ provider, session, row }: Renewable, grant: Grant): Promise<void> {
  const settings = { ...session.settings, ...grant.settings };
  const secrets = { ...session.secrets, ...grant.secrets };
  try {
    await provider.revoke?.({ ...session, settings, secrets, signal: AbortSignal.timeout(endMs) });
  } catch (error) {
    const { code } = asFault(error).reason;
    log.info({ gitProviderId: row.gitProviderId, code }, "a token that came too late was not ended");
  }
}

/**
 * Store what a host gave. The pair before is spent, so a database that is away for a moment must not cost the new one.
 * Done twice it is done once.
 */
export async function storeRenewed(...what: Parameters<typeof saveRenewed>): Promise<boolean> {
  for (const pause of storePausesMs) {
    try {
      return await saveRenewed(...what);
    } catch (error) {
      if (!isOutage(error)) throw error;
      await sleep(pause);
    }
  }
  return saveRenewed(...what);
}

async function failed(subject: Renewable, lease: Lease, fault: Fault): Promise<false> {
  if (isLost(fault) && isUsedUp(subject)) {
    if (lease.lost + 1 >= mostLost) throw await end(subject, lease, lostAnswer(subject));
    await releaseLost(lease);
    return false;
  }
  if (isForGood(fault)) {
    // A refresh token that the host has replaced in an answer nobody got is refused the next time.
    throw await end(subject, lease, lease.lost > 0 && isUsedUp(subject) ? lostAnswer(subject) : fault);
  }
  await pauseRenewal(lease, { fault: fault.code, reason: fault.reason }, pauseSeconds(fault));
  throw fault;
}

/** The host took the request, for all we know, and its answer did not come. */
export function isLost({ code, reason }: Fault): boolean {
  const broken = ["connection_reset", "host_timeout", "host_no_answer", "body_cut_short", "cancelled"];
  return (code === "unavailable" || code === "bad_response") && broken.includes(reason.code);
}

/** Only a refresh token is spent by asking: a key or a client's own secret can be used again and again. */
function isUsedUp({ session }: Renewable): boolean {
  return Boolean(session.secrets.refreshToken);
}

function isForGood({ code }: Fault): boolean {
  return code === "credential_rejected" || code === "permission_missing";
}

function pauseSeconds({ retryAt }: Fault): number {
  if (!retryAt) return failedSeconds;
  return Math.min(mostSeconds, Math.max(failedSeconds, (retryAt.getTime() - Date.now()) / 1000));
}

function lostAnswer({ provider }: Renewable): Fault {
  return new Fault("credential_rejected", { code: "answer_lost", params: { host: provider.manifest.label } });
}

async function end({ row }: Renewable, lease: Lease, fault: Fault): Promise<Fault> {
  const isFinal = fault.reason.code === "answer_lost";
  await pauseRenewal(lease, { fault: fault.code, reason: fault.reason }, isFinal ? null : refusedSeconds);
  const { account } = storedHealth(row);
  const checkedAt = new Date().toISOString();
  const state = isAuthorizationPending(fault.reason) ? "pending" : "broken";
  await saveHealth(row, { state, reason: fault.reason, checkedAt, account });
  return fault;
}
