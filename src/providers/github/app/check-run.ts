import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { pathTo } from "@/providers/github/api";
import { MAX_DESCRIPTION } from "@/providers/github/hooks";
import type { JsonApi } from "@/providers/kit/json-api";
import { rowsOf } from "@/providers/kit/pages";
import { cut } from "@/providers/kit/webhook-hooks";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommitStatus } from "@/providers/reporting";

const CheckRun = z.object({
  id: NumberId,
  status: z.string(),
  conclusion: z.string().nullish(),
  details_url: z.string().nullish(),
});
const CheckRuns = z.object({ check_runs: rowsOf(CheckRun) });

const conclusions: Record<CommitStatus["state"], string | null> = {
  pending: null,
  success: "success",
  warning: "neutral",
  failure: "failure",
  cancelled: "cancelled",
};

/** Show a deployment as a check of its commit. A run that is done stays as it is, and the next one takes its place. */
export async function writeCheckRun(
  api: JsonApi,
  key: RepositoryKey,
  { appId, ...status }: CommitStatus & { appId: number | null | undefined },
): Promise<void> {
  const { context: name, sha, url, state } = status;
  const query = { check_name: name, filter: "latest", app_id: appId ?? undefined };
  const path = pathTo(key, "commits", sha, "check-runs");
  const [newest] = (await api.get(path, CheckRuns, { query })).body.check_runs.items;
  const conclusion = conclusions[state];
  const isTold = newest?.conclusion === conclusion && newest?.details_url === url;
  if (isTold && newest?.status === "completed") return;
  const description = cut(status.description, MAX_DESCRIPTION);
  const body = {
    name,
    details_url: url,
    ...(conclusion ? { status: "completed", conclusion } : { status: "in_progress" }),
    output: { title: description || name, summary: description },
  };
  if (newest && newest.status !== "completed")
    await api.change("PATCH", pathTo(key, "check-runs", newest.id), CheckRun, { body });
  else await api.post(pathTo(key, "check-runs"), CheckRun, { body: { ...body, head_sha: sha } });
}
