import { commitJson } from "@/providers/gitlab/fake/json";
import { type Call, json, message, pageOf } from "@/providers/gitlab/fake/page";
import { changesBetween, history, statusesOf } from "@/providers/simulator/requests";
import type { WorldCommit, WorldRepository } from "@/providers/simulator/world";

/** Comparisons, histories and statuses of commits, by GitLab's documentation of its API. */

/** A comparison lists no more files, and calls it a timeout. */
const MAX_FILES = 1000;
const AT = "2026-05-03T10:00:00.000Z";

export function compare(call: Call, found: WorldRepository): Response {
  const query = call.url.searchParams;
  const [from, to] = ["from", "to"].map((name) => commitAt(found, query.get(name) ?? ""));
  if (!from || !to) return message(404, "404 Commit Not Found");
  const ahead = history(found, to.sha, from.sha);
  const behind = history(found, from.sha);
  const common = query.get("straight") === "true" ? from : behind.find(({ sha }) => isIn(found, to, sha));
  const changes = changesBetween(common, to);
  return json({
    commit: commitJson(found, to.sha, call.base),
    commits: ahead.toReversed().map(({ sha }) => commitJson(found, sha, call.base)),
    diffs: changes.slice(0, MAX_FILES).map(({ path, kind }) => ({
      diff: "@@ -0,0 +1 @@\n+text\n",
      new_path: path,
      old_path: path,
      a_mode: "100644",
      b_mode: "100644",
      new_file: kind === "added",
      renamed_file: false,
      deleted_file: kind === "removed",
    })),
    compare_timeout: changes.length > MAX_FILES,
    compare_same_ref: from === to,
    web_url: `${call.base}/compare`,
  });
}

function isIn(found: WorldRepository, { sha: tip }: WorldCommit, sha: string): boolean {
  return history(found, tip).some((one) => one.sha === sha);
}

function commitAt(found: WorldRepository, ref: string): WorldCommit | undefined {
  return found.commits.get(found.branches.get(ref) ?? found.tags.get(ref)?.sha ?? ref);
}

/** A ref that is not there has no commits. */
export function commits(call: Call, found: WorldRepository): Response {
  const tip = commitAt(found, call.url.searchParams.get("ref_name") ?? found.defaultBranch ?? "");
  const rows = tip ? history(found, tip.sha) : [];
  return pageOf(rows, call.url, ({ sha }) => commitJson(found, sha, call.base));
}

export function statuses(call: Call, found: WorldRepository, sha: string): Response {
  if (!found.commits.has(sha)) return message(404, "404 Commit Not Found");
  return pageOf(statusesOf(call.world, found, sha), call.url, (one) => ({
    id: 1,
    sha,
    ref: found.defaultBranch,
    status: one.state,
    name: one.context,
    target_url: one.url,
    description: one.description,
    created_at: AT,
    started_at: null,
    finished_at: null,
    allow_failure: false,
    coverage: null,
    pipeline_id: 1,
    author: null,
  }));
}
