import { commitJson, repositoryJson, userJson } from "@/providers/gitea/fake/json";
import { type Answer, base, type Call, failure, ok, paged } from "@/providers/gitea/fake/page";
import { missing, type Route, within } from "@/providers/gitea/fake/routes";
import { changesBetween, history, statusesOf } from "@/providers/simulator/requests";
import { fullNameOf, type WorldCommit, type WorldRepository } from "@/providers/simulator/world";

/** The list of commits and the combined status, by routers/api/v1/repo/commits.go and status.go. */

const repository = ["read:repository"];

export const commitRoutes: Route[] = [
  {
    path: /^repos\/([^/]+)\/([^/]+)\/git\/commits\/([^/]+)$/,
    scopes: repository,
    open: true,
    answer: commit,
  },
  {
    path: /^repos\/([^/]+)\/([^/]+)\/commits$/,
    scopes: repository,
    open: true,
    answer: (call) => within(call, (one) => commits(call, one)),
  },
  {
    path: /^repos\/([^/]+)\/([^/]+)\/commits\/([^/]+)\/status$/,
    scopes: repository,
    open: true,
    answer: (call) => within(call, (one) => combined(call, one)),
  },
];

/** The server takes names of branches and tags here as well. */
function commit(call: Call): Answer {
  const id = call.parts[2] ?? "";
  return within(call, (one) => {
    const sha = one.commits.has(id) ? id : (one.branches.get(id) ?? one.tags.get(id)?.sha);
    if (sha) return ok(commitJson(call.server.world, one, sha, base(call)));
    return /^[\w./-]+$/.test(id) ? missing : failure(422, `no valid ref or sha: ${id}`);
  });
}

/** A commit that is not there is told as an error of the server. */
function commits(call: Call, one: WorldRepository): Answer {
  if (one.defaultBranch === null) return failure(409, "Git Repository is empty.");
  const query = call.url.searchParams;
  const sha = query.get("sha") ?? one.branches.get(one.defaultBranch) ?? "";
  const not = query.get("not");
  if (!one.commits.has(sha) || (not && !one.commits.has(not)))
    return failure(500, `object does not exist [id: ${sha}, rel_path: ]`);
  const left = new Set(not ? history(one, not).map((commit) => commit.sha) : []);
  const rows = history(one, sha).filter((commit) => !left.has(commit.sha));
  return paged(call, rows, (commit) => ({
    ...commitJson(call.server.world, one, commit.sha, base(call)),
    files: query.get("files") === "false" ? null : filesOf(one, commit),
  }));
}

/** What it changed since its first parent, in no order. */
function filesOf(one: WorldRepository, commit: WorldCommit) {
  const parent = one.commits.get(commit.parents[0] ?? "");
  return changesBetween(parent, commit).map(({ path, kind }) => ({ filename: path, status: kind }));
}

/** The newest status of each context. Without any the answer holds nothing. */
function combined(call: Call, one: WorldRepository): Answer {
  const { world } = call.server;
  const sha = call.parts[2] ?? "";
  const rows = statusesOf(world, one, sha);
  const nothing = { state: "pending", sha: "", total_count: 0, statuses: null, repository: null };
  if (rows.length === 0) return ok({ ...nothing, commit_url: "", url: "" });
  const path = `${base(call)}/api/v1/repos/${fullNameOf(one)}`;
  const times = { created_at: "2026-05-03T10:00:00Z", updated_at: "2026-05-03T10:00:00Z" };
  const toJson = ({ state, context, description, url }: (typeof rows)[number]) => ({
    id: 1,
    status: state,
    target_url: url,
    description,
    url: `${path}/statuses/${sha}`,
    context,
    creator: userJson(world, "acme-bot", base(call)),
    ...times,
  });
  const states = rows.map(({ state }) => state);
  const state = ["failure", "error", "pending", "warning"].find((name) => states.includes(name)) ?? "success";
  return paged(call, rows, toJson, (statuses) => ({
    state,
    sha,
    total_count: statuses.length,
    statuses,
    repository: repositoryJson(world, one, base(call), true),
    commit_url: `${path}/commits/${sha}`,
    url: `${path}/commits/${sha}/status`,
  }));
}
