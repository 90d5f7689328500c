import { projectKeyOf, repositoryJson, userJson } from "@/providers/bitbucketServer/fake/json";
import { type Answer, base, type Call, failure, ok } from "@/providers/bitbucketServer/fake/page";
import {
  addHook,
  deliveryId,
  hmac,
  hooksOf,
  listening,
  namesOf,
  type Outgoing,
  objectOf,
  pushed,
  removeHook,
  setStatus,
  textOf,
  type WorldEvent,
  type WorldPush,
  type WorldRequest,
  ZEROS,
} from "@/providers/simulator/hooks";
import type { SimulateOptions } from "@/providers/simulator/simulated";
import { belongsTo, type WorldHook, type WorldRepository } from "@/providers/simulator/world";

/** Webhooks and build statuses, by the description of the REST API (9.4) and the documentation of event payloads. */

const PATH = /^projects\/([^/]+)\/repos\/([^/]+)\/(?:(webhooks)(?:\/([^/]+))?|commits\/([^/]+)\/builds)$/;

interface Asked {
  method: string;
  path: string;
}

/** Null for a call about something else. */
export function hookAnswer(call: Omit<Call, "parts">, { method, path }: Asked): Answer | null {
  const parts = PATH.exec(path)?.slice(1);
  if (!parts || (!parts[2] && method !== "POST")) return null;
  const [project = "", slug, area, id, sha] = parts;
  const { world } = call.server;
  const found = world.repositories.find(
    (one) => projectKeyOf(world, one.owner) === decodeURIComponent(project) && one.name === slug,
  );
  if (call.login === null || !found)
    return failure(404, "Repository does not exist.", "NoSuchRepositoryException");
  if (!belongsTo(world, found, call.login))
    return failure(403, "You are not permitted to access this resource", "AuthorisationException");
  return area ? hooksCall(call, found, { method, id }) : statusCall(call.server, found, sha ?? "", call.body);
}

function hooksCall(
  { server: { world }, url, body }: Omit<Call, "parts">,
  repository: WorldRepository,
  { method, id }: { method: string; id: string | undefined },
): Answer {
  const all = hooksOf(world, repository);
  const one = all.find((hook) => String(hook.id) === id);
  if (id !== undefined && !one) return failure(404, "No webhook found.", "NoSuchWebhookException");
  if (method === "GET") {
    const isCounted = url.searchParams.get("statistics") === "true";
    const values = all.map((hook) => ({ ...hookJson(hook), ...(isCounted ? statisticsOf(hook) : {}) }));
    return ok(one ? hookJson(one) : { size: all.length, limit: 25, isLastPage: true, start: 0, values });
  }
  if (method === "DELETE" && one) {
    removeHook(world, one);
    return { status: 204, body: null };
  }
  const secret = textOf(objectOf(body.configuration).secret);
  const content = {
    url: textOf(body.url),
    events: namesOf(body.events),
    active: body.active === true,
    secret,
  };
  if (content.url === "" || content.events.length === 0)
    return failure(400, "The webhook is not valid.", "ArgumentValidationException");
  if (method === "PUT" && one) return ok(hookJson(Object.assign(one, content)));
  if (method !== "POST" || id !== undefined)
    return failure(405, "Method Not Allowed", "MethodNotAllowedException");
  return ok(hookJson(addHook(world, { repositoryId: repository.id, ...content })));
}

/** The newest attempts; `alert` says that the last one failed. */
function statisticsOf({ alert }: WorldHook) {
  const attempt = (outcome: string, finish: number) => ({
    ...{ id: 7, event: "repo:refs_changed", start: finish - 40, finish, duration: 40 },
    request: { method: "POST", url: "" },
    result: { description: "", outcome },
  });
  const lastSuccess = attempt("SUCCESS", 1_777_802_400_000);
  return {
    statistics: { lastSuccess, ...(alert ? { lastFailure: attempt("FAILURE", 1_777_802_500_000) } : {}) },
  };
}

/** The secret is never told. */
function hookJson(hook: WorldHook) {
  return {
    id: hook.id,
    name: "Slipway",
    createdDate: 1_777_802_400_000,
    updatedDate: 1_777_802_400_000,
    events: hook.events,
    configuration: {},
    url: hook.url,
    active: hook.active,
    scopeType: "repository",
    sslVerificationRequired: true,
  };
}

function statusCall(
  { world }: SimulateOptions,
  repository: WorldRepository,
  sha: string,
  body: Record<string, unknown>,
): Answer {
  const [key, state, url, description] = [body.key, body.state, body.url, body.description].map(textOf);
  const isKnown = ["CANCELLED", "FAILED", "INPROGRESS", "SUCCESSFUL", "UNKNOWN"].includes(state ?? "");
  if (!key || !url || !isKnown)
    return failure(400, "The build status is not valid.", "ArgumentValidationException");
  if (!repository.commits.has(sha)) return failure(404, "Commit does not exist.", "NoSuchCommitException");
  const status = { state: state ?? "", context: key, description: description ?? "", url };
  setStatus(world, { repositoryId: repository.id, sha, ...status });
  return { status: 204, body: null };
}

const requests = {
  opened: "pr:opened",
  updated: "pr:from_ref_updated",
  closed: "pr:declined",
  merged: "pr:merged",
};

/** What the server sends to the hooks of a repository. */
export function serverDeliveries(
  server: SimulateOptions,
  repository: WorldRepository,
  event: WorldEvent,
): Outgoing[] {
  const name = event.kind === "push" ? "repo:refs_changed" : requests[event.action];
  const content =
    event.kind === "push" ? pushOf(server, repository, event) : requestOf(server, repository, event);
  const actor = userJson(server.world, "ada", base({ server }));
  const body = JSON.stringify({ eventKey: name, date: "2026-05-03T10:00:00+0000", actor, ...content });
  return listening(server.world, repository, [name]).map((hook) => ({
    url: hook.url,
    body,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-event-key": name,
      "x-request-id": deliveryId(hook, body),
      ...(hook.secret && { "x-hub-signature": `sha256=${hmac(hook.secret, body)}` }),
    },
  }));
}

function pushOf(server: SimulateOptions, repository: WorldRepository, event: WorldPush) {
  const [, kind, name] = /^refs\/(heads|tags)\/(.*)$/.exec(event.ref) ?? [];
  const type = event.before === null ? "ADD" : event.after === null ? "DELETE" : "UPDATE";
  const ref = { id: event.ref, displayId: name, type: kind === "tags" ? "TAG" : "BRANCH" };
  const change = {
    ref,
    refId: event.ref,
    fromHash: event.before ?? ZEROS,
    toHash: event.after ?? ZEROS,
    type,
  };
  const commits = pushed(repository, event).toReversed();
  const tip = repository.commits.get(event.after ?? "");
  return {
    repository: repositoryJson(server.world, repository, base({ server })),
    changes: [change],
    commits: commits
      .slice(0, 5)
      .map(({ sha, message }) => ({ id: sha, displayId: sha.slice(0, 11), message })),
    ...(tip ? { toCommit: { id: tip.sha, displayId: tip.sha.slice(0, 11), message: tip.message } } : {}),
  };
}

const states = { opened: "OPEN", updated: "OPEN", closed: "DECLINED", merged: "MERGED" };

function requestOf(server: SimulateOptions, repository: WorldRepository, event: WorldRequest) {
  const side = (one: WorldRepository, branch: string, sha: string) => ({
    id: `refs/heads/${branch}`,
    displayId: branch,
    latestCommit: sha,
    type: "BRANCH",
    repository: repositoryJson(server.world, one, base({ server })),
  });
  const isOpen = states[event.action] === "OPEN";
  return {
    pullRequest: {
      id: event.number,
      version: 1,
      title: event.title,
      state: states[event.action],
      open: isOpen,
      closed: !isOpen,
      fromRef: side(event.from ?? repository, event.branch, event.sha),
      toRef: side(repository, event.base, repository.branches.get(event.base) ?? ZEROS),
    },
  };
}
