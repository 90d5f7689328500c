import { messageOf } from "@/lib/reason";
import { renewal } from "@/providers/connection/credential";
import { type Draft, pass, skip, type Verdict, warn } from "@/providers/connection/draft";
import type { Trial } from "@/providers/connection/trial";
import type { Identity } from "@/providers/provider";

const can = {
  webhooks: { yes: "Webhooks can be created.", no: "Webhooks cannot be created", never: "Webhooks" },
  commitStatus: {
    yes: "Deployments can be reported on commits.",
    no: "Deployments cannot be reported on commits",
    never: "Reports on commits",
  },
};

/** What the credential may write. Nothing is written to find out. */
export function checkCapabilities(trial: Trial, draft: Draft, identity: Identity): void {
  for (const id of ["webhooks", "commitStatus"] as const)
    draft.verdicts.set(id, verdictOf(trial, identity, id));
}

function verdictOf(trial: Trial, identity: Identity, id: "webhooks" | "commitStatus"): Verdict {
  const found = identity.capabilities[id];
  if (!trial.method.can.includes(id))
    return skip(`${can[id].never} are not used yet, so nothing is asked for them.`);
  if (found?.answer === "yes") return pass(can[id].yes);
  const why = found?.reason ? messageOf(found.reason) : `${trial.host} does not tell.`;
  if (found?.answer !== "no") return skip(why);
  const { url } = renewal(trial);
  const scopes = scopesFor(trial, id).map((name) => `\`${name}\``);
  const text =
    trial.method.mending ??
    (scopes.length > 0 ? `Create a credential with ${scopes.join(", ")} to use it.` : "Check its access.");
  return warn(`${can[id].no}. ${why}`, { text, ...(url ? { url } : {}) });
}

function scopesFor(trial: Trial, id: "webhooks" | "commitStatus"): string[] {
  return trial.method.scopes.filter((scope) => scope.needs.includes(id)).map((scope) => scope.name);
}
