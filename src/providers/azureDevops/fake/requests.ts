import { guidOf, identityJson, repositoryJson } from "@/providers/azureDevops/fake/json";
import {
  type Answer,
  type Call,
  failure,
  ok,
  REPOSITORY,
  type Route,
  within,
} from "@/providers/azureDevops/fake/routes";
import { objectOf, textOf, ZEROS } from "@/providers/simulator/hooks";
import { addComment, requestsOf } from "@/providers/simulator/requests";
import type { WorldComment, WorldPullRequest, WorldRepository } from "@/providers/simulator/world";

/** Pull requests and their threads of comments, by the description of the REST API (7.1). */

const AT = "2026-05-03T10:00:00Z";
const REQUEST = `${REPOSITORY}/pull[rR]equests/(\\d+)`;

export const requestRoutes: Route[] = [
  { path: new RegExp(`^${REPOSITORY}/pullrequests$`), answer: (call) => within(call, list) },
  {
    path: new RegExp(`^${REQUEST}$`),
    answer: (call) => withRequest(call, (call, one, request) => ok(requestJson(call, one, request))),
  },
  {
    path: new RegExp(`^${REQUEST}/threads$`),
    answer: (call) =>
      withRequest(call, (call, _one, request) => {
        const value = request.comments.map((comment) => threadJson(call, comment));
        return ok({ value, count: value.length });
      }),
  },
  {
    method: "POST",
    path: new RegExp(`^${REQUEST}/threads$`),
    answer: (call) => withRequest(call, (call, _one, request) => addThread(call, request)),
  },
  {
    path: new RegExp(`^${REQUEST}/threads/(\\d+)/comments/1$`),
    answer: (call) => withComment(call, (comment) => ok(commentJson(call, comment))),
  },
  {
    method: "PATCH",
    path: new RegExp(`^${REQUEST}/threads/(\\d+)/comments/1$`),
    answer: (call) => withComment(call, (comment) => edit(call, comment)),
  },
];

const states = { open: "active", closed: "abandoned", merged: "completed" };

/** Newest first, without a total. */
function list(call: Call, one: WorldRepository): Answer {
  const query = call.url.searchParams;
  const status = query.get("searchCriteria.status") ?? "active";
  const [skip, top] = [Number(query.get("$skip") ?? 0), Number(query.get("$top") ?? 100)];
  const rows = requestsOf(call.server.world, one)
    .filter((request) => status === "all" || states[request.state] === status)
    .toSorted((a, b) => b.number - a.number)
    .slice(skip, skip + top);
  const value = rows.map((request) => requestJson(call, one, request));
  return ok({ value, count: value.length });
}

type With<Row> = (call: Call, one: WorldRepository, row: Row) => Answer;

function withRequest(call: Call, then: With<WorldPullRequest>): Answer {
  return within(call, (call, one) => {
    const request = requestsOf(call.server.world, one).find(({ number }) => String(number) === call.parts[0]);
    const message = "TF401180: The requested pull request was not found.";
    return request ? then(call, one, request) : failure(404, message, "GitPullRequestNotFoundException");
  });
}

/** Each thread has one comment here, and its number. What was deleted leaves an empty place. */
function withComment(call: Call, then: (comment: WorldComment) => Answer): Answer {
  return withRequest(call, ({ parts: [, thread] }, _one, { comments }) => {
    const found = comments.find(({ id }) => String(id) === thread);
    if (found) return then(found);
    const isOld = Number(thread) <= (call.server.world.lastCommentId ?? 0);
    return isOld
      ? ok({ id: 1, parentCommentId: 0, isDeleted: true, commentType: "text", author: identityJson("ada") })
      : failure(404, "The thread was not found.", "CommentThreadNotFoundException");
  });
}

function addThread(call: Call, request: WorldPullRequest): Answer {
  const [first] = Array.isArray(call.body.comments) ? call.body.comments : [];
  const content = textOf(objectOf(first).content);
  if (content === "") return failure(400, "The thread has no comment.", "ArgumentException");
  return ok(threadJson(call, addComment(call.server.world, request, call.login, content)));
}

function edit(call: Call, comment: WorldComment): Answer {
  if (comment.author !== call.login)
    return failure(403, "Access denied: the comment is of somebody else.", "UnauthorizedAccessException");
  comment.body = textOf(call.body.content);
  comment.edits += 1;
  return ok(commentJson(call, comment));
}

function threadJson(call: Call, comment: WorldComment) {
  const comments = [commentJson(call, comment)];
  return {
    id: comment.id,
    publishedDate: AT,
    lastUpdatedDate: AT,
    status: "closed",
    isDeleted: false,
    comments,
  };
}

function commentJson({ server }: Call, { author, body }: WorldComment) {
  return {
    id: 1,
    parentCommentId: 0,
    author: identityJson(author, server.world),
    content: body,
    publishedDate: AT,
    lastUpdatedDate: AT,
    lastContentUpdatedDate: AT,
    commentType: "text",
    usersLiked: [],
  };
}

/** Of a fork that was deleted only the commit is known. */
function requestJson({ server, root }: Call, one: WorldRepository, request: WorldPullRequest) {
  const { world } = server;
  const { head, number } = request;
  const from = world.repositories.find(({ id }) => id === head.repositoryId);
  const name = `refs/heads/${head.ref}`;
  const forkSource = {
    name,
    objectId: head.sha,
    ...(from ? { repository: repositoryJson(world, from, root) } : {}),
  };
  return {
    repository: repositoryJson(world, one, root),
    pullRequestId: number,
    codeReviewId: number,
    status: states[request.state],
    createdBy: identityJson(request.author, world),
    creationDate: request.updatedAt,
    title: request.title,
    sourceRefName: name,
    targetRefName: `refs/heads/${request.base}`,
    mergeStatus: "succeeded",
    isDraft: request.draft,
    mergeId: guidOf(number),
    lastMergeSourceCommit: { commitId: head.sha },
    lastMergeTargetCommit: { commitId: one.branches.get(request.base) ?? ZEROS },
    reviewers: [],
    ...(request.labels.length > 0
      ? { labels: request.labels.map((label, index) => ({ id: guidOf(index), name: label, active: true })) }
      : {}),
    url: `${root}/_apis/git/repositories/${guidOf(one.id)}/pullRequests/${number}`,
    supportsIterations: true,
    ...(head.repositoryId === one.id ? {} : { forkSource }),
  };
}
