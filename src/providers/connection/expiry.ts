import { fail, pass, skip, type Verdict, warn } from "@/providers/connection/draft";
import { counted, day } from "@/providers/connection/sentence";
import type { Trial } from "@/providers/connection/trial";
import type { Identity } from "@/providers/provider";

const DAY_MS = 24 * 60 * 60 * 1000;
const SOON_DAYS = 14;

/** When the credential ends: as the host tells, else as the user does. `never` and unknown (null) are told apart. */
export function endOf(trial: Trial, identity: Identity): Date | "never" | null {
  const text = toldByHost(trial, identity) ?? trial.tokenExpiresOn;
  const at = text ? new Date(text) : null;
  if (at && !Number.isNaN(at.getTime())) return at;
  return identity.expiresAt === "never" && !trial.method.renews ? "never" : null;
}

/** Whether the end is that of a token which is refreshed before it. */
function toldByHost({ method }: Trial, { expiresAt }: Identity): string | null {
  return expiresAt === "never" || method.renews ? null : expiresAt;
}

export function checkExpiry(trial: Trial, identity: Identity): Verdict {
  const end = endOf(trial, identity);
  if (end === "never") return pass(`Credentials of this kind do not end by themselves on ${trial.host}.`);
  if (!end && trial.method.renews) return pass("Slipway renews this access by itself before it ends.");
  if (!end)
    return skip(`${trial.host} does not tell when the credential ends. Set the day yourself to be reminded.`);
  // A day that a person entered is the last valid one.
  const over = end.getTime() + (toldByHost(trial, identity) ? 0 : DAY_MS);
  const days = Math.floor((over - trial.session.now().getTime()) / DAY_MS);
  const url = trial.forge.page("credentials");
  const fix = { text: "Create a new one and replace it here.", ...(url ? { url } : {}) };
  if (days < 0) return fail(`The credential ended on ${day(end)}.`, fix);
  const left = days === 0 ? "within a day" : `in ${counted(days, "day", "days")}`;
  const text = `The credential ends on ${day(end)}, ${left}.`;
  return days <= SOON_DAYS ? warn(text, fix) : pass(text);
}
