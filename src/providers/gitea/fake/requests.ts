import { repositoryJson, userJson } from "@/providers/gitea/fake/json";
import { type Answer, base, type Call, failure, ok, paged } from "@/providers/gitea/fake/page";
import { missing, type Route, within } from "@/providers/gitea/fake/routes";
import { textOf } from "@/providers/simulator/hooks";
import { addComment, requestsOf } from "@/providers/simulator/requests";
import {
  belongsTo,
  fullNameOf,
  type WorldComment,
  type WorldPullRequest,
  type WorldRepository,
} from "@/providers/simulator/world";

/** Pull requests and their comments, by the API description and services/convert/pull.go. */

const REPOSITORY = "^repos/([^/]+)/([^/]+)";

const [readCode, readIssues, writeIssues] = [["read:repository"], ["read:issue"], ["write:issue"]];

export const requestRoutes: Route[] = [
  {
    path: new RegExp(`${REPOSITORY}/pulls$`),
    scopes: readCode,
    open: true,
    answer: (call) => within(call, (one) => list(call, one)),
  },
  {
    path: new RegExp(`${REPOSITORY}/pulls/(\\d+)$`),
    scopes: readCode,
    open: true,
    answer: (call) =>
      within(call, (one) => {
        const request = requestAt(call, one);
        return request ? ok(pullJson(call, one, request)) : missing;
      }),
  },
  {
    path: new RegExp(`${REPOSITORY}/issues/(\\d+)/comments$`),
    scopes: readIssues,
    open: true,
    answer: (call) => within(call, (one) => comments(call, one)),
  },
  {
    method: "POST",
    path: new RegExp(`${REPOSITORY}/issues/(\\d+)/comments$`),
    scopes: writeIssues,
    answer: (call) => within(call, (one) => comment(call, one)),
  },
  {
    method: "PATCH",
    path: new RegExp(`${REPOSITORY}/issues/comments/(\\d+)$`),
    scopes: writeIssues,
    answer: (call) => within(call, (one) => edit(call, one)),
  },
];

const orders: Record<string, (a: WorldPullRequest, b: WorldPullRequest) => number> = {
  recentupdate: (a, b) => (a.updatedAt > b.updatedAt ? -1 : 1),
  oldest: (a, b) => a.number - b.number,
};

/** There is none for a repository without commits. */
function list(call: Call, repository: WorldRepository): Answer {
  if (repository.defaultBranch === null) return missing;
  const query = call.url.searchParams;
  const state = query.get("state") ?? "open";
  const rows = requestsOf(call.server.world, repository)
    .filter((one) => state === "all" || (one.state === "open") === (state === "open"))
    .toSorted(orders[query.get("sort") ?? ""] ?? ((a, b) => b.number - a.number));
  return paged(call, rows, (one) => pullJson(call, repository, one));
}

function requestAt(call: Call, repository: WorldRepository): WorldPullRequest | undefined {
  return requestsOf(call.server.world, repository).find(({ number }) => number === Number(call.parts[2]));
}

/** Of a fork that was deleted neither the repository nor the name of the branch is known. */
function pullJson(call: Call, repository: WorldRepository, request: WorldPullRequest) {
  const { world } = call.server;
  const root = base(call);
  const page = `${root}/${fullNameOf(repository)}/pulls/${request.number}`;
  const from = world.repositories.find(({ id }) => id === request.head.repositoryId);
  const { head } = request;
  return {
    id: 800 + request.number,
    url: page,
    number: request.number,
    user: userJson(world, request.author, root),
    title: request.title,
    body: "",
    labels: request.labels.map((name, index) => ({
      id: index + 1,
      name,
      exclusive: false,
      is_archived: false,
      color: "ee0701",
      description: "",
      url: `${root}/api/v1/repos/${fullNameOf(repository)}/labels/${index + 1}`,
    })),
    milestone: null,
    assignee: null,
    assignees: null,
    requested_reviewers: [],
    state: request.state === "open" ? "open" : "closed",
    draft: request.draft,
    is_locked: false,
    comments: request.comments.length,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    mergeable: request.state === "open",
    merged: request.state === "merged",
    ...(request.state === "merged" ? { merged_at: request.updatedAt, merge_commit_sha: head.sha } : {}),
    merged_by: null,
    allow_maintainer_edit: false,
    base: {
      label: request.base,
      ref: request.base,
      sha: repository.branches.get(request.base) ?? "",
      repo_id: repository.id,
      repo: repositoryJson(world, repository, root, true),
    },
    head: {
      label: head.ref,
      ref: from ? head.ref : `refs/pull/${request.number}/head`,
      sha: head.sha,
      repo_id: from?.id ?? -1,
      repo: from ? repositoryJson(world, from, root, false) : null,
    },
    merge_base: repository.branches.get(request.base) ?? "",
    created_at: request.updatedAt,
    updated_at: request.updatedAt,
    ...(request.state === "open" ? {} : { closed_at: request.updatedAt }),
    pin_order: 0,
  };
}

/** The list has no pages. A request that is not there was an error of the server until it was found to be missing. */
function comments(call: Call, repository: WorldRepository): Answer {
  const request = requestAt(call, repository);
  if (!request) return failure(500, "");
  const rows = request.comments.map((one) => commentJson(call, { repository, request, comment: one }));
  return ok(rows, { "x-total-count": String(rows.length) });
}

function comment(call: Call, repository: WorldRepository): Answer {
  const request = requestAt(call, repository);
  if (!request) return failure(500, "");
  const body = textOf(call.body.body);
  if (body === "") return failure(422, "[Body]: Required");
  const added = addComment(call.server.world, request, call.asker?.login ?? "", body);
  return { status: 201, body: commentJson(call, { repository, request, comment: added }) };
}

/** Who may write to the repository may also edit what others wrote. */
function edit(call: Call, repository: WorldRepository): Answer {
  const { world } = call.server;
  const found = requestsOf(world, repository)
    .flatMap((request) => request.comments.map((comment) => ({ repository, request, comment })))
    .find(({ comment }) => comment.id === Number(call.parts[2]));
  if (!found) return missing;
  const login = call.asker?.login ?? "";
  if (found.comment.author !== login && !belongsTo(world, repository, login)) return failure(403, "");
  found.comment.body = textOf(call.body.body);
  found.comment.edits += 1;
  return ok(commentJson(call, found));
}

interface Place {
  repository: WorldRepository;
  request: WorldPullRequest;
  comment: WorldComment;
}

function commentJson(call: Call, { repository, request, comment }: Place) {
  const page = `${base(call)}/${fullNameOf(repository)}/pulls/${request.number}`;
  return {
    id: comment.id,
    html_url: `${page}#issuecomment-${comment.id}`,
    pull_request_url: page,
    issue_url: "",
    user: userJson(call.server.world, comment.author, base(call)),
    original_author: "",
    original_author_id: 0,
    body: comment.body,
    assets: [],
    created_at: request.updatedAt,
    updated_at: request.updatedAt,
  };
}
