import { appJson } from "@/providers/github/fake/app-json";
import { appsOf, type FakeCheckRun } from "@/providers/github/fake/apps";
import { commitJson, minimalJson } from "@/providers/github/fake/json";
import { type Answer, addresses, type Call, failure, paged } from "@/providers/github/fake/page";
import { commitOf, missing, REPOSITORY, type Route, within } from "@/providers/github/fake/routes";
import { objectOf, setStatus, textOf } from "@/providers/simulator/hooks";
import { changesBetween, history, statusesOf, type WorldChange } from "@/providers/simulator/requests";
import { fullNameOf, type WorldRepository } from "@/providers/simulator/world";

/** Comparisons, histories and what is reported of commits, by GitHub's API description. */

const AT = "2026-05-03T10:00:00Z";

/** A comparison lists no more, and does not say so. */
const MAX_FILES = 300;

const contents = { permission: "contents=read", open: true };

export const commitRoutes: Route[] = [
  { path: new RegExp(`^${REPOSITORY}/compare/(.+)\\.\\.\\.(.+)$`), ...contents, answer: at(compare) },
  { path: new RegExp(`^${REPOSITORY}/commits$`), ...contents, answer: at(commits) },
  {
    path: new RegExp(`^${REPOSITORY}/commits/([^/]+)/status$`),
    permission: "statuses=read",
    open: true,
    answer: at(status),
  },
  {
    path: new RegExp(`^${REPOSITORY}/commits/([^/]+)/check-runs$`),
    permission: "checks=read",
    open: true,
    answer: at(checkRuns),
  },
  {
    path: new RegExp(`^${REPOSITORY}/check-runs$`),
    permission: "checks=write",
    method: "POST",
    answer: at(writeCheckRun),
  },
  {
    path: new RegExp(`^${REPOSITORY}/check-runs/(\\d+)$`),
    permission: "checks=write",
    method: "PATCH",
    answer: at(writeCheckRun),
  },
];

function at(then: (call: Call, one: WorldRepository) => Answer): Route["answer"] {
  return (call) => within(call, then);
}

function compare(call: Call, one: WorldRepository): Answer {
  const [base, head] = call.parts.map((part) => commitOf(one, part));
  if (!base || !head) return missing;
  const [behind, ahead] = [history(one, base.sha), history(one, head.sha)];
  const common = ahead.find(({ sha }) => behind.some((each) => each.sha === sha));
  if (!common) return missing;
  const { world } = call.server;
  const shown = (commit: typeof base) => commitJson(world, one, commit, addresses(call));
  const url = `${addresses(call).api}/repos/${fullNameOf(one)}/compare/${call.parts.join("...")}`;
  const [aheadBy, behindBy] = [ahead.indexOf(common), behind.findIndex(({ sha }) => sha === common.sha)];
  const files = changesBetween(common, head).slice(0, MAX_FILES);
  const own = ahead.slice(0, aheadBy).toReversed();
  return paged(call, own, shown, (items) => ({
    url,
    html_url: url,
    permalink_url: url,
    diff_url: `${url}.diff`,
    patch_url: `${url}.patch`,
    base_commit: shown(base),
    merge_base_commit: shown(common),
    status: aheadBy > 0 ? (behindBy > 0 ? "diverged" : "ahead") : behindBy > 0 ? "behind" : "identical",
    ahead_by: aheadBy,
    behind_by: behindBy,
    total_commits: own.length,
    commits: items,
    files: files.map((change) => fileJson(call, one, change)),
  }));
}

function fileJson(call: Call, one: WorldRepository, { path, kind }: WorldChange) {
  const url = `${addresses(call).web}/${fullNameOf(one)}/raw/${encodeURIComponent(path)}`;
  return {
    sha: "0".repeat(40),
    filename: path,
    status: kind,
    additions: 1,
    deletions: 0,
    changes: 1,
    blob_url: url,
    raw_url: url,
    contents_url: url,
  };
}

function commits(call: Call, one: WorldRepository): Answer {
  const from = commitOf(one, call.url.searchParams.get("sha") ?? one.defaultBranch ?? "");
  if (one.defaultBranch === null) return failure(409, "Git Repository is empty.");
  if (!from) return missing;
  return paged(call, history(one, from.sha), (commit) =>
    commitJson(call.server.world, one, commit, addresses(call)),
  );
}

function status(call: Call, one: WorldRepository): Answer {
  const commit = commitOf(one, call.parts[0] ?? "");
  if (!commit) return missing;
  const { world } = call.server;
  const url = `${addresses(call).api}/repos/${fullNameOf(one)}/commits/${commit.sha}`;
  const rows = statusesOf(world, one, commit.sha).filter((row) => !row.isCheck);
  const toJson = (row: (typeof rows)[number]) => ({
    url: `${url}/status`,
    avatar_url: null,
    id: 1,
    node_id: "SC_1",
    state: row.state,
    description: row.description,
    target_url: row.url,
    context: row.context,
    created_at: AT,
    updated_at: AT,
  });
  return paged(call, rows, toJson, (statuses) => ({
    state: rows.length > 0 && rows.every((row) => row.state === "success") ? "success" : "pending",
    statuses,
    sha: commit.sha,
    total_count: rows.length,
    repository: minimalJson(world, one, addresses(call)),
    commit_url: url,
    url: `${url}/status`,
  }));
}

/** The newest run of each name. */
function checkRuns(call: Call, one: WorldRepository): Answer {
  const { world } = call.server;
  const asked = call.url.searchParams.get("check_name");
  const runs = appsOf(world).checkRuns.filter(
    (run) => run.repositoryId === one.id && run.sha === call.parts[0] && (!asked || run.name === asked),
  );
  const newest = runs.filter((run) => !runs.some((other) => other.name === run.name && other.id > run.id));
  return paged(
    call,
    newest,
    (run) => checkRunJson(call, one, run),
    (check_runs) => ({ total_count: newest.length, check_runs }),
  );
}

function writeCheckRun(call: Call, one: WorldRepository): Answer {
  const { world } = call.server;
  const { checkRuns } = appsOf(world);
  const { appId } = call.asker ?? {};
  const { body, parts } = call;
  if (!appId) return failure(403, "You must authenticate via a GitHub App.");
  const known = checkRuns.find((run) => String(run.id) === parts[0] && run.appId === appId);
  if (parts[0] !== undefined && parts[0] !== "" && !known) return missing;
  const sha = known?.sha ?? textOf(body.head_sha);
  if (!one.commits.has(sha)) return failure(422, `No commit found for SHA: ${sha}`);
  const run = known ?? { id: 40_001 + checkRuns.length, appId, repositoryId: one.id, sha };
  const written = Object.assign(run, {
    name: textOf(body.name),
    status: textOf(body.status),
    conclusion: textOf(body.conclusion) || null,
    url: textOf(body.details_url),
    title: textOf(objectOf(body.output).title),
  });
  if (!known) checkRuns.push(written);
  const { name: context, url, title: description } = written;
  const state = written.conclusion ?? written.status;
  setStatus(world, { repositoryId: one.id, sha, state, context, url, description, isCheck: true });
  return { status: known ? 200 : 201, body: checkRunJson(call, one, written) };
}

function checkRunJson(call: Call, one: WorldRepository, run: FakeCheckRun) {
  const { world } = call.server;
  const app = appsOf(world).apps.find((each) => each.id === run.appId);
  const { installations_count: _count, ...shown } = app
    ? appJson(world, app, addresses(call))
    : { installations_count: 0 };
  const url = `${addresses(call).api}/repos/${fullNameOf(one)}/check-runs/${run.id}`;
  return {
    id: run.id,
    head_sha: run.sha,
    node_id: `CR_${run.id}`,
    external_id: run.name,
    url,
    html_url: url,
    details_url: run.url,
    status: run.status,
    conclusion: run.conclusion,
    started_at: AT,
    completed_at: run.status === "completed" ? AT : null,
    output: {
      title: run.title,
      summary: run.title,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: { id: 1 },
    app: app ? shown : null,
    pull_requests: [],
  };
}
