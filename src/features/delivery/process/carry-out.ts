import type { Db } from "@/db/client";
import { short } from "@/features/delivery/decide/common";
import type { Outcome } from "@/features/delivery/decide/trace";
import {
  claimMove,
  hasMovedOn,
  keepMove,
  type Move,
  moveRef,
  noteTeller,
  type Teller,
  type Told,
} from "@/features/delivery/process/claim-move";
import { currentCommit } from "@/features/delivery/process/current-commit";
import type { Leading, Plan } from "@/features/delivery/process/plan";
import { type StoredDecision, subjectColumns } from "@/features/delivery/process/stored";
import { type Actor, triggerOf } from "@/features/deployment/actor";
import { insertDeployment } from "@/features/deployment/enqueue";
import { openPreview } from "@/features/preview/open";
import type { Commit } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { messageOf, type Reason } from "@/lib/reason";
import type { PullRequest } from "@/providers/reporting";
import type { PullRequestEvent } from "@/providers/webhook";

type Result = Pick<StoredDecision, "environmentId" | "decision" | "reason" | "deploymentId">;

/** Do what was decided, in the transaction that stores the decision. Previews to be removed are gone already. */
export async function carryOut(tx: Db, plan: Plan, teller: Teller): Promise<StoredDecision> {
  const result = await resultOf(tx, plan, teller);
  return { ...subjectColumns(plan.event, plan), ...result, trace: plan.decision.trace };
}

async function resultOf(tx: Db, plan: Plan, teller: Teller): Promise<Result> {
  const { outcome } = plan.decision;
  const environmentId = plan.environment?.environmentId ?? null;
  const ignored = (reason: Reason, id = environmentId): Result => ({
    environmentId: id,
    decision: "ignored",
    reason,
    deploymentId: null,
  });
  if (outcome.kind === "deploy") return deploy(tx, plan, outcome, teller);
  if (outcome.kind === "approval") {
    const opened = await preview(tx, plan, { state: "approval", sha: outcome.sha, withSecrets: false });
    return ignored(outcome.reason, opened);
  }
  if (outcome.kind === "remove") {
    const reason = { code: "delivery_preview_removed", params: { why: messageOf(outcome.reason) } };
    return ignored(reason, null);
  }
  if (outcome.kind === "ask") throw new TypeError("a plan is made of a decision that asks for nothing more");
  return (await coalesced(tx, plan, outcome.reason, teller)) ?? ignored(outcome.reason);
}

/** Whether an event that leads to nothing is part of what another one led to. A replay is on its own. */
async function coalesced(tx: Db, plan: Plan, reason: Reason, teller: Teller): Promise<Result | null> {
  const environmentId = plan.environment?.environmentId ?? plan.preview?.environmentId;
  if (!environmentId || teller.isReplay) return null;
  // The newest commit of the ref had its own event.
  if (reason.code === "rule_head_superseded")
    return { environmentId, decision: "coalesced", reason, deploymentId: null };
  const sha = commitOf(plan);
  if (reason.code !== "rule_current_same" || sha === null) return null;
  const { organizationId } = plan.application;
  const told = await noteTeller(
    tx,
    { organizationId, environmentId, ref: moveRef(plan.event), after: sha },
    teller,
  );
  return told && { environmentId, ...toldBefore(told) };
}

/** The commit that an event is about by now. */
function commitOf({ event, head }: Plan): string | null {
  if (head?.sha && head.sha !== "unavailable") return head.sha;
  return event.kind === "push" ? event.commit : event.head.sha;
}

function toldBefore({
  deliveryId,
  deploymentId,
}: Told): Pick<Result, "decision" | "reason" | "deploymentId"> {
  const reason = { code: "delivery_told_before", params: { deliveryId } };
  return { decision: "coalesced", reason, deploymentId };
}

type Deploy = Extract<Outcome, { kind: "deploy" }>;

async function deploy(tx: Db, plan: Plan, outcome: Deploy, teller: Teller): Promise<Result> {
  if (plan.environment) return deployTo(tx, plan, outcome, teller, plan.environment.environmentId);
  const { sha, withSecrets } = outcome;
  try {
    const environmentId = await preview(tx, plan, { state: "deploy", sha, withSecrets });
    return await deployTo(tx, plan, outcome, teller, environmentId);
  } catch (error) {
    // Another request took the last place between the decision and now.
    if (!(error instanceof Fault) || error.reason.code !== "preview_limit_reached") throw error;
    return { environmentId: null, decision: "ignored", reason: error.reason, deploymentId: null };
  }
}

async function deployTo(
  tx: Db,
  plan: Plan,
  { sha, withSecrets }: Deploy,
  teller: Teller,
  environmentId: string,
): Promise<Result> {
  const { event, application, head } = plan;
  const { organizationId, applicationId } = application;
  if (!(await lockEnvironment(tx, organizationId, environmentId))) {
    const reason = { code: "delivery_environment_gone" };
    return { environmentId: null, decision: "ignored", reason, deploymentId: null };
  }
  const move: Move = {
    organizationId,
    environmentId,
    ref: moveRef(event),
    before: beforeOf(event),
    after: sha,
  };
  const claim = await claimMove(tx, move, teller);
  if (claim.told) return { environmentId, ...toldBefore(claim.told) };
  if ((await currentCommit(move, tx)) === sha)
    return { environmentId, ...alreadyCurrent(sha), deploymentId: null };
  if (await hasMovedOn(tx, move, plan.movesBefore)) throw movedOn(event);
  const actor = actorOf(organizationId, event, teller);
  const { deploymentId } = await insertDeployment(tx, actor, {
    applicationId,
    environmentId,
    ref: event.kind === "push" ? event.ref : event.head.ref,
    trigger: triggerOf(actor),
    commit: head?.commit?.sha === sha ? head.commit : withoutDetails(sha),
    withSecrets,
    fetchRef: head?.request?.head.fetchRef ?? null,
  });
  await keepMove(tx, move, teller, { occurrence: claim.occurrence, deploymentId });
  return { environmentId, decision: "deployed", reason: null, deploymentId };
}

/** Has all be decided anew, with the commit that is the newest now. */
function movedOn(event: Leading): Fault {
  return new Fault("unavailable", { code: "delivery_moved_on", params: { ref: moveRef(event) } });
}

/** Another event brought the environment to the same commit between the decision and now. */
function alreadyCurrent(sha: string): Pick<Result, "decision" | "reason"> {
  return {
    decision: "coalesced",
    reason: { code: "rule_current_same", params: { sha: short(sha) } },
  };
}

/** @returns false when the environment was removed meanwhile */
async function lockEnvironment(tx: Db, organizationId: string, environmentId: string): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "environment"
    WHERE "organizationId" = ${organizationId} AND "environmentId" = ${environmentId} FOR UPDATE`;
  return found.length > 0;
}

function beforeOf(event: Leading): string {
  return (event.kind === "push" && event.before) || "";
}

function actorOf(organizationId: string, event: Leading, { person }: Teller): Actor {
  const kind = event.kind === "pullRequest" ? "pullRequest" : event.refKind === "tag" ? "tag" : "push";
  return { organizationId, userId: null, name: person, kind };
}

/** The checkout reads the rest from the repository. */
function withoutDetails(sha: string): Commit {
  return { sha, subject: "", author: "", committedAt: "", url: null };
}

async function preview(
  tx: Db,
  { event, application, head }: Plan,
  wanted: { state: "deploy" | "approval"; sha: string; withSecrets: boolean },
): Promise<string> {
  if (event.kind !== "pullRequest") throw new TypeError("only requests have previews of their own");
  const request = head?.request ?? asTold(event, wanted.sha);
  const { environmentId } = await openPreview(tx, { application, request, ...wanted });
  return environmentId;
}

/** The request as its event tells it, for a host that cannot be asked. */
function asTold({ head, labels, ...event }: PullRequestEvent, sha: string): PullRequest {
  const { number, title, state, base, draft, isFork } = event;
  const { repositoryId, ref } = head;
  const known = { number, title, state, base, draft, isFork, labels };
  const untold = { url: "", author: null, updatedAt: null };
  return { ...known, ...untold, head: { repositoryId, ref, sha, fetchRef: null } };
}
