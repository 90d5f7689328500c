import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { listed, MAX_PAGE_SIZE, pathTo, type RepositoryCall } from "@/providers/github/api";
import { HOST } from "@/providers/github/error-mapping";
import { type Check, type CheckResult, checksState, resultsIn } from "@/providers/kit/checks";
import type { JsonApi } from "@/providers/kit/json-api";
import { numberedPage, rowsOf } from "@/providers/kit/pages";
import type { ChecksState } from "@/providers/reporting";

/** The newest status of each context. */
const Statuses = z
  .object({
    total_count: z.number().int().nullish(),
    statuses: rowsOf(z.object({ context: z.string(), state: z.string() })),
  })
  .transform(({ statuses, total_count }) => {
    const items = statuses.items.map(({ context, state }) => ({
      name: context,
      result: resultOfStatus(state),
    }));
    return { items, skipped: statuses.skipped, total: total_count ?? undefined };
  });

/** The newest run of each check. A suite without runs is not looked at: every App with the permission has one. */
const Runs = z
  .object({
    total_count: z.number().int().nullish(),
    check_runs: rowsOf(z.object({ name: z.string(), status: z.string(), conclusion: z.string().nullish() })),
  })
  .transform(({ check_runs: runs, total_count }) => {
    const items = runs.items.map((run) => ({ name: run.name, result: resultOfRun(run) }));
    return { items, skipped: runs.skipped, total: total_count ?? undefined };
  });

function resultOfStatus(state: string): CheckResult {
  if (state === "pending" || state === "success") return state;
  return "failure";
}

const passed = ["success", "neutral", "skipped"];

function resultOfRun({ status, conclusion }: { status: string; conclusion?: string | null }): CheckResult {
  if (status !== "completed") return "pending";
  return passed.includes(conclusion ?? "") ? "success" : "failure";
}

/** Statuses and check runs are two lists on GitHub; both hold a commit up. */
export async function checks(
  at: RepositoryCall,
  key: RepositoryKey,
  { sha, own }: { sha: string; own: string },
): Promise<ChecksState> {
  const path = (...rest: string[]) => pathTo(key, "commits", sha, ...rest);
  return at(key, async (api) => {
    const [statuses, runs] = await Promise.all([
      resultsIn(pagesOf(api, { path: path("status"), schema: Statuses, query: {} }), own),
      resultsIn(pagesOf(api, { path: path("check-runs"), schema: Runs, query: { filter: "latest" } }), own),
    ]);
    return checksState([...statuses, ...runs]);
  });
}

function pagesOf(api: JsonApi, call: Parameters<typeof listed<Check>>[1]) {
  const asked = { host: HOST, query: call.path, size: MAX_PAGE_SIZE };
  return (cursor: string | undefined) =>
    numberedPage({ ...asked, cursor }, (page) => listed(api, call, page));
}
