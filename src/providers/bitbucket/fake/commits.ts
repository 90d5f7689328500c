import { commitJson } from "@/providers/bitbucket/fake/json";
import { type Answer, addresses, type Call, failure, paged } from "@/providers/bitbucket/fake/page";
import { REPOSITORY, type Route, within } from "@/providers/bitbucket/fake/routes";
import { changesBetween, history, statusesOf } from "@/providers/simulator/requests";
import type { WorldCommit, WorldRepository } from "@/providers/simulator/world";

/** Comparisons, histories and statuses of commits, by Bitbucket's documentation of its API. */

const AT = "2026-05-03T10:00:00.000000+00:00";
const read = { scope: "read:repository:bitbucket", open: true };

export const commitRoutes: Route[] = [
  {
    path: new RegExp(`^${REPOSITORY}/diffstat/([^/]+)\\.\\.([^/]+)$`),
    ...read,
    answer: (call) => within(call, diffstat),
  },
  { path: new RegExp(`^${REPOSITORY}/commits/([^/]+)$`), ...read, answer: (call) => within(call, commits) },
  {
    path: new RegExp(`^${REPOSITORY}/commit/([^/]+)/statuses$`),
    ...read,
    answer: (call) => within(call, statuses),
  },
];

/** The newer commit comes first. Without `topic` the two themselves are compared. */
function diffstat(call: Call, one: WorldRepository): Answer {
  const [to, from] = call.parts.map((sha) => one.commits.get(sha));
  if (!from || !to) return missing(call);
  const isTopic = call.url.searchParams.get("topic") !== "false";
  const base = isTopic ? history(one, from.sha).find(({ sha }) => isIn(one, to, sha)) : from;
  return paged(
    call,
    changesBetween(base, to),
    ({ path, kind }) => {
      const side = { path, type: "commit_file", escaped_path: path };
      return {
        type: "diffstat",
        status: kind,
        lines_added: 1,
        lines_removed: 0,
        old: kind === "added" ? null : side,
        new: kind === "removed" ? null : side,
      };
    },
    500,
  );
}

function isIn(one: WorldRepository, { sha: tip }: WorldCommit, sha: string): boolean {
  return history(one, tip).some((commit) => commit.sha === sha);
}

function commits(call: Call, one: WorldRepository): Answer {
  const tip = one.commits.get(call.parts[0] ?? "");
  if (!tip) return missing(call);
  const { size: _size, ...body } = paged(call, history(one, tip.sha), (commit) =>
    commitJson(one, commit, addresses(call)),
  ).body as Record<string, unknown>;
  // This list is not counted.
  return { status: 200, body };
}

function statuses(call: Call, one: WorldRepository): Answer {
  const sha = call.parts[0] ?? "";
  if (!one.commits.has(sha)) return missing(call);
  return paged(call, statusesOf(call.server.world, one, sha), (status) => ({
    type: "build",
    key: status.context,
    name: status.context,
    state: status.state,
    description: status.description,
    url: status.url,
    refname: null,
    created_on: AT,
    updated_on: AT,
  }));
}

function missing({ parts }: Call): Answer {
  return failure(404, `Commit not found: ${parts.join(" ")}`);
}
