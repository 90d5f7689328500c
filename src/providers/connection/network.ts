import { addressUrl } from "@/git/ssh-url";
import { isAddress } from "@/lib/address";
import type { Probe, ProbeStep } from "@/lib/outbound/probe";
import { type Draft, fail, pass, skip, type Verdict, warn } from "@/providers/connection/draft";
import { day, duration, told } from "@/providers/connection/sentence";
import { settingOf, type Trial } from "@/providers/connection/trial";

/**
 * Signed credentials such as GitHub's are refused when the clock is off by a minute, so the warning comes earlier.
 */
const MAX_SKEW_MS = 50_000;
const SLOW_MS = 3_000;
const CERTIFICATE_WARN_MS = 14 * 24 * 60 * 60 * 1000;

/** Address, name, certificate and clock. @returns whether something answered */
export async function checkNetwork(trial: Trial, draft: Draft): Promise<boolean> {
  const address = addressOf(trial);
  if (address === "") {
    const none = skip("No address is given, so there is nothing to reach.");
    for (const id of ["address", "dns", "tls", "reachable", "clock"] as const) draft.verdicts.set(id, none);
    return true;
  }
  const found = await trial.probe(address, Math.max(1_000, trial.deadlineMs - 1_000));
  const host = addressUrl(address)?.host ?? address;
  step(draft, "address", found.address, () => pass(`${address} may be called.`));
  step(draft, "dns", found.dns, () => lookedUp(host));
  step(draft, "tls", found.tls, () => certificate(found, host, trial.session.now()));
  step(draft, "reachable", found.reachable, () => reached(found, host));
  if (found.reachable.outcome !== "ok") return false;
  if (found.tls.outcome === "skipped") draft.verdicts.set("tls", skip("Plain http has no certificate."));
  draft.verdicts.set("clock", clock(found, host));
  return true;
}

/** Where the server is called: the internal address when there is one. */
function addressOf(trial: Trial): string {
  const { urlField, internalUrlField } = trial.provider.manifest;
  return settingOf(trial, internalUrlField) || settingOf(trial, urlField);
}

function step(
  draft: Draft,
  id: "address" | "dns" | "tls" | "reachable",
  step: ProbeStep,
  good: () => Verdict,
): void {
  if (step.outcome === "ok") draft.verdicts.set(id, good());
  if (step.outcome !== "failed") return;
  const { detail, fix } = told(step.reason);
  draft.verdicts.set(id, fail(detail, fix));
}

function lookedUp(host: string): Verdict {
  const name = host.replace(/:\d+$/, "");
  return isAddress(name.replace(/^\[|\]$/g, ""))
    ? skip(`${name} is an address, not a name.`)
    : pass(`${name} has an address.`);
}

function certificate({ certificate: seen }: Probe, host: string, now: Date): Verdict {
  if (!seen) return pass(`The certificate of ${host} is trusted.`);
  const end = new Date(seen.validTo);
  const text = `The certificate of ${host} is trusted and valid until ${day(end)}.`;
  return end.getTime() - now.getTime() < CERTIFICATE_WARN_MS
    ? warn(text, { text: "Renew it on the host." })
    : pass(text);
}

function reached({ millis }: Probe, host: string): Verdict {
  const text = `${host} answered in ${millis ?? 0} ms.`;
  if ((millis ?? 0) < SLOW_MS) return pass(text);
  return warn(`${text} That is slow.`, { text: "Check the load of the host and the network to it." });
}

function clock({ serverDate, seenAt }: Probe, host: string): Verdict {
  if (!serverDate || !seenAt) return skip(`${host} does not tell its time.`);
  const skew = serverDate.getTime() - seenAt.getTime();
  if (Math.abs(skew) <= MAX_SKEW_MS) return pass(`The clocks of ${host} and Slipway agree.`);
  const direction = skew > 0 ? "ahead of" : "behind";
  const text = `The clock of ${host} is ${duration(Math.abs(skew))} ${direction} that of Slipway. Signed credentials and expiry dates go wrong by that.`;
  return warn(text, { text: "Let both servers set their clocks by NTP." });
}
