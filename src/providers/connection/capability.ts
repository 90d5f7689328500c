import { messageOf } from "@/lib/reason";
import { type Feature, features } from "@/providers/capability";
import { renewal } from "@/providers/connection/credential";
import { type Draft, pass, skip, type Verdict } from "@/providers/connection/draft";
import { listed } from "@/providers/connection/sentence";
import type { Trial } from "@/providers/connection/trial";
import type { Identity } from "@/providers/provider";

const words: Record<Feature, { yes: string; doing: string }> = {
  webhooks: { yes: "Webhooks can be created.", doing: "Creating webhooks" },
  commitStatus: {
    yes: "Deployments can be reported on commits.",
    doing: "Reporting deployments on commits",
  },
  pullRequests: {
    yes: "Pull requests can have previews, and a comment that leads there.",
    doing: "Commenting on pull requests",
  },
};

/** What the credential may do beyond reading. Nothing is written to find out. */
export function checkFeatures(trial: Trial, draft: Draft, identity: Identity): void {
  for (const id of features) draft.verdicts.set(id, verdictOf(trial, identity, id));
}

/** Reading is enough to deploy by hand, so what push to deploy lacks is told, and is no warning. */
function verdictOf(trial: Trial, identity: Identity, id: Feature): Verdict {
  const { doing, yes } = words[id];
  if (!trial.method.can.includes(id)) return skip(`${trial.host} has nothing of this kind.`);
  const { answer, reason } = identity.capabilities[id] ?? { answer: "unknown" };
  if (answer === "yes") return pass(yes);
  const scopes = scopesFor(trial, id);
  const permission = reason?.params?.permission;
  const names = typeof permission === "string" ? [permission] : scopes;
  const needs = names.length > 0 ? `${doing} needs ${listed(names)}` : `${doing} was not tried`;
  if (answer === "unknown")
    return skip(`${needs}. ${trial.host} does not tell whether this credential has it.`);
  const at = reason?.params?.at;
  // The reason of an App tells which page has to be changed.
  if (reason && typeof at === "string")
    return { ...skip(messageOf(reason)), fix: { text: "Change it there for push to deploy.", url: at } };
  const { url } = renewal(trial);
  const fix = { text: "Replace it by one that has it, for push to deploy.", ...(url ? { url } : {}) };
  return { ...skip(`${needs}, which this credential lacks.`), fix };
}

function scopesFor(trial: Trial, id: Feature): string[] {
  return trial.method.scopes.filter((scope) => scope.needs.includes(id)).map((scope) => scope.name);
}
