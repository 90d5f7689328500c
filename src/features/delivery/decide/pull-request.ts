import {
  type ApplicationRules,
  commitOf,
  currentRule,
  type Facts,
  headRule,
  type PreviewRules,
  providerRule,
  repositoryRule,
  short,
} from "@/features/delivery/decide/common";
import {
  type Check,
  type Decision,
  type Finding,
  pass,
  type Rule,
  runRules,
  skip,
  stop,
} from "@/features/delivery/decide/trace";
import { namePattern } from "@/git/pattern";
import type { PullRequestEvent } from "@/providers/webhook";

interface Given {
  event: PullRequestEvent;
  application: ApplicationRules;
  facts: Facts;
}

interface Context extends Given {
  previews: PreviewRules;
}

const before: readonly (readonly [Rule, Check<Given>])[] = [
  ["repository", ({ application, event }) => repositoryRule(application, event.repository)],
  ["state", state],
  ["provider", ({ application }) => providerRule(application)],
];

const rules: readonly (readonly [Rule, Check<Context>])[] = [
  ["base", base],
  ["labels", labels],
  ["draft", draft],
  ["limit", limit],
  ["head", ({ event, facts }) => headRule(event.head.sha, facts)],
  ["fork", fork],
  ["current", ({ event, facts }) => currentRule(commitOf(event.head.sha, facts), facts)],
];

/** Does this request get a preview, of which commit, or is its preview to be removed? */
export function decidePullRequest(given: Given): Decision {
  const { previews } = given.application;
  const first = runRules([...before, ["previews", wanted]], given, () => ({ kind: "ask", question: "head" }));
  // The last of the first rules is that of the previews: it stops where there are none.
  if (first.trace.at(-1)?.outcome === "stop" || !previews) return first;
  const { outcome, trace } = runRules(rules, { ...given, previews }, ({ event, facts }) => ({
    kind: "deploy",
    environmentId: facts.preview?.environmentId ?? null,
    sha: commitOf(event.head.sha, facts),
    withSecrets: !event.isFork,
  }));
  return { outcome, trace: [...first.trace, ...trace] };
}

/** Looked at early: what is closed is removed, also when the provider or its previews were switched off meanwhile. */
function state({ event, facts }: Given): Finding {
  if (event.state === "open") return pass("rule_request_open");
  return withPreview(
    facts,
    event.state === "merged" ? stop("rule_request_merged") : stop("rule_request_closed"),
  );
}

function wanted({ application, facts }: Given): Finding {
  return application.previews ? pass("rule_previews_on") : withPreview(facts, stop("rule_previews_off"));
}

function base({ event, previews, facts }: Context): Finding {
  const { baseBranches: patterns } = previews;
  if (patterns.length === 0) return skip("rule_base_all");
  const pattern = namePattern(patterns)(event.base.ref);
  return pattern
    ? pass("rule_ref_fits", { ref: event.base.ref, pattern })
    : withPreview(facts, stop("rule_base_other", { ref: event.base.ref, patterns }));
}

function labels({ event, previews, facts }: Context): Finding {
  if (previews.labels.length === 0) return skip("rule_labels_all");
  if (event.labels === null) return stop("rule_labels_untold");
  const label = previews.labels.find((one) => event.labels?.includes(one));
  return label
    ? pass("rule_label_there", { label })
    : withPreview(facts, stop("rule_label_missing", { labels: previews.labels }));
}

function draft({ event, previews }: Context): Finding {
  if (!event.draft) return pass("rule_not_draft");
  return previews.drafts ? pass("rule_draft_wanted") : stop("rule_draft");
}

function limit({ previews, facts }: Context): Finding {
  if (facts.preview) return pass("rule_preview_there");
  const params = { limit: previews.limit, count: facts.previewCount ?? 0 };
  return params.count < params.limit ? pass("rule_limit_free", params) : stop("rule_limit", params);
}

/** An approval is of one commit: what is pushed afterwards was not looked at by anybody. */
function fork({ event, previews, facts }: Context): Finding {
  if (!event.isFork) return pass("rule_not_fork");
  if (previews.forks === "never") return stop("rule_fork_never");
  const sha = commitOf(event.head.sha, facts);
  if (previews.forks === "always" || facts.approved?.includes(sha)) return pass("rule_fork_without_secrets");
  const reason = { code: "rule_fork_approval", params: { sha: short(sha) } };
  return { outcome: "stop", detail: reason, end: { kind: "approval", sha, reason } };
}

/** A preview that there is goes, for the same reason for which there would be none. */
function withPreview({ preview }: Facts, finding: Finding): Finding {
  if (!preview || finding.outcome !== "stop") return finding;
  const { environmentId } = preview;
  return { ...finding, end: { kind: "remove", environmentId, reason: finding.detail } };
}
