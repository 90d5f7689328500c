import { setTimeout as sleep } from "node:timers/promises";
import type { ProviderRow } from "@/features/git-provider/record/row";
import {
  type Lease,
  leaseSeconds,
  readRenewal,
  releaseLost,
  releaseUnused,
  takeLease,
} from "@/features/git-provider/token/lease";
import { isLost, storeRenewed } from "@/features/git-provider/token/refresh";
import { asFault, Fault } from "@/lib/fault";
import type { Grant, Provider } from "@/providers/provider";

const pollMs = 100;

/**
 * Acquire the refresh lease for an action of a person, after a running refresh has ended.
 * @throws Fault `conflict` reason `provider_changed` | `unavailable` reason `renewal_slow`
 */
export async function waitForLease(row: ProviderRow): Promise<Lease> {
  const { gitProviderId, credentialVersion, name } = row;
  const until = Date.now() + (leaseSeconds + 5) * 1000;
  while (Date.now() < until) {
    const state = await readRenewal(gitProviderId);
    if (state?.credentialVersion !== credentialVersion) {
      throw new Fault("conflict", { code: "provider_changed", params: { name } });
    }
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
    await (isLost(asFault(error)) ? releaseLost(lease) : releaseUnused(lease));
    throw error;
  });
  await storeRenewed(lease, provider, row, grant);
  return proof;
}
