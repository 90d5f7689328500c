import { repositoryJson, userJson } from "@/providers/bitbucketServer/fake/json";
import { type Answer, base, type Call, failure, ok, paged } from "@/providers/bitbucketServer/fake/page";
import { REPOSITORY, type Route, within } from "@/providers/bitbucketServer/fake/routes";
import { textOf, ZEROS } from "@/providers/simulator/hooks";
import { addComment, requestsOf } from "@/providers/simulator/requests";
import type { WorldComment, WorldPullRequest, WorldRepository } from "@/providers/simulator/world";

/** Pull requests and their comments, by the description of the REST API (9.4). */

const AT = 1_777_802_400_000;
const REQUEST = `${REPOSITORY}/pull-requests/(\\d+)`;

export const requestRoutes: Route[] = [
  { path: new RegExp(`^${REPOSITORY}/pull-requests$`), answer: (call) => within(call, list) },
  {
    path: new RegExp(`^${REQUEST}$`),
    answer: (call) => withRequest(call, (one, request) => ok(requestJson(call, one, request))),
  },
  {
    path: new RegExp(`^${REQUEST}/activities$`),
    answer: (call) => withRequest(call, (_one, request) => activities(call, request)),
  },
  {
    method: "POST",
    path: new RegExp(`^${REQUEST}/comments$`),
    answer: (call) =>
      withRequest(call, (_one, request) => {
        const text = textOf(call.body.text);
        if (text === "") return failure(400, "The comment is empty.", "ArgumentValidationException");
        const comment = addComment(call.server.world, request, call.login ?? "", text);
        return { status: 201, body: commentJson(call, comment) };
      }),
  },
  {
    path: new RegExp(`^${REQUEST}/comments/(\\d+)$`),
    answer: (call) => withComment(call, (comment) => ok(commentJson(call, comment))),
  },
  {
    method: "PUT",
    path: new RegExp(`^${REQUEST}/comments/(\\d+)$`),
    answer: (call) => withComment(call, (comment) => edit(call, comment)),
  },
];

function list(call: Call, one: WorldRepository): Answer {
  const query = call.url.searchParams;
  const state = query.get("state") ?? "OPEN";
  const newest = (query.get("order") ?? "NEWEST") === "NEWEST" ? 1 : -1;
  const rows = requestsOf(call.server.world, one)
    .filter((request) => state === "ALL" || states[request.state] === state)
    .toSorted((a, b) => (a.updatedAt < b.updatedAt ? newest : -newest));
  return paged(call, rows, (request) => requestJson(call, one, request));
}

function withRequest(call: Call, then: (one: WorldRepository, request: WorldPullRequest) => Answer): Answer {
  return within(call, ({ parts: [number] }, one) => {
    const request = requestsOf(call.server.world, one).find((each) => String(each.number) === number);
    const message = `Pull request ${number} does not exist in ${one.name}.`;
    return request ? then(one, request) : failure(404, message, "pull.NoSuchPullRequestException");
  });
}

function withComment(call: Call, then: (comment: WorldComment) => Answer): Answer {
  return withRequest(call, (_one, { comments }) => {
    const found = comments.find(({ id }) => String(id) === call.parts[3]);
    return found
      ? then(found)
      : failure(404, "The comment does not exist.", "comment.NoSuchCommentException");
  });
}

/** Only the author may change the text, and only who knows its newest version. */
function edit(call: Call, comment: WorldComment): Answer {
  if (comment.author !== call.login)
    return failure(401, "You are not permitted to edit this comment.", "AuthorisationException");
  if (call.body.version !== comment.edits)
    return failure(409, "The comment is out of date.", "comment.CommentOutOfDateException");
  comment.body = textOf(call.body.text);
  comment.edits += 1;
  return ok(commentJson(call, comment));
}

/** Newest first; what is not a comment stands in the same list. */
function activities(call: Call, request: WorldPullRequest): Answer {
  const opened = { id: 1, createdDate: AT, user: userJson(call.server.world, request.author, base(call)) };
  const commented = request.comments.map((comment) => ({
    ...{ id: comment.id, createdDate: AT, action: "COMMENTED", commentAction: "ADDED" },
    user: userJson(call.server.world, comment.author, base(call)),
    comment: commentJson(call, comment),
  }));
  return paged(call, [{ ...opened, action: "OPENED" }, ...commented].toReversed(), (one) => one);
}

function commentJson(call: Call, { id, author, body, edits }: WorldComment) {
  return {
    properties: { repositoryId: 101 },
    id,
    version: edits,
    text: body,
    author: userJson(call.server.world, author, base(call)),
    createdDate: AT,
    updatedDate: AT + edits,
    comments: [],
    severity: "NORMAL",
    state: "OPEN",
  };
}

const states = { open: "OPEN", closed: "DECLINED", merged: "MERGED" };

/** Of a fork that was deleted the server keeps the request, without its repository. */
function requestJson(call: Call, one: WorldRepository, request: WorldPullRequest) {
  const { world } = call.server;
  const side = (repository: WorldRepository | undefined, branch: string, sha: string) => ({
    id: `refs/heads/${branch}`,
    displayId: branch,
    latestCommit: sha,
    type: "BRANCH",
    ...(repository ? { repository: repositoryJson(world, repository, base(call)) } : {}),
  });
  const from = world.repositories.find(({ id }) => id === request.head.repositoryId);
  const user = userJson(world, request.author, base(call));
  const isOpen = request.state === "open";
  return {
    id: request.number,
    version: 0,
    title: request.title,
    draft: request.draft,
    state: states[request.state],
    open: isOpen,
    closed: !isOpen,
    createdDate: Date.parse(request.updatedAt),
    updatedDate: Date.parse(request.updatedAt),
    fromRef: side(from, request.head.ref, request.head.sha),
    toRef: side(one, request.base, one.branches.get(request.base) ?? ZEROS),
    locked: false,
    author: { user, role: "AUTHOR", approved: false, status: "UNAPPROVED" },
    reviewers: [],
    participants: [],
    links: {
      self: [
        {
          href: `${base(call)}/projects/${one.owner}/repos/${one.name}/pull-requests/${request.number}`,
        },
      ],
    },
  };
}
