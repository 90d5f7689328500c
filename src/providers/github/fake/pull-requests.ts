import { appJson } from "@/providers/github/fake/app-json";
import { appsOf } from "@/providers/github/fake/apps";
import { accountJson, repositoryJson } from "@/providers/github/fake/json";
import { type Answer, addresses, type Call, failure, ok, paged } from "@/providers/github/fake/page";
import { missing, REPOSITORY, type Route, within } from "@/providers/github/fake/routes";
import { addComment, requestsOf } from "@/providers/simulator/requests";
import {
  fullNameOf,
  type WorldComment,
  type WorldPullRequest,
  type WorldRepository,
} from "@/providers/simulator/world";

/** Pull requests and their comments, by GitHub's API description. */

const reading = { permission: "pull_requests=read", open: true };
const writing = { permission: "pull_requests=write" };
const AT = "2026-05-03T10:00:00Z";

export const requestRoutes: Route[] = [
  { path: new RegExp(`^${REPOSITORY}/pulls$`), ...reading, answer: (call) => within(call, list) },
  { path: new RegExp(`^${REPOSITORY}/pulls/(\\d+)$`), ...reading, answer: (call) => within(call, one) },
  {
    path: new RegExp(`^${REPOSITORY}/issues/(\\d+)/comments$`),
    ...reading,
    answer: (call) => within(call, comments),
  },
  {
    path: new RegExp(`^${REPOSITORY}/issues/(\\d+)/comments$`),
    method: "POST",
    ...writing,
    answer: (call) => within(call, comment),
  },
  {
    path: new RegExp(`^${REPOSITORY}/issues/comments/(\\d+)$`),
    method: "PATCH",
    ...writing,
    answer: (call) => within(call, edit),
  },
];

function list(call: Call, repository: WorldRepository): Answer {
  if (call.url.searchParams.get("state") !== "open") return failure(422, "Validation Failed");
  return paged(call, openRequests(call, repository), (request) => requestJson(call, repository, request));
}

/** The one changed last first. */
function openRequests({ server }: Call, repository: WorldRepository): WorldPullRequest[] {
  return requestsOf(server.world, repository)
    .filter((one) => one.state === "open")
    .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
}

function requestOf({ server, parts }: Call, repository: WorldRepository): WorldPullRequest | undefined {
  return requestsOf(server.world, repository).find((one) => String(one.number) === parts[0]);
}

function one(call: Call, repository: WorldRepository): Answer {
  const request = requestOf(call, repository);
  if (!request) return missing;
  const counts = { comments: 0, review_comments: 0, commits: 1, additions: 1, deletions: 0 };
  return ok({
    ...requestJson(call, repository, request),
    ...counts,
    merged: request.state === "merged",
    mergeable: true,
    mergeable_state: "clean",
    merged_by: null,
    maintainer_can_modify: false,
    changed_files: 1,
  });
}

const LINKS = [
  "comments",
  "commits",
  "statuses",
  "html",
  "issue",
  "review_comments",
  "review_comment",
  "self",
];

function requestJson(call: Call, repository: WorldRepository, request: WorldPullRequest) {
  const { world } = call.server;
  const at = addresses(call);
  const { number } = request;
  const url = `${at.api}/repos/${fullNameOf(repository)}/pulls/${number}`;
  const html_url = `${at.web}/${fullNameOf(repository)}/pull/${number}`;
  const issue_url = url.replace("/pulls/", "/issues/");
  const source = world.repositories.find((one) => one.id === request.head.repositoryId) ?? null;
  const side = (ref: string, sha: string, repo: WorldRepository | null) => ({
    label: `${repo?.owner ?? "unknown"}:${ref}`,
    ref,
    sha,
    user: repo && accountJson(world, repo.owner, at),
    repo: repo && repositoryJson(world, repo, at),
  });
  const tip = repository.branches.get(request.base) ?? request.head.sha;
  return {
    url,
    id: 900_000 + number,
    node_id: `PR_${number}`,
    html_url,
    diff_url: `${html_url}.diff`,
    patch_url: `${html_url}.patch`,
    issue_url,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${url}/comments{/number}`,
    comments_url: `${issue_url}/comments`,
    statuses_url: `${at.api}/repos/${fullNameOf(repository)}/statuses/${request.head.sha}`,
    number,
    state: request.state === "open" ? "open" : "closed",
    locked: false,
    title: request.title,
    user: accountJson(world, request.author, at),
    body: null,
    labels: request.labels.map((name, index) => ({
      id: index + 1,
      node_id: `LA_${index + 1}`,
      url: `${at.api}/repos/${fullNameOf(repository)}/labels/${encodeURIComponent(name)}`,
      name,
      description: "",
      color: "ededed",
      default: false,
    })),
    milestone: null,
    active_lock_reason: null,
    created_at: AT,
    updated_at: request.updatedAt,
    closed_at: request.state === "open" ? null : request.updatedAt,
    merged_at: request.state === "merged" ? request.updatedAt : null,
    merge_commit_sha: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(request.head.ref, request.head.sha, source),
    base: side(request.base, tip, repository),
    _links: Object.fromEntries(LINKS.map((name) => [name, { href: url }])),
    author_association: "CONTRIBUTOR",
    auto_merge: null,
    draft: request.draft,
  };
}

function comments(call: Call, repository: WorldRepository): Answer {
  const request = requestOf(call, repository);
  if (!request) return missing;
  return paged(call, request.comments, (row) =>
    commentJson(call, repository, { ...row, number: request.number }),
  );
}

function comment(call: Call, repository: WorldRepository): Answer {
  const { world } = call.server;
  const request = requestOf(call, repository);
  if (!request || !call.asker) return missing;
  const { login, appId } = call.asker;
  const made = addComment(world, request, login, String(call.body.body));
  if (appId) appsOf(world).comments.set(made.id, appId);
  return { status: 201, body: commentJson(call, repository, { ...made, number: request.number }) };
}

function edit(call: Call, repository: WorldRepository): Answer {
  for (const { comments, number } of requestsOf(call.server.world, repository)) {
    const found = comments.find((row) => String(row.id) === call.parts[0]);
    if (!found) continue;
    found.body = String(call.body.body);
    found.edits += 1;
    return ok(commentJson(call, repository, { ...found, number }));
  }
  return missing;
}

/** An App is shown as the account `<slug>[bot]`, and its comments name it. */
function commentJson(call: Call, repository: WorldRepository, row: WorldComment & { number: number }) {
  const { world } = call.server;
  const at = addresses(call);
  const { apps, comments: writtenBy } = appsOf(world);
  const app = apps.find((each) => each.id === writtenBy.get(row.id));
  const { installations_count: _count, ...shown } = app
    ? appJson(world, app, at)
    : { installations_count: 0 };
  const url = `${at.api}/repos/${fullNameOf(repository)}/issues`;
  return {
    id: row.id,
    node_id: `IC_${row.id}`,
    url: `${url}/comments/${row.id}`,
    html_url: `${at.web}/${fullNameOf(repository)}/pull/${row.number}#issuecomment-${row.id}`,
    body: row.body,
    user: accountJson(world, app ? `${app.slug}[bot]` : row.author, at),
    created_at: AT,
    updated_at: AT,
    issue_url: `${url}/${row.number}`,
    author_association: "NONE",
    performed_via_github_app: app ? shown : null,
  };
}
