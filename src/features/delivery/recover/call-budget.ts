import { processGlobal } from "@/lib/process-global";

/** A tenth of what GitHub, the strictest of the hosts, allows in an hour. */
export const callsPerHour = 500;
const hourMs = 3_600_000;

const spent = processGlobal("recoveryCalls", () => new Map<string, number[]>());

/**
 * Calls that looking for missed events may make for one provider: a tenth of the host's limit in any hour, so that it
 * takes nothing away from people and deployments.
 */
export function takeCall(gitProviderId: string, now: Date): boolean {
  const since = now.getTime() - hourMs;
  const recent = (spent.value.get(gitProviderId) ?? []).filter((at) => at > since);
  const isAllowed = recent.length < callsPerHour;
  if (isAllowed) recent.push(now.getTime());
  spent.value.set(gitProviderId, recent);
  return isAllowed;
}
