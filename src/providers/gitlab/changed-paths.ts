import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { projectPath } from "@/providers/gitlab/api";
import { joined, unlessTooLarge } from "@/providers/kit/changed-paths";
import type { JsonApi } from "@/providers/kit/json-api";
import { rowsOf } from "@/providers/kit/pages";
import type { ChangedPaths } from "@/providers/reporting";

const Comparison = z.object({
  diffs: rowsOf(z.object({ old_path: z.string().min(1), new_path: z.string().min(1) })),
  /** GitLab gave up: the list is longer, or took too long. */
  compare_timeout: z.boolean().nullish(),
});

/** The two commits themselves are compared, not the branches that they stand for. */
export async function changedPaths(
  api: () => JsonApi,
  key: RepositoryKey,
  { before, after }: { before: string; after: string },
): Promise<ChangedPaths> {
  const query = { from: before, to: after, straight: true };
  return unlessTooLarge(compared(api(), projectPath(key, "repository", "compare"), query));
}

async function compared(
  api: JsonApi,
  path: string,
  query: Record<string, string | boolean>,
): Promise<ChangedPaths> {
  const { diffs, compare_timeout } = (await api.get(path, Comparison, { query })).body;
  const paths = diffs.items.flatMap(({ old_path, new_path }) => [old_path, new_path]);
  return joined({ paths, isWhole: compare_timeout === false && diffs.skipped === 0 });
}
