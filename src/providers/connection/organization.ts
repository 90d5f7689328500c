import { asFault, Fault } from "@/lib/fault";
import { type Draft, fail, pass, skip, type Verdict } from "@/providers/connection/draft";
import { nearMatches } from "@/providers/connection/near";
import { listed } from "@/providers/connection/sentence";
import { type Listing, settingOf, type Trial } from "@/providers/connection/trial";

/** The organization that the settings name; empty when they name none. */
export function organizationOf(trial: Trial): string {
  return settingOf(trial, trial.provider.manifest.ownerField);
}

/** Check the organization by the result of listing its repositories. Messages use the label of the form. */
export async function checkOrganization(trial: Trial, draft: Draft, listing: Listing): Promise<void> {
  const { ownerField } = trial.provider.manifest;
  const label = trial.method.fields.find((field) => field.name === ownerField)?.label;
  draft.verdicts.set("organization", { ...(await verdictOf(trial, listing)), ...(label && { label }) });
}

async function verdictOf(trial: Trial, listing: Listing): Promise<Verdict> {
  const name = organizationOf(trial);
  if (!trial.provider.manifest.ownerField) return skip("This kind of host has none.");
  if (name === "") return skip("None is set: everything that the credential reaches is listed.");
  if (listing instanceof Fault && listing.code !== "not_found")
    return skip("Its repositories could not be listed.");
  // A missing owner causes a fault; one without repositories gives an empty list.
  if (!(listing instanceof Fault)) return pass(`${name} is there.`);
  return unknown(trial, name, (await ownersOf(trial)) ?? []);
}

/** Null when the host has no such list, or the credential may not read it. */
async function ownersOf(trial: Trial): Promise<string[] | null> {
  if (!trial.forge.owners) return null;
  return trial.forge.owners.list().catch((error: unknown) => {
    const { code } = asFault(error);
    if (code === "internal") throw error;
    return null;
  });
}

function unknown(trial: Trial, name: string, known: string[]): Verdict {
  const near = nearMatches(name, known);
  const detail = `${trial.host} knows no "${name}" that this credential may see.`;
  const text =
    near.length > 0
      ? `Did you mean ${listed(near.map((one) => `"${one}"`))}?`
      : "Check the spelling, and that the account is a member.";
  const url = near[0] && trial.forge.page("owner", near[0]);
  return fail(detail, { text, ...(url ? { url } : {}) });
}
