import { db } from "@/db/client";
import { type OpenHost, openApplicationHost, ownContexts } from "@/features/deployment/application-host";
import type { Deployment } from "@/features/deployment/contract";
import { frozenReason } from "@/features/deployment/frozen";
import { deployJob } from "@/features/deployment/job";
import { endQueued, storeQueuedCommit } from "@/features/deployment/state";
import { Commit } from "@/git/nouns";
import { asFault, Fault, retryPolicy } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import type { ChecksState } from "@/providers/reporting";
import { enqueue } from "@/queue/enqueue";

interface Waiting {
  deploymentId: string;
  organizationId: string;
  applicationId: string;
  environmentId: string;
  trigger: string;
  ref: string;
  fetchRef: string | null;
  commit: unknown;
  createdAt: Date;
  checksAsked: number;
  checksUntil: Date;
}

/** A process that asks is taken for dead after so long, and another one asks. */
const askingSeconds = 60;
/** A host that has checks begins them within this time after a push. */
const graceMs = 120_000;

const asksAtOnce = 4;

/** Ask hosts for the checks that deployments wait for, as far as they are due. No worker is held meanwhile. */
export async function askChecks(open: OpenHost = openApplicationHost): Promise<void> {
  const lane = async () => {
    for (let row = await nextDue(); row; row = await nextDue()) await ask(row, open);
  };
  await Promise.all(Array.from({ length: asksAtOnce }, lane));
}

/** One statement, so that two processes ask for different ones. */
async function nextDue(): Promise<Waiting | undefined> {
  const rows = await db().$queryRaw<Waiting[]>`
    UPDATE "deployment" SET "checksAsked" = "checksAsked" + 1,
      "checksDueAt" = clock_timestamp() + make_interval(secs => ${askingSeconds})
    WHERE "deploymentId" = (
      SELECT "deploymentId" FROM "deployment"
      WHERE "status" = 'queued' AND "checksDueAt" <= clock_timestamp()
      ORDER BY "checksDueAt" LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING "deploymentId", "organizationId", "applicationId", "environmentId", "trigger", "ref", "fetchRef",
      "commit", "createdAt", "checksAsked", "checksUntil"`;
  return rows[0];
}

async function ask(row: Waiting, open: OpenHost): Promise<void> {
  try {
    await decide(row, await stateOfChecks(row, open));
  } catch (error) {
    const fault = asFault(error);
    // The database may have been away: only a refusal of the host is final.
    if (fault.code !== "internal" && retryPolicy(fault) === "never") await fail(row, fault.reason);
    else await waitOn(row, fault.retryAt);
  }
}

interface Asked {
  sha: string;
  /** `unknown`: the host, or this way of connecting to it, tells of none. */
  state: ChecksState | "unknown";
}

async function stateOfChecks(row: Waiting, open: OpenHost): Promise<Asked> {
  const { forge, key } = await open(row.applicationId);
  let sha = Commit.safeParse(row.commit).data?.sha;
  if (!sha) {
    const found = await forge.refs.resolve(key, row.fetchRef ?? row.ref);
    sha = found.sha;
    const bare = { sha, subject: "", author: "", committedAt: "", url: null };
    await storeQueuedCommit(row.deploymentId, found.commit ?? bare);
  }
  return { sha, state: forge.checks ? await checksOf(forge.checks(key, sha, ownContexts)) : "unknown" };
}

/** A refusal says how to have the deployment nevertheless. */
async function checksOf(answer: Promise<ChecksState>): Promise<ChecksState> {
  try {
    return await answer;
  } catch (error) {
    const fault = asFault(error);
    if (fault.code === "internal" || retryPolicy(fault) !== "never") throw fault;
    throw new Fault(
      fault.code,
      { code: "checks_unreadable", params: { said: fault.message } },
      { cause: fault },
    );
  }
}

async function decide(row: Waiting, { sha, state }: Asked): Promise<void> {
  if (state === "failure") return fail(row, { code: "checks_failed", params: { sha } });
  if (state === "success") return go(row, "The host's own checks of this commit have succeeded.");
  if (state === "unknown") return go(row, "This host tells of no checks, so none are waited for.");
  if (state === "none" && Date.now() - row.createdAt.getTime() > graceMs) {
    return go(row, "The host has no checks of this commit, so none are waited for.");
  }
  if (row.checksAsked === 1) await tell(row, "Waits for the host's own checks of this commit.");
  return waitOn(row);
}

/** What a person began goes on all the same: who deploys to a frozen environment was told and insisted. */
const byPersons: readonly string[] = ["manual", "api", "retry", "rollback"] satisfies Deployment["trigger"][];

/** The environment may have been frozen while the deployment waited. */
async function frozenOut({ environmentId, trigger }: Waiting): Promise<Reason | null> {
  if (byPersons.includes(trigger)) return null;
  const environment = await db().environment.findUnique({ where: { environmentId } });
  return environment && frozenReason(environment);
}

async function go(row: Waiting, text: string): Promise<void> {
  const { deploymentId } = row;
  const reason = await frozenOut(row);
  if (reason) {
    await endQueued(db(), deploymentId, { status: "skipped", reason });
    return;
  }
  await tell(row, text);
  await db().$executeRaw`UPDATE "deployment" SET "checksDueAt" = NULL
    WHERE "deploymentId" = ${deploymentId} AND "status" = 'queued'`;
  await enqueue(db(), deployJob, { deploymentId }); // if it is lost, `requeueStalled` makes another
}

async function fail(row: Waiting, reason: Reason): Promise<void> {
  await endQueued(db(), row.deploymentId, { status: "failed", reason });
}

/** @param retryAt when the host wants to be asked again, if it said so */
async function waitOn(row: Waiting, retryAt?: Date): Promise<void> {
  const { deploymentId, checksAsked, checksUntil, createdAt } = row;
  const now = Date.now();
  if (now >= checksUntil.getTime()) {
    const minutes = Math.round((checksUntil.getTime() - createdAt.getTime()) / 60_000);
    return fail(row, { code: "checks_timeout", params: { minutes } });
  }
  const next = Math.max(now + pauseMs(checksAsked), retryAt?.getTime() ?? 0);
  const dueAt = new Date(Math.min(next, Math.max(checksUntil.getTime(), retryAt?.getTime() ?? 0)));
  await db().$executeRaw`UPDATE "deployment" SET "checksDueAt" = ${dueAt}::timestamptz
    WHERE "deploymentId" = ${deploymentId} AND "status" = 'queued' AND "checksAsked" = ${checksAsked}`;
}

/** Ten seconds at first, two minutes at last: a host allows only so many calls an hour. */
function pauseMs(asked: number): number {
  return Math.min(10_000 * 1.5 ** (asked - 1), 120_000);
}

async function tell({ organizationId, deploymentId }: Waiting, text: string): Promise<void> {
  await db().deploymentLog.create({
    data: { organizationId, deploymentId, step: "resolve", stream: "info", text },
  });
}

/** The host has told of a check or status of a commit: what waits for it is asked for at once. */
export async function checksChanged(organizationId: string, sha: string): Promise<void> {
  await db().$executeRaw`UPDATE "deployment" SET "checksDueAt" = clock_timestamp()
    WHERE "organizationId" = ${organizationId} AND "status" = 'queued' AND "checksDueAt" > clock_timestamp()
      AND "commit"->>'sha' = ${sha}`;
}
