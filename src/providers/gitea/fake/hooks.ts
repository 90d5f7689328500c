import { askerOf, holds } from "@/providers/gitea/fake/auth";
import { repositoryJson, userJson } from "@/providers/gitea/fake/json";
import { type Answer, failure, ok, sent } from "@/providers/gitea/fake/page";
import { missing } from "@/providers/gitea/fake/routes";
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
  type SimulatedHooks,
  sentJson,
  setStatus,
  textOf,
  type WorldEvent,
  type WorldPush,
  type WorldRequest,
  ZEROS,
} from "@/providers/simulator/hooks";
import type { SimulateOptions } from "@/providers/simulator/simulated";
import { belongsTo, fullNameOf, type WorldHook, type WorldRepository } from "@/providers/simulator/world";

const AT = "2026-05-03T10:00:00Z";
const USER = "ada";

/** Webhooks and commit statuses of the simulated server, by its API description and its sources. */
export function giteaHooks(server: SimulateOptions & { version: string }): SimulatedHooks {
  return {
    respond: async (request) => respond(server, request),
    deliveries: (repository, event) => deliveries(server, repository, event),
  };
}

const PATH = /^repos\/([^/]+)\/([^/]+)\/(hooks|statuses)(?:\/([^/]+))?$/;

async function respond(server: SimulateOptions, request: Request): Promise<Response | null> {
  const root = `${new URL(server.baseUrl).pathname.replace(/\/$/, "")}/api/v1/`;
  const { pathname } = new URL(request.url);
  const parts = PATH.exec(pathname.startsWith(root) ? pathname.slice(root.length) : "");
  return parts && sent(server.baseUrl, await answerOf(server, request, parts.slice(1)));
}

async function answerOf(
  server: SimulateOptions,
  request: Request,
  [owner, name, area, id]: (string | undefined)[],
): Promise<Answer> {
  const { world } = server;
  const asker = askerOf(world, request.headers.get("authorization"), server.now?.() ?? new Date());
  if (!asker || asker === "refused") return failure(401, "token is required");
  const scope = request.method === "GET" ? "read:repository" : "write:repository";
  if (!holds(asker, [scope]))
    return failure(403, `token does not have at least one of required scope(s): [${scope}]`);
  const found = world.repositories.find((one) => one.owner === owner && one.name === name);
  if (!found || !belongsTo(world, found, asker.login)) return missing;
  return area === "hooks"
    ? hookCall(server, request, found, id)
    : statusCall(server, request, found, id ?? "");
}

async function hookCall(
  { world }: SimulateOptions,
  request: Request,
  repository: WorldRepository,
  id: string | undefined,
): Promise<Answer> {
  const all = hooksOf(world, repository);
  const one = all.find((hook) => String(hook.id) === id);
  if (id !== undefined && !one) return missing;
  if (request.method === "GET") return one ? ok(hookJson(one)) : pageOf(all, new URL(request.url));
  if (request.method === "DELETE" && one) {
    removeHook(world, one);
    return { status: 204, body: null };
  }
  const body = await sentJson(request);
  const config = objectOf(body.config);
  if (request.method === "PATCH" && one) {
    one.url = textOf(config.url) || one.url;
    one.secret = textOf(config.secret) || one.secret;
    if (body.events) one.events = eventsOf(namesOf(body.events));
    if (typeof body.active === "boolean") one.active = body.active;
    return ok(hookJson(one));
  }
  if (request.method !== "POST" || id !== undefined) return failure(405, "Method Not Allowed");
  if (!textOf(config.url) || !["json", "form"].includes(textOf(config.content_type)))
    return failure(422, "Invalid config");
  const events = eventsOf(namesOf(body.events));
  const made = {
    repositoryId: repository.id,
    url: textOf(config.url),
    secret: textOf(config.secret),
    events,
  };
  return { status: 201, body: hookJson(addHook(world, { ...made, active: body.active === true })) };
}

function pageOf(all: WorldHook[], { searchParams }: URL): Answer {
  const limit = Math.min(Number(searchParams.get("limit")) || 30, 50);
  const start = ((Number(searchParams.get("page")) || 1) - 1) * limit;
  return ok(all.slice(start, start + limit).map(hookJson), { "x-total-count": String(all.length) });
}

/** `pullHook` in routers/api/v1/utils/hook.go: the plain name switches on every event of requests. */
function eventsOf(asked: string[]): string[] {
  const requests = ["pull_request", "pull_request_assign", "pull_request_label", "pull_request_sync"];
  const all = asked.includes("pull_request") ? [...asked, ...requests] : asked;
  return [...new Set(all.map((name) => (name === "pull_request_only" ? "pull_request" : name)))];
}

/** The secret is never told. */
function hookJson(hook: WorldHook) {
  return {
    id: hook.id,
    type: "gitea",
    name: "",
    branch_filter: "*",
    config: { content_type: "json", url: hook.url },
    events: hook.events,
    authorization_header: "",
    active: hook.active,
    updated_at: AT,
    created_at: AT,
  };
}

async function statusCall(
  server: SimulateOptions,
  request: Request,
  repository: WorldRepository,
  sha: string,
): Promise<Answer> {
  const body = await sentJson(request);
  const [state, context] = [textOf(body.state), textOf(body.context) || "default"];
  if (!["pending", "success", "error", "failure", "warning", "skipped"].includes(state))
    return failure(422, "Invalid state");
  if (!repository.commits.has(sha)) return failure(404, "sha not found");
  const [description, url] = [textOf(body.description), textOf(body.target_url)];
  setStatus(server.world, { repositoryId: repository.id, sha, state, context, description, url });
  const creator = userJson(server.world, USER, base(server));
  const times = { created_at: AT, updated_at: AT };
  const page = `${base(server)}/api/v1/repos/${fullNameOf(repository)}/statuses/${sha}`;
  const status = { id: 1, status: state, context, description, target_url: url, url: page };
  return { status: 201, body: { ...status, creator, ...times } };
}

function deliveries(server: SimulateOptions, repository: WorldRepository, event: WorldEvent): Outgoing[] {
  const [name, type, payload] =
    event.kind === "push" ? pushOf(server, repository, event) : requestOf(server, repository, event);
  const body = JSON.stringify(payload);
  return listening(server.world, repository, [type]).map((hook) => {
    const [id, signature] = [deliveryId(hook, body), hook.secret && hmac(hook.secret, body)];
    // Without a secret the headers are there and empty.
    const headers = {
      "content-type": "application/json",
      "x-gitea-delivery": id,
      "x-gitea-event": name,
      "x-gitea-event-type": type,
      "x-gitea-signature": signature,
      "x-gogs-delivery": id,
      "x-gogs-event": name,
      "x-gogs-signature": signature,
      "x-github-delivery": id,
      "x-github-event": name,
      "x-hub-signature-256": `sha256=${signature}`,
    };
    return { url: hook.url, headers, body };
  });
}

type Payload = [name: string, type: string, payload: unknown];

function pushOf(server: SimulateOptions, repository: WorldRepository, event: WorldPush): Payload {
  const repo = repositoryJson(server.world, repository, base(server), true);
  const sender = userJson(server.world, USER, base(server));
  const [, kind, name = ""] = /^refs\/(heads|tags)\/(.*)$/.exec(event.ref) ?? [];
  // A branch that is deleted has an event of its own and no push.
  if (event.after === null) {
    const ref_type = kind === "tags" ? "tag" : "branch";
    return ["delete", "delete", { ref: name, ref_type, pusher_type: "user", repository: repo, sender }];
  }
  const commits = pushed(repository, event).map((commit) => ({
    id: commit.sha,
    message: `${commit.message}\n`,
    url: `${base(server)}/${fullNameOf(repository)}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email, username: USER },
    committer: { name: commit.author.name, email: commit.author.email, username: USER },
    verification: null,
    timestamp: AT,
    added: [],
    removed: [],
    modified: commit.sha === event.after ? (event.files ?? []) : [],
  }));
  const payload = {
    ref: event.ref,
    before: event.before ?? ZEROS,
    after: event.after,
    compare_url: "",
    commits: commits.toReversed(),
    total_commits: commits.length,
    head_commit: commits.at(-1) ?? null,
    repository: repo,
    pusher: sender,
    sender,
  };
  return ["push", "push", payload];
}

const actions = { opened: "opened", updated: "synchronized", closed: "closed", merged: "closed" };

function requestOf(server: SimulateOptions, repository: WorldRepository, event: WorldRequest): Payload {
  const repo = repositoryJson(server.world, repository, base(server), true);
  const from = event.from ?? repository;
  const isClosed = event.action === "closed" || event.action === "merged";
  const labels = event.labels.map((name, index) => ({
    id: index + 1,
    name,
    color: "ee0701",
    description: "",
  }));
  const pull_request = {
    id: 900 + event.number,
    number: event.number,
    user: userJson(server.world, USER, base(server)),
    title: event.title,
    labels,
    state: isClosed ? "closed" : "open",
    draft: false,
    merged: event.action === "merged",
    base: {
      label: event.base,
      ref: event.base,
      sha: repository.branches.get(event.base) ?? ZEROS,
      repo_id: repository.id,
      repo,
    },
    head: {
      label: event.branch,
      ref: event.branch,
      sha: event.sha,
      repo_id: from.id,
      repo: { ...repo, id: from.id },
    },
  };
  const payload = { action: actions[event.action], number: event.number, pull_request, repository: repo };
  return ["pull_request", event.action === "updated" ? "pull_request_sync" : "pull_request", payload];
}

function base(server: SimulateOptions): string {
  return server.baseUrl.replace(/\/$/, "");
}
