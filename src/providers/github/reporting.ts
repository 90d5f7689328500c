import { branchOrCommit } from "@/git/ref-name";
import type { RepositoryApi, RepositoryCall } from "@/providers/github/api";
import { changedPaths } from "@/providers/github/changed-paths";
import { checks } from "@/providers/github/checks";
import { listCommits } from "@/providers/github/commits";
import { pullRequests } from "@/providers/github/pull-requests";
import { resolveRef } from "@/providers/github/refs";
import type { Reporting } from "@/providers/reporting";

/** What is read for push-to-deploy, with a token and through an App alike. */
export function reading(
  at: RepositoryCall,
  api: RepositoryApi,
  base: string,
): Pick<Reporting, "pullRequests" | "changedPaths" | "commits" | "checks"> {
  return {
    pullRequests: pullRequests(at, base),
    changedPaths: async (key, before, after) => changedPaths(at, key, { before, after }),
    commits: async (key, ref, limit) => {
      const { sha } = await resolveRef(api, base, key, branchOrCommit(ref));
      return listCommits(at, key, { sha, limit });
    },
    checks: async (key, sha, own) => checks(at, key, { sha, own }),
  };
}
