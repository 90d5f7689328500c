import path from "node:path";
import { db } from "@/db/client";
import type { Lease } from "@/features/deployment/run/lease";
import type { Run } from "@/features/deployment/run/run";
import { RunLog } from "@/features/deployment/run/run-log";
import { freshSteps } from "@/features/deployment/step";
import { workFolder } from "@/features/site/folder";
import { Commit } from "@/git/nouns";

const variable = { environmentVariableId: true, name: true, value: true } as const;

/** All that a try needs to know, read once at its beginning. */
export async function loadRun(lease: Lease, signal: AbortSignal): Promise<Run> {
  const { deploymentId } = lease;
  const { application, ...row } = await db().deployment.findUniqueOrThrow({
    where: { deploymentId },
    include: { application: true, environment: { select: { variables: { select: variable } } } },
  });
  return {
    lease,
    signal,
    log: new RunLog(lease),
    ref: row.ref,
    commit: Commit.safeParse(row.commit).data ?? null,
    releaseId: row.rollbackOfId ?? deploymentId,
    rollback: row.rollbackOfId !== null,
    steps: freshSteps(),
    application: {
      ...application,
      repository: { id: application.repositoryId ?? undefined, fullName: application.repositoryFullName },
    },
    variables: row.environment.variables,
    folder: path.join(workFolder(), `${deploymentId}.${lease.fence}`),
    output: null,
    published: row.released,
  };
}
