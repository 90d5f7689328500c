import type { ApplicationRules, Facts } from "@/features/delivery/decide/common";
import { decidePullRequest } from "@/features/delivery/decide/pull-request";
import { decidePush, type EnvironmentRules } from "@/features/delivery/decide/push";
import { type Decision, runRules, stop } from "@/features/delivery/decide/trace";
import type { HookItem } from "@/providers/webhook";

interface Configuration {
  application: ApplicationRules;
  /** Null: what the event means for the previews of the application. */
  environment: EnvironmentRules | null;
}

/**
 * What an event means for one environment, or for the previews of an application, with every rule that was looked at.
 * Pure: what has to be asked of the host or the database is among the facts, and a decision may ask for more of them.
 */
export function decide(
  item: HookItem,
  { application, environment }: Configuration,
  facts: Facts = {},
): Decision {
  if (item.kind === "ignored") return ended({ outcome: "stop", detail: item.reason });
  if (item.kind === "push")
    return environment
      ? decidePush({ event: item, application, environment, facts })
      : ended(stop("rule_event_push"));
  if (item.kind === "pullRequest")
    return environment
      ? ended(stop("rule_event_request"))
      : decidePullRequest({ event: item, application, facts });
  return ended(stop(item.kind === "ping" ? "rule_event_ping" : "rule_event_no_deployment"));
}

function ended(finding: ReturnType<typeof stop>): Decision {
  return runRules([["event", () => finding]], null, () => ({ kind: "ask", question: "head" }));
}
