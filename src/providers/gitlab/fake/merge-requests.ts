import { userJson } from "@/providers/gitlab/fake/json";
import { type Call, json, message, pageOf } from "@/providers/gitlab/fake/page";
import { addComment, requestsOf } from "@/providers/simulator/requests";
import {
  fullNameOf,
  type WorldComment,
  type WorldPullRequest,
  type WorldRepository,
} from "@/providers/simulator/world";

/** Merge requests and their notes, by GitLab's documentation of its API. */

const AT = "2026-05-03T10:00:00.000Z";

export function mergeRequests(call: Call, found: WorldRepository, path: string[]): Response {
  const [iid, area, id, ...more] = path;
  if (iid === undefined) return list(call, found);
  const request = requestsOf(call.world, found).find((one) => String(one.number) === iid);
  if (!request || more.length > 0) return message(404, "404 Not found");
  if (area === undefined) return json(requestJson(call, found, request, true));
  if (area !== "notes") return json({ error: "404 Not Found" }, 404);
  if (call.method === "GET")
    return pageOf(request.comments, call.url, (note) => noteJson(call, request, note));
  if (!call.token) return message(401, "401 Unauthorized");
  if (call.method === "POST" && id === undefined) {
    const made = addComment(call.world, request, call.token.login, String(call.body.body));
    return json(noteJson(call, request, made), 201);
  }
  const note = request.comments.find((one) => String(one.id) === id);
  if (call.method !== "PUT" || !note) return message(404, "404 Not found");
  if (note.author !== call.token.login) return message(403, "403 Forbidden");
  note.body = String(call.body.body);
  note.edits += 1;
  return json(noteJson(call, request, note));
}

function list(call: Call, found: WorldRepository): Response {
  const isOpen = call.url.searchParams.get("state") === "opened";
  const rows = requestsOf(call.world, found)
    .filter((one) => isOpen && one.state === "open")
    .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  return pageOf(rows, call.url, (request) => requestJson(call, found, request, false));
}

const states = { open: "opened", closed: "closed", merged: "merged" };

function requestJson(call: Call, found: WorldRepository, request: WorldPullRequest, isSingle: boolean) {
  const { world, base } = call;
  const author = world.users.find((one) => one.login === request.author);
  const tip = found.branches.get(request.base) ?? request.head.sha;
  return {
    id: 900_000 + request.number,
    iid: request.number,
    project_id: found.id,
    title: request.title,
    description: "",
    state: states[request.state],
    created_at: AT,
    updated_at: request.updatedAt,
    merged_at: request.state === "merged" ? request.updatedAt : null,
    closed_at: request.state === "closed" ? request.updatedAt : null,
    target_branch: request.base,
    source_branch: request.head.ref,
    author: author ? userJson(author, base) : null,
    assignees: [],
    assignee: null,
    reviewers: [],
    source_project_id: request.head.repositoryId,
    target_project_id: found.id,
    labels: request.labels,
    draft: request.draft,
    work_in_progress: request.draft,
    milestone: null,
    merge_status: "can_be_merged",
    detailed_merge_status: "mergeable",
    sha: request.head.sha,
    merge_commit_sha: null,
    squash_commit_sha: null,
    user_notes_count: request.comments.length,
    reference: `!${request.number}`,
    references: {
      short: `!${request.number}`,
      relative: `!${request.number}`,
      full: `${fullNameOf(found)}!${request.number}`,
    },
    web_url: `${base}/${fullNameOf(found)}/-/merge_requests/${request.number}`,
    ...(isSingle ? { diff_refs: { base_sha: tip, head_sha: request.head.sha, start_sha: tip } } : {}),
  };
}

function noteJson({ world, base }: Call, request: WorldPullRequest, note: WorldComment) {
  const author = world.users.find((one) => one.login === note.author);
  return {
    id: note.id,
    type: null,
    body: note.body,
    author: author ? userJson(author, base) : null,
    created_at: AT,
    updated_at: AT,
    system: false,
    noteable_type: "MergeRequest",
    noteable_iid: request.number,
    project_id: request.repositoryId,
    resolvable: false,
    confidential: false,
    internal: false,
  };
}
