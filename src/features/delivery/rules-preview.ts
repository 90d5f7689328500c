import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { Environment } from "@/db/generated/client";
import type { RulesPreview, RulesPreviewResult } from "@/features/delivery/contract";
import type { Facts } from "@/features/delivery/decide/common";
import { decide } from "@/features/delivery/decide/decide";
import type { EnvironmentRules } from "@/features/delivery/decide/push";
import { type AffectedApplication, forDeciding } from "@/features/delivery/process/affected";
import { HostAnswers } from "@/features/delivery/process/host-answers";
import { applicationRules, environmentRules } from "@/features/delivery/process/rules";
import { pushOfCommit } from "@/features/delivery/process/simulated-push";
import { shownReason, shownTrace } from "@/features/delivery/public";
import { Fault } from "@/lib/fault";
import { inParallel } from "@/lib/map-concurrently";
import type { ListedCommit } from "@/providers/reporting";

const deadlineMs = 30_000;
const questionsAtOnce = 3;

/**
 * What the newest commits of a branch would have led to under rules that are not saved yet, each as if it had been pushed
 * alone. What is deployed at the moment does not matter.
 * @throws Fault `not_found` | `unsupported` | of the host
 */
export async function rulesPreview(caller: Caller, input: RulesPreview): Promise<RulesPreviewResult> {
  const { environment, application } = await environmentOf(caller, input.environmentId);
  const rules = withChanges(environmentRules(environment), input);
  const answers = new HostAnswers(AbortSignal.timeout(deadlineMs));
  const forge = await answers.forgeOf(application);
  if (!forge.commits) throw new Fault("unsupported", { code: "delivery_no_commits" });
  const { repositoryId, repositoryFullName } = application;
  const key = { id: repositoryId ?? undefined, fullName: repositoryFullName };
  const commits = await forge.commits(key, rules.branch, input.limit);
  const items = await inParallel(commits, questionsAtOnce, (commit) =>
    itemOf(commit, application, rules, answers),
  );
  return { items };
}

async function environmentOf(
  { organizationId }: Caller,
  id: string,
): Promise<{ environment: Environment; application: AffectedApplication }> {
  const where = { environmentId: id.replaceAll("\0", ""), organizationId };
  const found = await db().environment.findFirst({
    where,
    include: { application: { include: forDeciding } },
  });
  if (!found) throw new Fault("not_found", { code: "not_found", params: { what: "environment" } });
  const { application, ...environment } = found;
  return { environment, application };
}

function withChanges(rules: EnvironmentRules, input: RulesPreview): EnvironmentRules {
  const { branch, branchPatterns, watchPaths, skipMarkers, trigger } = input;
  return {
    ...rules,
    branch: branch ?? rules.branch,
    branchPatterns: branchPatterns ?? rules.branchPatterns,
    watchPaths: watchPaths ?? rules.watchPaths,
    skipMarkers: skipMarkers ?? rules.skipMarkers,
    trigger: trigger ?? rules.trigger,
  };
}

async function itemOf(
  commit: ListedCommit,
  application: AffectedApplication,
  rules: EnvironmentRules,
  answers: HostAnswers,
): Promise<RulesPreviewResult["items"][number]> {
  const event = pushOfCommit(application, { ref: rules.branch, refKind: "branch" }, commit);
  const configuration = { application: applicationRules(application), environment: rules };
  const facts: Facts = { head: commit.sha, current: null };
  const first = decide(event, configuration, facts);
  const { outcome, trace } =
    first.outcome.kind === "ask"
      ? decide(event, configuration, { ...facts, changedPaths: await pathsOf(answers, application, event) })
      : first;
  return {
    sha: commit.sha,
    subject: commit.message.split("\n", 1)[0] ?? "",
    author: commit.author,
    committedAt: new Date(commit.committedAt).toISOString(),
    decision: outcome.kind === "deploy" ? "deploy" : "ignored",
    reason: shownReason("reason" in outcome ? outcome.reason : null),
    trace: shownTrace(trace),
  };
}

/** Of one commit of ten the files may be missing: the others are worth showing. */
async function pathsOf(answers: HostAnswers, ...of: Parameters<HostAnswers["changedPaths"]>) {
  return answers.changedPaths(...of).catch(() => "unavailable" as const);
}
