import { setTimeout as sleep } from "node:timers/promises";
import type { ProviderRow } from "@/features/git-provider/record/row";
import {
  type Lease,
  pausedFault,
  pauseRenewal,
  readRenewal,
  releaseLost,
  releaseUnused,
  takeLease,
} from "@/features/git-provider/token/lease";
import { isLost, isUnsure, storeRenewed } from "@/features/git-provider/token/refresh";
import { asFault, Fault } from "@/lib/fault";
import type { Grant, Provider } from "@/providers/provider";

const pollMs = 100;
/** A person does not wait longer for the request of another. */
const waitMs = 10_000;
const unsureSeconds = 15;

/**
 * Acquire the refresh lease for an action of a person, after a running refresh has ended.
 * @throws Fault `conflict` reason `provider_changed` | `unavailable` reason `renewal_slow`, or why the last request with
 *   this refresh token failed moments ago
 */
export async function waitForLease(row: ProviderRow): Promise<Lease> {
  const { gitProviderId, credentialVersion, name } = row;
  const until = Date.now() + waitMs;
  while (Date.now() < until) {
    const state = await readRenewal(gitProviderId);
    if (state?.credentialVersion !== credentialVersion) {
      throw new Fault("conflict", { code: "provider_changed", params: { name } });
    }
    if (state.pause && state.rests) throw pausedFault(state.pause);
    const lease = state.held ? null : await takeLease(gitProviderId, state);
    if (lease) return lease;
    await sleep(pollMs);
  }
  throw new Fault("unavailable", { code: "renewal_slow", params: { host: name } });
}

/**
 * Send a token request under the lease and save the tokens. A refusal does not change the health: it says nothing about
 * the stored credential.
 */
export async function exclusiveRefresh<Proof>(
  lease: Lease,
  provider: Provider,
  row: ProviderRow,
  ask: () => Promise<{ grant: Grant; proof: Proof }>,
): Promise<Proof> {
  const { grant, proof } = await ask().catch(async (error: unknown) => {
    await releaseAfter(lease, asFault(error));
    throw error;
  });
  await storeRenewed(lease, provider, row, grant);
  return proof;
}

async function releaseAfter(lease: Lease, fault: Fault): Promise<void> {
  if (isLost(fault)) return releaseLost(lease);
  if (!isUnsure(fault)) return releaseUnused(lease);
  const pause = { fault: fault.code, reason: fault.reason, sent: true, unsure: true };
  await pauseRenewal(lease, pause, unsureSeconds);
}
