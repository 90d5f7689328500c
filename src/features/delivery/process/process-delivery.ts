import { transaction } from "@/db/client";
import type { WebhookDelivery } from "@/db/generated/client";
import { type AffectedApplication, affectedApplications } from "@/features/delivery/process/affected";
import { carryOut } from "@/features/delivery/process/carry-out";
import { HostAnswers } from "@/features/delivery/process/host-answers";
import { type Affected, learnFrom, learnFromReport } from "@/features/delivery/process/learn";
import type { Plan } from "@/features/delivery/process/plan";
import { plansFor } from "@/features/delivery/process/plan-all";
import { lockUndecided, saveDecision, saveFailedTry, takeUp } from "@/features/delivery/process/save";
import { itemsIn, type StoredDecision, verifiedOf } from "@/features/delivery/process/stored";
import { summaryOf } from "@/features/delivery/process/summary";
import { deliveryJob } from "@/features/delivery/receive/job";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { removePreview } from "@/features/preview/remove";
import { assertDiskSpace } from "@/lib/disk";
import { asFault, Fault, retryPolicy } from "@/lib/fault";
import { personIn } from "@/providers/kit/webhook-person";
import { type Report, reportIn } from "@/providers/kit/webhook-report";
import type { HookItem } from "@/providers/webhook";

/** The first try and those of the queue after it. */
const maxTries = deliveryJob.retries + 1;
/** All questions to the host together. */
const deadlineMs = 60_000;
const turnsAtOnce = 4;

/**
 * Decide what a delivery means and do it, once: the decision is stored in the transaction that queues its deployments,
 * so that a process may die anywhere and another one begins again.
 * @throws Fault of a host that may answer later, so that the queue tries again; after the last try the delivery has
 *   failed, for that reason
 */
export async function processDelivery(of: { deliveryId: string; receivedAt: Date }): Promise<void> {
  const delivery = await takeUp(of);
  if (!delivery) return;
  const isLastTry = delivery.tries >= maxTries;
  let items: HookItem[] = [];
  try {
    const via = await providerOf(delivery);
    items = itemsIn(delivery, via.providerType);
    const report = items.every(({ kind }) => kind === "ignored") ? reportIn(verifiedOf(delivery)) : null;
    if (report) await storeReport(delivery, via, items, report);
    else await decideUntilStored(delivery, via, items, (fault) => isLastTry || isPermanent(fault));
  } catch (error) {
    const fault = asFault(error);
    const isFinal = isLastTry || isPermanent(fault);
    await saveFailedTry(delivery, items, { reason: fault.reason, isFinal });
    if (!isFinal) throw fault;
  }
}

/** Whether another try ends in the same way. A bug may be in what is there for a moment only. */
function isPermanent(fault: Fault): boolean {
  return fault.code !== "internal" && retryPolicy(fault) === "never";
}

/** @throws Fault `not_found` reason `delivery_provider_gone` */
async function providerOf({ organizationId, gitProviderId }: WebhookDelivery): Promise<ProviderRow> {
  try {
    return await readProvider(system(organizationId), gitProviderId);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "not_found") throw error;
    throw new Fault("not_found", { code: "delivery_provider_gone" }, { cause: error });
  }
}

/** Nothing is asked of the host for what it tells of reports, most of which are ours. */
async function storeReport(
  delivery: WebhookDelivery,
  via: ProviderRow,
  items: HookItem[],
  report: Report,
): Promise<void> {
  const learned = await learnFromReport(via, report);
  await transaction(async (tx) => {
    if (await lockUndecided(tx, delivery)) await saveDecision(tx, delivery, summaryOf(items, [], learned));
  });
}

/** Again at once when a ref moved on between the answer of the host and the transaction; the queue tries later. */
async function decideUntilStored(...given: Parameters<typeof decideAndStore>): Promise<void> {
  for (let turn = 1; ; turn++) {
    try {
      return await decideAndStore(...given);
    } catch (error) {
      const isMoved = error instanceof Fault && error.reason.code === "delivery_moved_on";
      if (!isMoved || turn === turnsAtOnce) throw error;
    }
  }
}

async function decideAndStore(
  delivery: WebhookDelivery,
  via: ProviderRow,
  items: HookItem[],
  isFinal: (fault: Fault) => boolean,
): Promise<void> {
  const answers = new HostAnswers(AbortSignal.timeout(deadlineMs));
  const affected = await affectedBy(via, items);
  const learned = await learnFrom(via, affected, answers);
  const { plans, failed } = await plansFor(affected, answers, isFinal);
  await removePreviews(plans);
  if (plans.some(({ decision }) => decision.outcome.kind === "deploy")) await assertDiskSpace();
  const { deliveryId, sourceId, hostDeliveryId, source } = delivery;
  const isReplay = source === "replay";
  const person = plans.length > 0 ? personIn(verifiedOf(delivery)) : "";
  const teller = { deliveryId, sourceId, hostDeliveryId, isReplay, person };
  await transaction(async (tx) => {
    if (!(await lockUndecided(tx, delivery))) return;
    const done = new Map<Plan, StoredDecision>();
    for (const plan of inLockOrder(plans)) done.set(plan, await carryOut(tx, plan, teller));
    const decisions = [...plans.flatMap((plan) => done.get(plan) ?? []), ...failed];
    await saveDecision(tx, delivery, summaryOf(items, decisions, learned));
  });
}

/** The items of a delivery are of one repository, as a rule: its applications are read once. */
async function affectedBy(via: ProviderRow, items: HookItem[]): Promise<Affected[]> {
  const known = new Map<string, AffectedApplication[]>();
  const affected: Affected[] = [];
  for (const item of items) {
    const isAbout = item.kind === "push" || item.kind === "pullRequest" || item.kind === "repository";
    const id = isAbout ? item.repository.id : null;
    const applications = id === null ? [] : (known.get(id) ?? (await affectedApplications(via, id)));
    if (id !== null) known.set(id, applications);
    affected.push({ item, applications });
  }
  return affected;
}

/** Before the decision is stored: a preview that is gone already counts as removed, one that stays would be forgotten. */
async function removePreviews(plans: Plan[]): Promise<void> {
  for (const { decision } of plans) {
    const { outcome } = decision;
    if (outcome.kind === "remove") await removePreview(outcome.environmentId, outcome.reason);
  }
}

/** Everyone takes the rows of environments in the order of their ids, so that nobody waits in a circle. */
function inLockOrder(plans: Plan[]): Plan[] {
  const key = ({ environment, application }: Plan) => environment?.environmentId ?? application.applicationId;
  return plans.toSorted((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
}
