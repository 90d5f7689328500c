import { type Draft, pass, skip, type Verdict } from "@/providers/connection/draft";
import { listed } from "@/providers/connection/sentence";
import type { Trial } from "@/providers/connection/trial";
import type { Identity } from "@/providers/provider";

const can = {
  webhooks: { yes: "Webhooks can be created.", doing: "Creating webhooks" },
  commitStatus: {
    yes: "Deployments can be reported on commits.",
    doing: "Reporting deployments on commits",
  },
};

/** What the credential may write. Nothing is written to find out. */
export function checkCapabilities(trial: Trial, draft: Draft, identity: Identity): void {
  for (const id of ["webhooks", "commitStatus"] as const)
    draft.verdicts.set(id, verdictOf(trial, identity, id));
}

/** Reading is enough to deploy by hand, so what push to deploy lacks is told, and is no warning. */
function verdictOf(trial: Trial, identity: Identity, id: "webhooks" | "commitStatus"): Verdict {
  const scopes = scopesFor(trial, id);
  const { doing, yes } = can[id];
  if (scopes.length === 0) return skip(`${doing} was not tried.`);
  const needs = `${doing} needs ${listed(scopes)}`;
  const answer = identity.capabilities[id]?.answer;
  if (answer === "yes") return pass(yes);
  if (answer === "no")
    return skip(`${needs}, which this credential lacks. Replace it by one that has it, for push to deploy.`);
  return skip(`${needs}. ${trial.host} does not tell whether this credential has it.`);
}

function scopesFor(trial: Trial, id: "webhooks" | "commitStatus"): string[] {
  return trial.method.scopes.filter((scope) => scope.needs.includes(id)).map((scope) => scope.name);
}
