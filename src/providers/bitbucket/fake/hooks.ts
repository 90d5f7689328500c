import { repositoryJson, uuidOf } from "@/providers/bitbucket/fake/json";
import { type Answer, addresses, type Call, failure, ok } from "@/providers/bitbucket/fake/page";
import {
  addHook,
  deliveryId,
  hmac,
  hooksOf,
  listening,
  namesOf,
  type Outgoing,
  pushed,
  removeHook,
  setStatus,
  textOf,
  type WorldEvent,
  type WorldPush,
  type WorldRequest,
} from "@/providers/simulator/hooks";
import type { SimulateOptions } from "@/providers/simulator/simulated";
import { belongsTo, type WorldHook, type WorldRepository } from "@/providers/simulator/world";

/** Webhooks and build statuses, by Bitbucket's documentation of its API and of event payloads. */

const PATH = /^repositories\/([^/]+)\/([^/]+)\/(?:(hooks)(?:\/([^/]+))?|commit\/([^/]+)\/statuses\/build)$/;
const AT = "2026-05-03T10:00:00.000000+00:00";

/** Payloads larger than this are never sent. */
const MAX_BYTES = 256 * 1024;

/** Null for a call about something else. */
export function hookAnswer(call: Omit<Call, "parts">, path: string): Answer | null {
  const parts = PATH.exec(path)
    ?.slice(1)
    .map((part) => (part === undefined ? undefined : decodeURIComponent(part)));
  if (!parts) return null;
  const [owner, name, area, id, sha] = parts;
  const { asker, server, method, body } = call;
  const found = server.world.repositories.find(
    (one) => one.owner === owner && (one.name === name || uuidOf(one.id) === name),
  );
  if (!asker || !found || !belongsTo(server.world, found, asker.login))
    return failure(404, "Repository not found.");
  if (!area) return statusCall(server, found, sha ?? "", body);
  const scope = asker.kind === "apiToken" ? "write:webhook:bitbucket" : "webhook";
  if (!asker.scopes.includes(scope))
    return failure(403, "Your credentials lack one or more required privilege scopes.", {
      required: [scope],
      granted: asker.scopes,
    });
  return hooksCall(server, found, { method, id, body });
}

function hooksCall(
  { world }: SimulateOptions,
  repository: WorldRepository,
  { method, id, body }: { method: string; id: string | undefined; body: Record<string, unknown> },
): Answer {
  const all = hooksOf(world, repository);
  const one = all.find((hook) => uuidOf(hook.id) === id);
  if (id !== undefined && !one) return failure(404, "Webhook not found");
  if (method === "GET")
    return ok(one ? hookJson(one) : { pagelen: 100, page: 1, size: all.length, values: all.map(hookJson) });
  if (method === "DELETE" && one) {
    removeHook(world, one);
    return { status: 204, body: null };
  }
  const content = { url: textOf(body.url), events: namesOf(body.events), active: body.active !== false };
  if (content.url === "" || content.events.length === 0) return failure(400, "Bad request");
  if (method === "PUT" && one) {
    // A secret that is not named stays.
    const secret = body.secret === undefined ? one.secret : textOf(body.secret);
    return ok(hookJson(Object.assign(one, { ...content, secret })));
  }
  if (method !== "POST" || id !== undefined) return failure(405, "Method not allowed");
  const made = addHook(world, { repositoryId: repository.id, secret: textOf(body.secret), ...content });
  return { status: 201, body: hookJson(made) };
}

function hookJson(hook: WorldHook) {
  return {
    type: "webhook_subscription",
    uuid: uuidOf(hook.id),
    url: hook.url,
    description: "Slipway",
    subject_type: "repository",
    active: hook.active,
    created_at: AT,
    events: hook.events,
    secret_set: hook.secret !== "",
  };
}

function statusCall(
  { world }: SimulateOptions,
  repository: WorldRepository,
  sha: string,
  body: Record<string, unknown>,
): Answer {
  const [key, state, url, description] = [body.key, body.state, body.url, body.description].map(textOf);
  if (
    !key ||
    key.length > 40 ||
    !url ||
    !["INPROGRESS", "SUCCESSFUL", "FAILED", "STOPPED"].includes(state ?? "")
  )
    return failure(400, "Bad request");
  if (!repository.commits.has(sha)) return failure(404, "Commit not found");
  const status = { state: state ?? "", context: key, description: description ?? "", url };
  setStatus(world, { repositoryId: repository.id, sha, ...status });
  return {
    status: 201,
    body: { type: "build", key, state, url, description, name: body.name, created_on: AT },
  };
}

const requests = {
  opened: "pullrequest:created",
  updated: "pullrequest:updated",
  closed: "pullrequest:rejected",
  merged: "pullrequest:fulfilled",
};

/** What Bitbucket sends to the hooks of a repository. */
export function bitbucketDeliveries(
  server: SimulateOptions,
  repository: WorldRepository,
  event: WorldEvent,
): Outgoing[] {
  const name = event.kind === "push" ? "repo:push" : requests[event.action];
  const payload =
    event.kind === "push" ? pushOf(server, repository, event) : requestOf(server, repository, event);
  const body = JSON.stringify(payload);
  if (Buffer.byteLength(body) > MAX_BYTES) return [];
  return listening(server.world, repository, [name]).map((hook) => ({
    url: hook.url,
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "Bitbucket-Webhooks/2.0",
      "x-event-key": name,
      "x-hook-uuid": uuidOf(hook.id).slice(1, -1),
      "x-request-uuid": deliveryId(hook, body),
      "x-attempt-number": "1",
      ...(hook.secret && { "x-hub-signature": `sha256=${hmac(hook.secret, body)}` }),
    },
  }));
}

function pushOf(server: SimulateOptions, repository: WorldRepository, event: WorldPush) {
  const [, kind, name = ""] = /^refs\/(heads|tags)\/(.*)$/.exec(event.ref) ?? [];
  const ref = (sha: string | null) => {
    if (sha === null) return null;
    const target = {
      type: "commit",
      hash: sha,
      message: repository.commits.get(sha)?.message ?? "",
      date: AT,
    };
    return { type: kind === "tags" ? "tag" : "branch", name, target };
  };
  const commits = pushed(repository, event).toReversed();
  const change = {
    old: ref(event.before),
    new: ref(event.after),
    created: event.before === null,
    closed: event.after === null,
    forced: false,
    truncated: commits.length > 5,
    commits: commits
      .slice(0, 5)
      .map(({ sha, message }) => ({ type: "commit", hash: sha, message, date: AT })),
  };
  return {
    actor: { type: "user", nickname: "ada" },
    repository: jsonOf(server, repository),
    push: { changes: [change] },
  };
}

const states = { opened: "OPEN", updated: "OPEN", closed: "DECLINED", merged: "MERGED" };

function requestOf(server: SimulateOptions, repository: WorldRepository, event: WorldRequest) {
  const side = (one: WorldRepository, branch: string, sha: string) => ({
    branch: { name: branch },
    // Only so many digits are told.
    commit: { type: "commit", hash: sha.slice(0, 12) },
    repository: jsonOf(server, one),
  });
  const pullrequest = {
    type: "pullrequest",
    id: event.number,
    title: event.title,
    state: states[event.action],
    draft: false,
    source: side(event.from ?? repository, event.branch, event.sha),
    destination: side(repository, event.base, repository.branches.get(event.base) ?? ""),
  };
  return { actor: { type: "user", nickname: "ada" }, repository: jsonOf(server, repository), pullrequest };
}

function jsonOf(server: SimulateOptions, repository: WorldRepository) {
  return repositoryJson(repository, "ada", addresses({ server }));
}
