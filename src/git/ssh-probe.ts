import { sshTarget } from "@/git/ssh-scan";
import { readSshUrl } from "@/git/ssh-url";
import { asFault } from "@/lib/fault";
import { readSshBanner } from "@/lib/outbound/banner";
import { failedSteps, type Probe } from "@/lib/outbound/probe";
import type { Network } from "@/lib/outbound/target";

/** Try the steps to a server of ssh with the outbound policy. It has no certificate and no clock. Never throws. */
export async function probeSsh(text: string, network: Network, deadlineMs: number): Promise<Probe> {
  const nothing = { certificate: null, serverDate: null, seenAt: null, millis: null };
  try {
    const target = await sshTarget(readSshUrl(text), network);
    const { millis } = await readSshBanner(target, deadlineMs);
    const ok = { outcome: "ok" } as const;
    return { ...nothing, address: ok, dns: ok, tls: { outcome: "skipped" }, reachable: ok, millis };
  } catch (error) {
    return { ...nothing, ...failedSteps(asFault(error).reason) };
  }
}
