import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { listed, MAX_PAGE_SIZE, projectPath } from "@/providers/gitlab/api";
import { HOST } from "@/providers/gitlab/error-mapping";
import { type CheckResult, checksState, resultsIn } from "@/providers/kit/checks";
import type { JsonApi } from "@/providers/kit/json-api";
import { numberedPage } from "@/providers/kit/pages";
import type { ChecksState } from "@/providers/reporting";

const JobStatus = z
  .object({
    name: z.string(),
    status: z.string(),
    /** A job that may fail holds nothing up. */
    allow_failure: z.boolean().nullish(),
  })
  .transform((job) => ({ name: job.name, result: resultOf(job) }));

/** `manual` waits for a person, who may never come; `created` and the like wait for other jobs. */
const results: Record<string, CheckResult> = {
  success: "success",
  skipped: "success",
  manual: "success",
  failed: "failure",
  canceled: "failure",
};

/**
 * The jobs of all pipelines of a commit and what others reported of it, the newest of each name. The state of a whole
 * pipeline would count Slipway's own statuses as well.
 */
export async function checks(
  api: () => JsonApi,
  key: RepositoryKey,
  { sha, own }: { sha: string; own: string },
): Promise<ChecksState> {
  const path = projectPath(key, "repository", "commits", sha, "statuses");
  const asked = { host: HOST, query: path, size: MAX_PAGE_SIZE };
  const read = (cursor: string | undefined) =>
    numberedPage({ ...asked, cursor }, (at) => listed(api(), path, JobStatus, {}, at));
  return checksState(await resultsIn(read, own));
}

function resultOf({
  status,
  allow_failure,
}: {
  status: string;
  allow_failure?: boolean | null;
}): CheckResult {
  const result = results[status] ?? "pending";
  return result === "failure" && allow_failure ? "success" : result;
}
