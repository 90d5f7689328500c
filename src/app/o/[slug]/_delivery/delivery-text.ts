import { previewsPath, rulesPath } from "@/client/paths";
import type { Delivery } from "@/features/delivery/contract";

type Told = Pick<Delivery, "event" | "ref" | "pullRequest">;
type DecidedEnvironment = Delivery["environments"][number];

/** What happened at the host, in a few words: "Push to main", "Tag v1.2", "Pull request 7". */
export function eventTitle({ event, ref, pullRequest }: Told): string {
  if (pullRequest !== null) return `Pull request ${pullRequest}`;
  if (ref) return event === "tag" ? `Tag ${ref}` : `Push to ${ref}`;
  return event ? (eventWords[event] ?? `Event ${event}`) : "Event that is not read yet";
}

/** Kinds of events by their names in the API; others are named as the host names them. */
export const eventWords: Record<string, string> = {
  push: "Push",
  tag: "Tag",
  pullRequest: "Pull or merge request",
  repository: "Change of the repository",
  installation: "Change of an App's installation",
  ping: "Test delivery",
};

export const sourceWords: Record<Delivery["source"], string> = {
  hook: "Webhook of the repository",
  app: "Webhook of the App",
  log: "Delivery log of the host, after it was missed",
  poll: "Found by asking the host",
  replay: "Replayed here",
};

/** Rules by the names that a person gives them. */
const ruleWords: Record<string, string> = {
  event: "Event",
  provider: "Provider",
  repository: "Repository",
  trigger: "Trigger",
  ref: "Branch or tag",
  deleted: "Still there",
  changed: "New commit",
  frozen: "Freeze",
  skipMarker: "Skip markers",
  paths: "Watched paths",
  head: "Newest commit",
  current: "Not deployed yet",
  state: "State of the request",
  previews: "Previews",
  base: "Branch it goes to",
  labels: "Labels",
  draft: "Draft",
  limit: "Number of previews",
  fork: "Fork",
};

/** The name of a rule; one that this page does not know is told in its own words, `someRule` as "Some rule". */
export function ruleTitle(rule: string): string {
  const words = rule.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return ruleWords[rule] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** The page of Slipway on which the cause can be changed, if there is one. */
export function remedyOf(
  {
    reason,
    applicationId,
    environmentId,
  }: Pick<DecidedEnvironment, "reason" | "applicationId" | "environmentId">,
  gitProviderId: string,
): { label: string; href: string } | null {
  const code = reason?.code ?? "";
  if (/^rule_(previews|limit|fork|label|base|draft)/.test(code))
    return { label: "Open previews", href: previewsPath(applicationId) };
  if (environmentId && /^rule_(trigger|ref_other|frozen|skip|paths)/.test(code))
    return { label: "Open its rules", href: rulesPath(applicationId, environmentId) };
  if (/^(rule_provider|rule_commit_unknown|hook_|host_|token_|permission_)/.test(code))
    return { label: "Open provider", href: `/providers/${encodeURIComponent(gitProviderId)}` };
  return null;
}
