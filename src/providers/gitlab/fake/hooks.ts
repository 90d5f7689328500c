import { createHmac } from "node:crypto";
import { eventsCall } from "@/providers/gitlab/fake/events";
import { projectJson } from "@/providers/gitlab/fake/json";
import { json, message } from "@/providers/gitlab/fake/page";
import {
  addHook,
  deliveryId,
  hooksOf,
  listening,
  type Outgoing,
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
import { belongsTo, fullNameOf, type WorldHook, type WorldRepository } from "@/providers/simulator/world";

/** Webhooks and commit statuses, by GitLab's documentation of its API and of webhook events. */

const AT = "2026-05-03T10:00:00.000Z";

/** Those a hook has beside the ones that it names. */
const FLAGS = ["push_events", "tag_push_events", "merge_requests_events", "issues_events", "note_events"];

interface Asked {
  method: string;
  segments: string[];
  body: Record<string, unknown>;
  /** Login of whoever asks, null for nobody. */
  login: string | null;
  isApi: boolean;
  url: URL;
}

/** Null for a call about something else. */
export function hookAnswer(server: SimulateOptions & { version?: string }, asked: Asked): Response | null {
  const [first, id = "", area, rest, ...more] = asked.segments;
  if (first !== "projects" || (area !== "hooks" && area !== "statuses")) return null;
  if (area === "statuses" && more.length > 0) return null;
  const { world } = server;
  const found = world.repositories.find((one) => String(one.id) === id || fullNameOf(one) === id);
  if (!found) return message(404, "404 Project Not Found");
  if (!asked.isApi) return json({ error: "insufficient_scope", scope: "api" }, 403);
  if (asked.login === null || !belongsTo(world, found, asked.login)) return message(403, "403 Forbidden");
  if (area === "hooks" && more.length > 0) return belowHook(server, found, asked);
  return area === "hooks"
    ? hooksCall(server, found, rest, asked)
    : statusCall(server, found, rest ?? "", asked.body);
}

/** The log of a hook, and tests of it. */
function belowHook(server: SimulateOptions, repository: WorldRepository, asked: Asked): Response {
  const [, , , id, area, ...rest] = asked.segments;
  const hook = hooksOf(server.world, repository).find((one) => String(one.id) === id);
  if (!hook) return message(404, "404 Not found");
  if (area === "events") return eventsCall(server, hook, { ...asked, rest });
  if (area !== "test" || asked.method !== "POST") return json({ error: "404 Not Found" }, 404);
  // Whether it is answered is not simulated: the world says by itself what does not work any more.
  if (hook.url.includes("unreachable")) return message(422, "Hook execution failed");
  hook.alert = "executable";
  hook.active = true;
  return message(201, "201 Created");
}

function hooksCall(
  server: SimulateOptions & { version?: string },
  repository: WorldRepository,
  id: string | undefined,
  { method, body }: Asked,
): Response {
  const { world } = server;
  const all = hooksOf(world, repository);
  const one = all.find((hook) => String(hook.id) === id);
  if (id !== undefined && !one) return message(404, "404 Not found");
  if (method === "GET") return json(one ? hookJson(server, one) : all.map((hook) => hookJson(server, hook)));
  if (method === "DELETE" && one) {
    removeHook(world, one);
    return new Response(null, { status: 204 });
  }
  const url = textOf(body.url);
  if (!/^https?:\/\//.test(url)) return message(422, "Invalid url given");
  const events = FLAGS.filter(
    (name) => body[name] === true || (name === "push_events" && body[name] === undefined),
  );
  // Servers before 19 do not know the key and take no notice of it.
  const key = signs(server) ? textOf(body.signing_token) : "";
  if (key && !/^whsec_[A-Za-z0-9+/]{43}=$/.test(key)) return message(400, "signing_token is invalid");
  const content = {
    url,
    events,
    secret: key || textOf(body.token),
    isSigned: key !== "",
  };
  if (method === "PUT" && one) return json(hookJson(server, Object.assign(one, content)));
  if (method !== "POST" || id !== undefined) return json({ error: "405 Not Allowed" }, 405);
  const made = { repositoryId: repository.id, active: true, alert: "executable", ...content };
  return json(hookJson(server, addHook(world, made)), 201);
}

function signs({ version }: { version?: string }): boolean {
  return Number(/^\d+/.exec(version ?? "")?.[0] ?? 0) >= 19;
}

function hookJson(server: { version?: string }, hook: WorldHook) {
  const flags = Object.fromEntries(FLAGS.map((name) => [name, hook.events.includes(name)]));
  return {
    id: hook.id,
    url: hook.url,
    name: "",
    description: "",
    project_id: hook.repositoryId,
    created_at: AT,
    ...flags,
    enable_ssl_verification: true,
    // There is no switch: a hook is stopped after failures, and works again after a test that was answered.
    alert_status: hook.active ? (hook.alert ?? "executable") : "disabled",
    disabled_until: null,
    url_variables: [],
    token_present: !hook.isSigned && hook.secret !== "",
    ...(signs(server) ? { signing_token_present: hook.isSigned === true } : {}),
  };
}

function statusCall(
  { world }: SimulateOptions,
  repository: WorldRepository,
  sha: string,
  body: Record<string, unknown>,
): Response {
  const [state, description, url] = [textOf(body.state), textOf(body.description), textOf(body.target_url)];
  const context = textOf(body.name) || "default";
  if (!["pending", "running", "success", "failed", "canceled"].includes(state))
    return json({ error: "state does not have a valid value" }, 400);
  if (!repository.commits.has(sha)) return message(404, "404 Commit Not Found");
  const former = world.statuses?.find((one) => one.sha === sha && one.context === context);
  if (former?.state === state)
    return message(
      400,
      `Cannot transition status via :${state} from :${state} (Reason(s): Status cannot transition)`,
    );
  setStatus(world, { repositoryId: repository.id, sha, state, context, description, url });
  return json(
    {
      id: 1,
      sha,
      ref: body.ref ?? null,
      status: state,
      name: context,
      description,
      target_url: url,
      created_at: AT,
    },
    201,
  );
}

/** What GitLab sends to the hooks of a project. */
export function gitlabDeliveries(
  server: SimulateOptions,
  repository: WorldRepository,
  event: WorldEvent,
): Outgoing[] {
  const isTag = event.kind === "push" && event.ref.startsWith("refs/tags/");
  const [flag, name] =
    event.kind === "pullRequest"
      ? ["merge_requests_events", "Merge Request Hook"]
      : isTag
        ? ["tag_push_events", "Tag Push Hook"]
        : ["push_events", "Push Hook"];
  const payload =
    event.kind === "push" ? pushOf(server, repository, event) : requestOf(server, repository, event);
  const body = JSON.stringify(payload);
  return listening(server.world, repository, [flag ?? ""]).map((hook) => {
    const id = deliveryId(hook, body);
    const time = String(Math.floor((server.now?.() ?? new Date()).getTime() / 1000));
    const headers = {
      "content-type": "application/json",
      "x-gitlab-event": name ?? "",
      "x-gitlab-event-uuid": "13792a34-cac6-4fda-95a8-c58e00a3954e",
      "x-gitlab-instance": server.baseUrl,
      "idempotency-key": id,
      "webhook-id": id,
      "webhook-timestamp": time,
      ...proofOf(hook, `${id}.${time}.${body}`),
    };
    const at = (server.now?.() ?? new Date()).toISOString();
    const logged = logDelivery(server.world, hook, { event: name ?? "", at, headers, body });
    return { url: hook.url, headers, body, logged };
  });
}

function proofOf(hook: WorldHook, signed: string): Record<string, string> {
  if (!hook.isSigned) return hook.secret ? { "x-gitlab-token": hook.secret } : {};
  const key = Buffer.from(hook.secret.replace(/^whsec_/, ""), "base64");
  return { "webhook-signature": `v1,${createHmac("sha256", key).update(signed).digest("base64")}` };
}

function projectOf(server: SimulateOptions, one: WorldRepository) {
  return projectJson(one, server.baseUrl.replace(/\/+$/, ""), "simple");
}

function pushOf(server: SimulateOptions, repository: WorldRepository, event: WorldPush) {
  const kind = event.ref.startsWith("refs/tags/") ? "tag_push" : "push";
  const commits = pushed(repository, event);
  const tip = event.ref.startsWith("refs/tags/")
    ? (repository.tags.get(event.ref.slice("refs/tags/".length))?.sha ?? event.after)
    : event.after;
  return {
    object_kind: kind,
    event_name: kind,
    before: event.before ?? ZEROS,
    after: event.after ?? ZEROS,
    ref: event.ref,
    checkout_sha: tip,
    user_id: 12,
    user_username: "ada",
    project_id: repository.id,
    project: projectOf(server, repository),
    // The newest twenty.
    commits: commits.slice(-20).map((commit) => ({
      id: commit.sha,
      message: commit.message,
      title: commit.message.split("\n", 1)[0],
      timestamp: AT,
      author: { name: commit.author.name, email: commit.author.email },
      added: [],
      modified: commit.sha === event.after ? (event.files ?? []) : [],
      removed: [],
    })),
    total_commits_count: commits.length,
  };
}

const actions = { opened: "open", updated: "update", closed: "close", merged: "merge" };
const states = { opened: "opened", updated: "opened", closed: "closed", merged: "merged" };

function requestOf(server: SimulateOptions, repository: WorldRepository, event: WorldRequest) {
  const labels = event.labels.map((title, index) => ({ id: index + 1, title }));
  return {
    object_kind: "merge_request",
    event_type: "merge_request",
    user: { id: 12, username: "ada", name: "Ada Example" },
    project: projectOf(server, repository),
    object_attributes: {
      id: 900 + event.number,
      iid: event.number,
      title: event.title,
      action: actions[event.action],
      state: states[event.action],
      ...(event.action === "updated" ? { oldrev: repository.branches.get(event.base) } : {}),
      source_branch: event.branch,
      target_branch: event.base,
      source_project_id: (event.from ?? repository).id,
      target_project_id: repository.id,
      last_commit: { id: event.sha, message: event.title },
      draft: false,
      work_in_progress: false,
      labels,
    },
    labels,
    changes: {},
  };
}
