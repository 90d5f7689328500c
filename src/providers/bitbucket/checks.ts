import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { listed, MAX_PAGE_SIZE, repositoryPath } from "@/providers/bitbucket/api";
import { HOST } from "@/providers/bitbucket/error-mapping";
import { type CheckResult, checksState } from "@/providers/kit/checks";
import { continuedPage } from "@/providers/kit/continued";
import type { JsonApi } from "@/providers/kit/json-api";
import { collect } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import type { ChecksState } from "@/providers/reporting";

/** What a commit has beyond these pages counts as not done. */
const MAX_PAGES = 10;

/** A key holds the end of a long name only. */
const BuildStatus = z.object({ key: z.string(), name: z.string().nullish(), state: z.string() });

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
  const { items, nextCursor, incomplete } = await collect(read, { maxPages: MAX_PAGES });
  const isCut = nextCursor !== null || incomplete;
  const others = items.filter((one) => !(one.name ?? one.key).startsWith(own) && !one.key.startsWith(own));
  const states = others.map(({ state }) => results[state] ?? "failure");
  return checksState([...states, ...(isCut ? (["pending"] as const) : [])]);
}
