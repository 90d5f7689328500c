import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { DryRun, DryRunResult } from "@/features/delivery/contract";
import { type AffectedApplication, forDeciding } from "@/features/delivery/process/affected";
import { type Answers, type Head, HostAnswers } from "@/features/delivery/process/host-answers";
import { type Plan, planOf } from "@/features/delivery/process/plan";
import { followsPushes } from "@/features/delivery/process/rules";
import { openingOf, pushOfCommit } from "@/features/delivery/process/simulated-push";
import { subjectColumns } from "@/features/delivery/process/stored";
import { shownReason, shownTrace } from "@/features/delivery/public";
import type { RepositoryKey, ResolvedRef } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";
import type { PullRequest } from "@/providers/reporting";
import type { PushEvent } from "@/providers/webhook";

const deadlineMs = 30_000;
/** Commits of a branch among which one is looked for. */
const mostListed = 50;

/**
 * What would a push do now, for each environment of an application? Nothing is changed. Without a ref each environment is
 * asked about its own branch.
 * @throws Fault `not_found` | `invalid_input` | of the host
 */
export async function dryRun(caller: Caller, input: DryRun): Promise<DryRunResult> {
  const application = await applicationOf(caller, input.applicationId);
  if (application.gitProvider.status !== "active") return { items: await switchedOff(application, input) };
  const answers = new HostAnswers(AbortSignal.timeout(deadlineMs));
  const forge = await answers.forgeOf(application);
  const key = keyOf(application);
  if (input.pullRequest !== undefined) {
    if (!forge.pullRequests) throw unsupported();
    const request = await forge.pullRequests.get(key, input.pullRequest);
    const event = openingOf(application, request);
    const plan = await planOf(event, { application, environment: null }, at(headOf(request), answers));
    return { items: [toItem(plan)] };
  }
  const subjects = application.environments
    .filter(followsPushes)
    .map((environment) => ({ application, environment }));
  const refs = new Set(subjects.map(({ environment }) => input.ref ?? environment.branch));
  const pushes = new Map<string, PushEvent>();
  for (const ref of refs) pushes.set(ref, await pushAt(forge, application, ref, input.commit));
  const items: DryRunResult["items"] = [];
  for (const subject of subjects) {
    const event = pushes.get(input.ref ?? subject.environment.branch);
    if (event) items.push(toItem(await planOf(event, subject, at(headOf(event), answers))));
  }
  return { items };
}

/** The host of a provider that is switched off is not asked: that it is off is the answer. */
async function switchedOff(application: AffectedApplication, input: DryRun): Promise<DryRunResult["items"]> {
  const silent: Answers = {
    head: async () => ({ sha: "unavailable", commit: null, request: null }),
    changedPaths: async () => "unavailable",
  };
  const { pullRequest: number, commit } = input;
  if (number !== undefined) {
    const event = openingOf(application, unknownRequest(number));
    return [toItem(await planOf(event, { application, environment: null }, silent))];
  }
  const environments = application.environments.filter(followsPushes);
  return Promise.all(
    environments.map(async (environment) => {
      const to = { ref: input.ref ?? environment.branch, refKind: "branch" } as const;
      const event = pushOfCommit(application, to, { sha: commit ?? "", message: "", parent: null });
      return toItem(await planOf(event, { application, environment }, silent));
    }),
  );
}

function unknownRequest(number: number): PullRequest {
  return {
    number,
    title: "",
    state: "open",
    url: "",
    author: null,
    head: { repositoryId: null, ref: "", sha: "", fetchRef: null },
    base: { ref: "", sha: null },
    labels: null,
    draft: false,
    isFork: false,
    updatedAt: null,
  };
}

async function applicationOf({ organizationId }: Caller, id: string): Promise<AffectedApplication> {
  const where = { applicationId: id.replaceAll("\0", ""), organizationId };
  const row = await db().application.findFirst({ where, include: forDeciding });
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "application" } });
  return row;
}

/** The push of a branch before a tag of the same name, or of a commit as if it were the newest one of the ref. */
async function pushAt(
  forge: Forge,
  application: AffectedApplication,
  ref: string,
  wanted: string | undefined,
): Promise<PushEvent> {
  const key = keyOf(application);
  const { refKind, head } = await resolved(forge, key, ref);
  const sha = wanted?.toLowerCase() ?? head.sha;
  // Listed commits have their whole message and their parent, between which and the commit the files differ.
  const isListed = refKind === "branch" && forge.commits;
  const listed = isListed ? await forge.commits?.(key, ref, wanted ? mostListed : 1) : [];
  const found = listed?.find((one) => one.sha.startsWith(sha));
  if (found) return pushOfCommit(application, { ref, refKind }, found);
  const named = sha === head.sha ? head : await forge.refs.resolve(key, sha);
  const message = named.commit?.subject ?? "";
  return pushOfCommit(application, { ref, refKind }, { sha: named.sha, message, parent: null });
}

async function resolved(
  forge: Forge,
  key: RepositoryKey,
  ref: string,
): Promise<{ refKind: PushEvent["refKind"]; head: ResolvedRef }> {
  try {
    return { refKind: "branch", head: await forge.refs.resolve(key, `refs/heads/${ref}`) };
  } catch (error) {
    if (!(error instanceof Fault) || error.reason.code !== "ref_gone") throw error;
    return { refKind: "tag", head: await forge.refs.resolve(key, `refs/tags/${ref}`) };
  }
}

function keyOf({ repositoryId, repositoryFullName }: AffectedApplication): RepositoryKey {
  return { id: repositoryId ?? undefined, fullName: repositoryFullName };
}

/** The host's answers, but for the newest commit, which is the one that is asked about. */
function at(head: Head, answers: HostAnswers): Answers {
  return { head: async () => head, changedPaths: (...given) => answers.changedPaths(...given) };
}

function headOf(about: PushEvent | PullRequest): Head {
  if ("kind" in about) return { sha: about.commit, commit: null, request: null };
  return { sha: about.head.sha, commit: null, request: about };
}

function toItem(plan: Plan): DryRunResult["items"][number] {
  const { outcome, trace } = plan.decision;
  const decision = outcome.kind === "ask" ? "ignored" : outcome.kind;
  return {
    ...subjectColumns(plan.event, plan),
    decision,
    reason: shownReason("reason" in outcome ? outcome.reason : null),
    sha: "sha" in outcome ? outcome.sha : null,
    deploymentId: null,
    trace: shownTrace(trace),
  };
}

function unsupported(): Fault {
  return new Fault("unsupported", { code: "delivery_no_requests" });
}
