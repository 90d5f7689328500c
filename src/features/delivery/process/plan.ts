import { db } from "@/db/client";
import type { Environment } from "@/db/generated/client";
import type { Facts } from "@/features/delivery/decide/common";
import { decide } from "@/features/delivery/decide/decide";
import type { Decision, Question } from "@/features/delivery/decide/trace";
import type { AffectedApplication } from "@/features/delivery/process/affected";
import { moveRef } from "@/features/delivery/process/claim-move";
import { currentCommit } from "@/features/delivery/process/current-commit";
import type { Answers, Head } from "@/features/delivery/process/host-answers";
import { applicationRules, environmentRules } from "@/features/delivery/process/rules";
import { takesPlace } from "@/features/preview/takes-place";
import type { PullRequest } from "@/providers/reporting";
import type { PullRequestEvent, PushEvent } from "@/providers/webhook";

/** Events that may lead to a deployment. */
export type Leading = PushEvent | PullRequestEvent;

/** What an event is about: an environment that follows pushes, or the previews of an application. */
export interface Subject {
  application: AffectedApplication;
  /** Null: the previews. */
  environment: Environment | null;
}

/** A decision, with what it was made from. */
export interface Plan extends Subject {
  /** A request is as the host has it by now, once it was asked. */
  event: Leading;
  decision: Decision;
  /** Null when the host was not asked. */
  head: Head | null;
  /** The preview that the request has already. */
  preview: Environment | null;
  /** Moves of the same ref that were known before the host was asked. */
  movesBefore: number;
}

/**
 * Decide what an event means, with the host's answers to what the decision asks for. Changes nothing.
 * @throws Fault of the host
 */
export async function planOf(told: Leading, subject: Subject, answers: Answers): Promise<Plan> {
  const { application, environment } = subject;
  const configuration = {
    application: applicationRules(application),
    environment: environment && environmentRules(environment),
  };
  const preview = previewOf(told, application);
  let facts = knownFacts(told, subject, preview);
  let event = told;
  let head: Head | null = null;
  let movesBefore = 0;
  const ask: Record<Question, () => Promise<void>> = {
    head: async () => {
      const place = environment ?? preview;
      movesBefore = await countMoves(place, told);
      const found = await answers.head(application, told);
      head = found;
      if (event.kind === "pullRequest" && found.request) event = asOnHost(event, found.request);
      const handled = await handledHead(told, place, found);
      const current = place && (await currentCommit(place));
      facts = { ...facts, head: found.sha, handled, current };
    },
    changedPaths: async () => {
      const changedPaths =
        told.kind === "push" ? await answers.changedPaths(application, told) : "unavailable";
      facts = { ...facts, changedPaths };
    },
  };
  for (;;) {
    const decision = decide(event, configuration, facts);
    const { outcome } = decision;
    // Events of a request may arrive in another order: one that was opened again keeps its preview.
    // A host that does not answer now is asked again later: removing cannot be undone.
    if (outcome.kind === "remove" && head === null && configuration.application.provider.isActive)
      await ask.head();
    else if (outcome.kind === "ask") await ask[outcome.question]();
    else return { ...subject, event, decision, head, preview, movesBefore };
  }
}

/** What is known from the rows at hand. A delivery may tell of thousands of refs, most of which nobody follows. */
function knownFacts(event: Leading, { application }: Subject, preview: Environment | null): Facts {
  if (event.kind === "push") return {};
  const previews = application.environments.filter((one) => one.kind === "preview" && takesPlace(one));
  return { preview, previewCount: previews.length, approved: preview?.approvedShas ?? [] };
}

function previewOf(event: Leading, { environments }: AffectedApplication): Environment | null {
  if (event.kind === "push") return null;
  return environments.find(({ requestNumber }) => requestNumber === event.number) ?? null;
}

async function countMoves(environment: Environment | null, event: Leading): Promise<number> {
  if (!environment) return 0;
  const { environmentId } = environment;
  return db().deploymentCause.count({ where: { environmentId, ref: moveRef(event) } });
}

/** The newest commit, where it led to a deployment already: this event comes late. */
async function handledHead(
  event: Leading,
  environment: Environment | null,
  { sha }: Head,
): Promise<string[]> {
  if (!environment || sha === null || sha === "unavailable") return [];
  const where = { environmentId: environment.environmentId, ref: moveRef(event), after: sha };
  return (await db().deploymentCause.count({ where, take: 1 })) > 0 ? [sha] : [];
}

/** The host's own word of a request counts, not that of an event that may be old. */
function asOnHost(event: PullRequestEvent, request: PullRequest): PullRequestEvent {
  const { repositoryId, ref, sha } = request.head;
  return {
    ...event,
    state: request.state,
    title: request.title,
    head: { repositoryId, ref, sha },
    base: request.base,
    labels: request.labels ?? event.labels,
    draft: request.draft,
    // Whichever says so: secrets once given to strangers cannot be taken back.
    isFork: event.isFork || request.isFork,
  };
}
