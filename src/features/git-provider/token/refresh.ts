import { isOutage } from "@/db/outage";
import { isAuthorizationPending } from "@/features/git-provider/health/pending-authorization";
import { saveHealth, storedHealth } from "@/features/git-provider/health/record-health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import {
  type Lease,
  type Pause,
  pauseRenewal,
  releaseLost,
  saveRenewed,
} from "@/features/git-provider/token/lease";
import { asFault, Fault } from "@/lib/fault";
import { log } from "@/lib/log";
import { retry } from "@/lib/retry";
import type { Grant, Provider, ProviderSession } from "@/providers/provider";

/** A provider with the token that is to be replaced. */
export interface Renewable {
  row: ProviderRow;
  provider: Provider;
  session: ProviderSession<Record<string, unknown>, Record<string, string | null | undefined>>;
}

/** Deadline of a token request; shorter than the lease, so that two requests never run at once. */
export const renewalMs = 25_000;
const endMs = 8_000;
/** Pauses between retries of the database write; together shorter than the lease lasts after the deadline. */
const storePausesMs = [250, 500, 1_000, 2_000, 4_000];
/** After this many lost answers in a row the connection is marked as broken. */
const mostLost = 2;
const refusedSeconds = 300;
const failedSeconds = 15;
const mostSeconds = 900;

/**
 * Send one token request, under the lease. Where the answer was lost on the way, the lease is free for one more.
 * @throws Fault as `Provider.renew`, after the provider was marked as broken where the refusal is for good
 */
export async function renewOnce(subject: Renewable, lease: Lease): Promise<void> {
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
}

/** Revoke new tokens that could not be saved: nobody else knows them, so nobody else could revoke them. */
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
 * Save new tokens, with retries: the old refresh token is used up, so a short database outage must not lose the new
 * one. Idempotent.
 */
export function storeRenewed(...what: Parameters<typeof saveRenewed>): Promise<boolean> {
  return retry(
    () => saveRenewed(...what),
    (error, failures) => (isOutage(error) ? (storePausesMs[failures - 1] ?? null) : null),
  );
}

async function failed(subject: Renewable, lease: Lease, fault: Fault): Promise<void> {
  if (isLost(fault) && isUsedUp(subject)) {
    if (lease.lost + 1 >= mostLost) throw await end(subject, lease, lostAnswer(subject));
    return releaseLost(lease);
  }
  if (isForGood(fault)) {
    // A refused refresh token after a lost answer: the host has probably replaced it in that answer.
    const isReplaced = (lease.lost > 0 || lease.unsure) && fault.reason.code !== "client_refused";
    throw await end(subject, lease, isReplaced && isUsedUp(subject) ? lostAnswer(subject) : fault);
  }
  await pauseRenewal(lease, pauseAfter(subject, lease, fault), pauseSeconds(fault));
  throw fault;
}

function pauseAfter(subject: Renewable, lease: Lease, fault: Fault): Omit<Pause, "until"> {
  const sent = isUsedUp(subject);
  return { fault: fault.code, reason: fault.reason, sent, unsure: sent && (lease.unsure || isUnsure(fault)) };
}

/**
 * Whether an answer leaves open if the host has used the refresh token up: an error of its own, the page of a gateway,
 * or a success that cannot be read. It is told as it is, since a host that is down would break every connection
 * otherwise, but the refresh token is not sent again for some seconds.
 */
export function isUnsure({ code, reason }: Fault): boolean {
  return code === "bad_response" || ["host_error", "host_page"].includes(reason.code);
}

/** Whether the host may have processed the request although its answer did not arrive. */
export function isLost({ code, reason }: Fault): boolean {
  const broken = ["connection_reset", "host_timeout", "host_no_answer", "body_cut_short", "cancelled"];
  return (code === "unavailable" || code === "bad_response") && broken.includes(reason.code);
}

/** Whether the request uses up the credential: true for a refresh token, false for a key or a client secret. */
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

async function end(subject: Renewable, lease: Lease, fault: Fault): Promise<Fault> {
  const { row } = subject;
  const isFinal = fault.reason.code === "answer_lost";
  await pauseRenewal(lease, pauseAfter(subject, lease, fault), isFinal ? null : refusedSeconds);
  const { account } = storedHealth(row);
  const checkedAt = new Date().toISOString();
  const state = isAuthorizationPending(fault.reason) ? "pending" : "broken";
  await saveHealth(row, { state, reason: fault.reason, checkedAt, account });
  return fault;
}
