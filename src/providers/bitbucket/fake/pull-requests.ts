import { repositoryJson, userJson, uuidOf } from "@/providers/bitbucket/fake/json";
import { type Answer, addresses, type Call, failure, ok, paged } from "@/providers/bitbucket/fake/page";
import { REPOSITORY, type Route, within } from "@/providers/bitbucket/fake/routes";
import { objectOf } from "@/providers/simulator/hooks";
import { addComment, history, requestsOf } from "@/providers/simulator/requests";
import {
  fullNameOf,
  type WorldComment,
  type WorldPullRequest,
  type WorldRepository,
} from "@/providers/simulator/world";

/** Pull requests and their comments, by Bitbucket's documentation of its API. */

const AT = "2026-05-03T10:00:00.000000+00:00";
const read = { scope: "read:pullrequest:bitbucket", open: true };
const write = { scope: "write:pullrequest:bitbucket" };
const PULLS = `^${REPOSITORY}/pullrequests`;

export const requestRoutes: Route[] = [
  { path: new RegExp(`${PULLS}$`), ...read, answer: (call) => within(call, list) },
  { path: new RegExp(`${PULLS}/(\\d+)$`), ...read, answer: ofRequest(one) },
  { path: new RegExp(`${PULLS}/(\\d+)/commits$`), ...read, answer: ofRequest(commits) },
  { path: new RegExp(`${PULLS}/(\\d+)/comments$`), ...read, answer: ofRequest(comments) },
  { path: new RegExp(`${PULLS}/(\\d+)/comments$`), ...write, method: "POST", answer: ofRequest(comment) },
  { path: new RegExp(`${PULLS}/(\\d+)/comments/(\\d+)$`), ...read, answer: ofRequest(oneComment) },
  {
    path: new RegExp(`${PULLS}/(\\d+)/comments/(\\d+)$`),
    ...write,
    method: "PUT",
    answer: ofRequest(oneComment),
  },
];

function list(call: Call, repository: WorldRepository): Answer {
  const size = Number(call.url.searchParams.get("pagelen") ?? 10);
  if (size > 50) return failure(400, "Invalid pagelen");
  const rows = requestsOf(call.server.world, repository)
    .filter((one) => one.state === "open")
    .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return paged(call, rows, (request) => requestJson(call, repository, request));
}

type Within = (call: Call, repository: WorldRepository, request: WorldPullRequest) => Answer;

function ofRequest(then: Within): Route["answer"] {
  return (call) =>
    within(call, (at, repository) => {
      const all = requestsOf(call.server.world, repository);
      const request = all.find((one) => String(one.number) === at.parts[0]);
      return request ? then(at, repository, request) : failure(404, "Pull request not found");
    });
}

function one(call: Call, repository: WorldRepository, request: WorldPullRequest): Answer {
  return ok(requestJson(call, repository, request));
}

/** Those of the branch that are not in the one they are meant for. */
function commits(call: Call, repository: WorldRepository, request: WorldPullRequest): Answer {
  const there = new Set(
    history(repository, repository.branches.get(request.base) ?? "").map(({ sha }) => sha),
  );
  const rows = history(repository, request.head.sha).filter(({ sha }) => !there.has(sha));
  return paged(call, rows, ({ sha, message }) => ({ type: "commit", hash: sha, message }));
}

const states = { open: "OPEN", closed: "DECLINED", merged: "MERGED" };

function requestJson(call: Call, repository: WorldRepository, request: WorldPullRequest) {
  const { world } = call.server;
  const at = addresses(call);
  const login = call.asker?.login ?? null;
  const source = world.repositories.find((one) => one.id === request.head.repositoryId) ?? null;
  const side = (branch: string, sha: string, of: WorldRepository | null) => ({
    branch: { name: branch },
    // Only so many digits are told.
    commit: { type: "commit", hash: sha.slice(0, 12) },
    repository: of && repositoryJson(of, login, at),
  });
  const tip = repository.branches.get(request.base) ?? request.head.sha;
  return {
    type: "pullrequest",
    id: request.number,
    title: request.title,
    description: "",
    state: states[request.state],
    draft: request.draft,
    author: userJson(world, request.author, at),
    source: side(request.head.ref, request.head.sha, source),
    destination: side(request.base, tip, repository),
    comment_count: request.comments.length,
    task_count: 0,
    close_source_branch: false,
    created_on: AT,
    updated_on: request.updatedAt.replace(/(?:\.\d+)?Z$/, ".000000+00:00"),
    links: { html: { href: `${at.web}/${fullNameOf(repository)}/pull-requests/${request.number}` } },
  };
}

function comments(call: Call, _repository: WorldRepository, request: WorldPullRequest): Answer {
  return paged(call, request.comments, (row) => commentJson(call, request, row));
}

function comment(call: Call, _repository: WorldRepository, request: WorldPullRequest): Answer {
  const author = call.asker?.login ?? "";
  const made = addComment(call.server.world, request, author, String(objectOf(call.body.content).raw));
  return { status: 201, body: commentJson(call, request, made) };
}

/** Shown, or changed by whoever wrote it. */
function oneComment(call: Call, _repository: WorldRepository, request: WorldPullRequest): Answer {
  const found = request.comments.find((row) => String(row.id) === call.parts[1]);
  if (!found) return failure(404, "Comment not found");
  if (call.method === "PUT") {
    if (found.author !== call.asker?.login)
      return failure(403, "You do not have access to edit this comment.");
    found.body = String(objectOf(call.body.content).raw);
    found.edits += 1;
  }
  return ok(commentJson(call, request, found));
}

function commentJson(call: Call, request: WorldPullRequest, row: WorldComment) {
  return {
    type: "pullrequest_comment",
    id: row.id,
    content: { type: "rendered", raw: row.body, markup: "markdown", html: "" },
    user: userJson(call.server.world, row.author, addresses(call)),
    created_on: AT,
    updated_on: AT,
    deleted: false,
    pending: false,
    pullrequest: { type: "pullrequest", id: request.number },
    links: { self: { href: `${addresses(call).api}/${uuidOf(row.id)}` } },
  };
}
