import path from "node:path";
import { openProvider } from "@/features/deployment/run/open-provider";
import { hasRelease } from "@/features/deployment/run/release";
import { saveCommit } from "@/features/deployment/run/resolve";
import { type Run, retryHost, type StepEnd } from "@/features/deployment/run/run";
import { type LeftOut, submoduleSource, submoduleWarnings } from "@/features/deployment/run/submodules";
import { withRemote } from "@/features/deployment/run/with-remote";
import type { Opened } from "@/features/git-provider/client/open";
import { portsOf } from "@/features/git-provider/client/pipeline";
import { mirrorFolder } from "@/features/site/folder";
import { type CheckoutReport, checkout as writeFiles } from "@/git/checkout";
import { commitInfo } from "@/git/commit-info";
import { type MirrorRequest, withCommit } from "@/git/mirror";
import type { Commit, GitRemote } from "@/git/nouns";
import { Fault } from "@/lib/fault";

/** Where the files of the commit are. */
export function sourceFolder({ folder }: Pick<Run, "folder">): string {
  return path.join(folder, "source");
}

/** Write exactly the files of the commit into fresh scratch space, through the mirror of the repository. */
export async function checkout(run: Run): Promise<StepEnd> {
  if (run.promotedRelease || (await hasRelease(run))) {
    run.log.info("The files to publish are there already.");
    return "skipped";
  }
  const { commit } = run;
  if (!commit) throw new Fault("internal", { code: "internal" });
  const opened = await openProvider(run);
  const leftOut: LeftOut[] = [];
  const fetched = (remote: GitRemote) => {
    run.log.hide([remote.credential?.password]);
    leftOut.length = 0;
    return fetchFiles({ run, opened, commit, leftOut }, remote);
  };
  const report = await retryHost(run, () => withRemote(opened, run.application.repository, fetched));
  describe(run, report, leftOut);
  return "succeeded";
}

interface Work {
  run: Run;
  opened: Opened;
  commit: Commit;
  leftOut: LeftOut[];
}

function fetchFiles({ run, opened, commit, leftOut }: Work, remote: GitRemote): Promise<CheckoutReport> {
  const { sha } = commit;
  const request = requestOf({ run, opened }, sha, remote);
  return withCommit(request, async (gitDir) => {
    if (commit.committedAt === "") await saveCommit(run, await commitInfo(gitDir, sha, run.signal));
    const submodules = submoduleSource({ run, opened, request, leftOut });
    return writeFiles(gitDir, sha, sourceFolder(run), { signal: run.signal, submodules });
  });
}

function requestOf(
  { run, opened }: Pick<Work, "run" | "opened">,
  sha: string,
  remote: GitRemote,
): MirrorRequest {
  const { lease, log, signal, ref, fetchRef } = run;
  return {
    folder: mirrorFolder(lease.applicationId),
    remote,
    sha,
    ref: ref === sha || fetchRef ? undefined : ref,
    fullRef: fetchRef ?? undefined,
    network: portsOf(opened.session.settings).network,
    onLine: (line) => log.line("out", line),
    signal,
  };
}

function describe({ log, warnings }: Run, report: CheckoutReport, leftOut: LeftOut[]): void {
  const { files, bytes, beyondLimits, refusedLinks } = report;
  log.info(`${files} ${files === 1 ? "file" : "files"}, ${megabytes(bytes)}.`);
  warnings.push(...submoduleWarnings(leftOut, beyondLimits));
  if (refusedLinks.length > 0)
    log.info(`Left out, as they lead out of the repository: ${listed(refusedLinks)}.`);
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function listed(names: string[]): string {
  const more = names.length - 10;
  return names.slice(0, 10).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
