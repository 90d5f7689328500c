import { guidOf, repositoryJson } from "@/providers/azureDevops/fake/json";
import { type Answer, failure } from "@/providers/azureDevops/fake/routes";
import {
  addHook,
  deliveryId,
  listening,
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
import { logDelivery } from "@/providers/simulator/requests";
import type { SimulateOptions } from "@/providers/simulator/simulated";
import {
  belongsTo,
  type WorldDelivery,
  type WorldHook,
  type WorldRepository,
} from "@/providers/simulator/world";

/** Service hooks and commit statuses, by the description of the REST API (7.1) and the documentation of events. */

const HOOKS = /^_apis\/hooks\/subscriptions(?:\/([^/]+))?(?:\/(notifications)(?:\/(\d+))?)?$/;
const STATUSES = /^[^/]+\/_apis\/git\/repositories\/([^/]+)\/commits\/([^/]+)\/statuses$/;
const AT = "2026-05-03T10:00:00Z";

interface Asked {
  method: string;
  path: string;
  body: Record<string, unknown>;
  login: string;
}

/** Null for a call about something else. */
export function hookAnswer(server: SimulateOptions, { method, path, body, login }: Asked): Answer | null {
  const status = STATUSES.exec(path);
  if (status && method === "POST")
    return statusCall(server, { id: status[1] ?? "", sha: status[2] ?? "", body, login });
  const hook = HOOKS.exec(path);
  if (!hook) return null;
  const [, id, log, notification] = hook;
  const answer = hooksCall(server, { method, id, body, login });
  return log && answer.status === 200 ? logCall(server, id, notification) : answer;
}

const REFUSED = failure(
  403,
  "Access denied: the subscription needs the permission to edit it.",
  "UnauthorizedAccessException",
);

function hooksCall(
  { world }: SimulateOptions,
  {
    method,
    id,
    body,
    login,
  }: { method: string; id: string | undefined; body: Record<string, unknown>; login: string },
): Answer {
  const mayEdit = (one: WorldRepository) => belongsTo(world, one, login);
  const repositoryOf = (hook: WorldHook) => world.repositories.find((one) => one.id === hook.repositoryId);
  const all = (world.hooks ?? []).filter((hook) => {
    const repository = repositoryOf(hook);
    return repository !== undefined && mayEdit(repository);
  });
  const one = all.find((hook) => guidOf(hook.id) === id);
  if (id !== undefined && !one)
    return failure(404, "Subscription not found.", "SubscriptionNotFoundException");
  // Who may not edit any sees none.
  if (method === "GET" && !one && !world.repositories.some((each) => mayEdit(each) && each.owner !== login))
    return REFUSED;
  if (method === "GET")
    return { status: 200, body: one ? hookJson(one) : { count: all.length, value: all.map(hookJson) } };
  if (method === "DELETE" && one) {
    removeHook(world, one);
    return { status: 200, body: null };
  }
  if (!(method === "POST" && id === undefined) && !(method === "PUT" && one))
    return failure(405, "The requested resource does not support this method.", "");
  const [publisher, consumer] = [objectOf(body.publisherInputs), objectOf(body.consumerInputs)];
  const found = world.repositories.find((each) => guidOf(each.id) === textOf(publisher.repository));
  if (!found || !mayEdit(found)) return REFUSED;
  // Of the header only the value is kept: it is shown as stars.
  const secret = textOf(consumer.httpHeaders).split(":").slice(1).join(":");
  const content = { url: textOf(consumer.url), events: [textOf(body.eventType)], active: true, secret };
  // Failures are forgotten by whoever writes it down as enabled.
  if (one) {
    const alert = body.status === "enabled" ? undefined : one.alert;
    return { status: 200, body: hookJson(Object.assign(one, content, { alert })) };
  }
  return { status: 200, body: hookJson(addHook(world, { repositoryId: found.id, ...content })) };
}

/** What was sent for a subscription, newest first; the whole event is told of each alone. */
function logCall({ world }: SimulateOptions, id: string | undefined, notification?: string): Answer {
  const all = (world.deliveries ?? []).filter((one) => guidOf(one.hookId) === id).toReversed();
  const one = all.find((each) => String(each.id) === notification);
  if (one) return { status: 200, body: notificationJson(one, true) };
  if (notification) return failure(404, "Notification not found.", "NotificationNotFoundException");
  return {
    status: 200,
    body: { count: all.length, value: all.map((each) => notificationJson(each, false)) },
  };
}

function notificationJson(delivery: WorldDelivery, isWhole: boolean) {
  const { id, hookId, event: eventType, at, headers, body, status } = delivery;
  const { subscriptionId: _subscription, notificationId: _notification, ...event } = JSON.parse(body);
  const isAnswered = status !== null && status < 300;
  const shown = JSON.stringify({ ...headers, "x-hub-token": "********" }, null, 2);
  const request = `Method: POST\nHTTP Version: 1.1\nHeaders:\n${shown}\nContent:\n${body}`;
  return {
    id,
    subscriptionId: guidOf(hookId),
    eventId: event.id,
    createdDate: at,
    modifiedDate: at,
    status: "completed",
    result: isAnswered ? "succeeded" : "failed",
    details: {
      eventType,
      publisherId: "tfs",
      consumerId: "webHooks",
      consumerActionId: "httpRequest",
      requestAttempts: 1,
      ...(isWhole ? { event, request } : {}),
    },
  };
}

function hookJson(hook: WorldHook) {
  return {
    id: guidOf(hook.id),
    url: `https://dev.azure.com/_apis/hooks/subscriptions/${guidOf(hook.id)}`,
    status: hook.active ? (hook.alert ?? "enabled") : "disabledBySystem",
    publisherId: "tfs",
    eventType: hook.events[0] ?? "",
    resourceVersion: "1.0",
    eventDescription: "",
    consumerId: "webHooks",
    consumerActionId: "httpRequest",
    actionDescription: "",
    createdDate: AT,
    modifiedDate: AT,
    publisherInputs: { projectId: guidOf(1), repository: guidOf(hook.repositoryId) },
    consumerInputs: { url: hook.url, httpHeaders: "X-Hub-Token:********", resourceDetailsToSend: "all" },
  };
}

function statusCall(
  { world }: SimulateOptions,
  { id, sha, body, login }: { id: string; sha: string; body: Record<string, unknown>; login: string },
): Answer {
  const found = world.repositories.find((one) => guidOf(one.id) === id);
  if (!found || !belongsTo(world, found, login))
    return failure(403, "Access denied: Code (Status) is needed.", "UnauthorizedAccessException");
  const [state, description, url] = [body.state, body.description, body.targetUrl].map(textOf);
  const { genre, name } = objectOf(body.context);
  if (
    !["notSet", "pending", "succeeded", "failed", "error", "notApplicable"].includes(state ?? "") ||
    !textOf(name)
  )
    return failure(400, "The status is not valid.", "ArgumentException");
  if (!found.commits.has(sha))
    return failure(404, "The commit was not found.", "GitUnresolvableToCommitException");
  const context = [genre, name].map(textOf).filter(Boolean).join("/");
  setStatus(world, {
    repositoryId: found.id,
    sha,
    context,
    state: state ?? "",
    description: description ?? "",
    url: url ?? "",
  });
  const answer = {
    id: 1,
    state,
    description,
    context: { name, genre },
    targetUrl: url,
    creationDate: AT,
    updatedDate: AT,
  };
  return { status: 200, body: answer };
}

/** What the service sends: a subscription for each event, with the secret in a header and nothing signed. */
export function azureDeliveries(
  server: SimulateOptions,
  repository: WorldRepository,
  event: WorldEvent,
): Outgoing[] {
  const opened = event.kind === "pullRequest" && event.action === "opened";
  const request = opened ? "git.pullrequest.created" : "git.pullrequest.updated";
  const eventType = event.kind === "push" ? "git.push" : request;
  const root = server.baseUrl.replace(/\/$/, "");
  const repo = repositoryJson(server.world, repository, root);
  const resource =
    event.kind === "push"
      ? pushOf(repo, repository, event)
      : requestOf(server, { repo, repository, event, root });
  return listening(server.world, repository, [eventType]).map((hook) => {
    const headers = { "content-type": "application/json; charset=utf-8", "x-hub-token": hook.secret };
    const logged = logDelivery(server.world, hook, { event: eventType, at: AT, headers, body: "" });
    logged.body = JSON.stringify({
      subscriptionId: guidOf(hook.id),
      notificationId: logged.id,
      id: deliveryId(hook, JSON.stringify(resource)),
      eventType,
      publisherId: "tfs",
      message: null,
      detailedMessage: null,
      resource,
      resourceVersion: "1.0",
      resourceContainers: { project: { id: guidOf(1) } },
      createdDate: AT,
    });
    return { url: hook.url, headers, body: logged.body, logged };
  });
}

function pushOf(repo: unknown, repository: WorldRepository, event: WorldPush) {
  const update = { name: event.ref, oldObjectId: event.before ?? ZEROS, newObjectId: event.after ?? ZEROS };
  const commits = pushed(repository, event).toReversed();
  return {
    commits: commits.map(({ sha, message }) => ({ commitId: sha, comment: message })),
    refUpdates: [update],
    repository: repo,
    pushedBy: { displayName: "Ada Example" },
    pushId: 14,
    date: AT,
  };
}

const states = { opened: "active", updated: "active", closed: "abandoned", merged: "completed" };

function requestOf(
  server: SimulateOptions,
  {
    repo,
    repository,
    event,
    root,
  }: { repo: unknown; repository: WorldRepository; event: WorldRequest; root: string },
) {
  const source = `refs/heads/${event.branch}`;
  const from = event.from && repositoryJson(server.world, event.from, root);
  return {
    repository: repo,
    pullRequestId: event.number,
    status: states[event.action],
    title: event.title,
    sourceRefName: source,
    targetRefName: `refs/heads/${event.base}`,
    mergeStatus: "succeeded",
    isDraft: false,
    lastMergeSourceCommit: { commitId: event.sha },
    lastMergeTargetCommit: { commitId: repository.branches.get(event.base) ?? ZEROS },
    labels: event.labels.map((name, index) => ({ id: guidOf(index), name, active: true })),
    ...(from ? { forkSource: { name: source, objectId: event.sha, repository: from } } : {}),
  };
}
