import path from "node:path";
import { db } from "@/db/client";
import type { Step } from "@/features/deployment/contract";
import type { Lease } from "@/features/deployment/lease";
import { previewVariables } from "@/features/deployment/run/preview-variables";
import { RunLog } from "@/features/deployment/run/run-log";
import type { SealedVariable } from "@/features/deployment/run/variables";
import { freshSteps } from "@/features/deployment/step";
import { releaseFolder, workFolder } from "@/features/site/folder";
import type { SiteWarning } from "@/features/site/warning";
import { Commit, type RepositoryKey } from "@/git/nouns";
import { retryTransient } from "@/lib/retry";

/** One try at one deployment, handed from step to step. */
export interface Run {
  lease: Lease;
  log: RunLog;
  /** Aborted with a Fault when the deployment is cancelled, taken over, or this process stops. */
  signal: AbortSignal;
  /** Branch, tag or commit id that was asked for. */
  ref: string;
  /** The whole name of a ref that holds the commit, where that is not the one asked for. */
  fetchRef: string | null;
  /** The exact commit, once it is known; a try after a crash keeps it. Details may still be missing. */
  commit: Commit | null;
  /** The deployment whose files are published: this one, or on a rollback an earlier one. */
  releaseId: string;
  /** The folder of a release of another environment that is published here, instead of one that is built. */
  promotedRelease: string | null;
  /** This publishes files that are kept from before. */
  rollback: boolean;
  /** False for code of strangers: it gets no variables and no other repository. */
  withSecrets: boolean;
  /** The provider of which whoever asked for this may choose any repository. */
  repositoriesOf: string | null;
  steps: Step[];
  application: {
    gitProviderId: string;
    repository: RepositoryKey;
    buildPath: string;
    buildCommand: string | null;
    outputDirectory: string | null;
  };
  /** The environment that is deployed. */
  environment: { name: string; branch: string; site: string };
  /** Sealed until the build command asks. None for code of strangers. */
  variables: SealedVariable[];
  /** Scratch space of this try. */
  folder: string;
  /** Problems to report although the deployment succeeds. */
  warnings: SiteWarning[];
  /** The release that the build left, whole: an absolute path in the scratch space. */
  output: string | null;
  /** The release is served: the deployment has succeeded even if a later step fails. */
  published: boolean;
}

/** `skipped`: there was nothing to do, as the log says. */
export type StepEnd = "succeeded" | "skipped";

const variable = {
  environmentVariableId: true,
  organizationId: true,
  environmentId: true,
  name: true,
  value: true,
} as const;

/** All that a try needs to know, read once at its beginning. */
export async function loadRun(lease: Lease, signal: AbortSignal): Promise<Run> {
  const { deploymentId } = lease;
  const { application, ...row } = await db().deployment.findUniqueOrThrow({
    where: { deploymentId },
    include: {
      application: true,
      environment: {
        select: {
          ...{ name: true, branch: true, site: true, kind: true, isFork: true },
          variables: { select: variable },
        },
      },
    },
  });
  // Whatever a deployment says: a preview of a fork never gets any.
  const withSecrets = row.withSecrets && !row.environment.isFork;
  const inherits = withSecrets && row.environment.kind === "preview";
  return {
    lease,
    signal,
    log: new RunLog(lease),
    ref: row.ref,
    fetchRef: row.fetchRef,
    commit: Commit.safeParse(row.commit).data ?? null,
    releaseId: row.rollbackOfId ?? deploymentId,
    promotedRelease: row.promotedFromId ? await releaseOf(row.promotedFromId) : null,
    rollback: row.rollbackOfId !== null,
    withSecrets,
    repositoriesOf: withSecrets ? row.repositoriesOf : null,
    steps: freshSteps(),
    application: {
      ...application,
      repository: { id: application.repositoryId ?? undefined, fullName: application.repositoryFullName },
    },
    environment: row.environment,
    variables: [
      ...(inherits ? await previewVariables(row, application.previews) : []),
      ...(withSecrets ? row.environment.variables : []),
    ],
    warnings: [],
    folder: path.join(workFolder(), `${deploymentId}.${lease.fence}`),
    output: null,
    published: row.released,
  };
}

/** The folder with the release of a deployment. Of a deployment that was removed: one that does not exist. */
async function releaseOf(deploymentId: string): Promise<string> {
  const row = await db().deployment.findUnique({
    where: { deploymentId },
    select: { environmentId: true, rollbackOfId: true },
  });
  return releaseFolder(row?.environmentId ?? "gone", row?.rollbackOfId ?? deploymentId);
}

/** Ask a host of this run, again for a while when it is only busy or out of reach. The log names each pause. */
export function retryHost<T>({ log, signal }: Run, work: () => Promise<T>): Promise<T> {
  return retryTransient(work, {
    signal,
    onRetry: ({ message }, waitMs) => log.info(`${message} Trying again in ${Math.ceil(waitMs / 1000)} s.`),
  });
}
