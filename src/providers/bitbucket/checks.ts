import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { listed, MAX_PAGE_SIZE, repositoryPath } from "@/providers/bitbucket/api";
import { HOST } from "@/providers/bitbucket/error-mapping";
import { type CheckResult, checksState, resultsIn } from "@/providers/kit/checks";
import { continuedPage } from "@/providers/kit/continued";
import type { JsonApi } from "@/providers/kit/json-api";
import { pathOf } from "@/providers/kit/path";
import type { ChecksState } from "@/providers/reporting";

/** The key of one of Slipway's holds only the end of a long name. */
const BuildStatus = z
  .object({ key: z.string(), name: z.string().nullish(), state: z.string() })
  .transform(({ key, name, state }) => ({ name: name || key, result: results[state] ?? "failure" }));

const results: Record<string, CheckResult> = { INPROGRESS: "pending", SUCCESSFUL: "success" };

/** Statuses of builds, Bitbucket Pipelines among them; one for each key. */
export async function checks(
  api: () => JsonApi,
  key: RepositoryKey,
  { sha, own }: { sha: string; own: string },
): Promise<ChecksState> {
  const path = `${repositoryPath(key)}/${pathOf("commit", sha, "statuses")}`;
  const call = { path, item: BuildStatus, query: {} };
  const read = (cursor: string | undefined) =>
    continuedPage({ host: HOST, query: path, cursor }, (continuation) =>
      listed(api(), call, { continuation, size: MAX_PAGE_SIZE }),
    );
  return checksState(await resultsIn(read, own));
}
