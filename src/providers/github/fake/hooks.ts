import { accountJson } from "@/providers/github/fake/json";
import { type Answer, addresses, type Call, failure, ok } from "@/providers/github/fake/page";
import {
  addHook,
  hooksOf,
  namesOf,
  objectOf,
  removeHook,
  setStatus,
  textOf,
} from "@/providers/simulator/hooks";
import { belongsTo, fullNameOf, type WorldHook, type WorldRepository } from "@/providers/simulator/world";

/** Webhooks and commit statuses, by GitHub's API description. */

const AT = "2026-05-03T10:00:00Z";
const USER = "ada";
const MISSING = failure(404, "Not Found");
const PATH = /^(?:repos\/([^/]+)\/([^/]+)|repositories\/(\d+))\/(hooks|statuses)(?:\/([^/]+))?$/;

/** Null for a call about something else. `body` is what was sent with it. */
export function hookAnswer(
  call: Omit<Call, "parts">,
  { method, path, body }: { method: string; path: string; body: Record<string, unknown> },
): Answer | null {
  const [, owner, name, id, area, rest] = PATH.exec(path) ?? [];
  if (!area) return null;
  const { world } = call.server;
  const found = world.repositories.find((one) =>
    id ? String(one.id) === id : one.owner === owner && one.name === name,
  );
  const { asker } = call;
  if (!found || !asker) return MISSING;
  if (area === "statuses")
    return mayWrite(call, found, "statuses=write") ? statusOf(call, found, rest ?? "", body) : MISSING;
  return mayWrite(call, found, "repository_hooks=write")
    ? hooksCall(call, found, { method, id: rest, body })
    : MISSING;
}

/** To who may not administer it, the list of hooks is not there. */
function mayWrite({ server, asker }: Omit<Call, "parts">, one: WorldRepository, permission: string): boolean {
  if (!asker) return false;
  if (asker.permissions && !asker.permissions.includes(permission)) return false;
  if (asker.scopes && !asker.scopes.includes("repo")) return false;
  return asker.reach ? asker.reach(one) : belongsTo(server.world, one, asker.login);
}

function hooksCall(
  call: Omit<Call, "parts">,
  repository: WorldRepository,
  { method, id, body }: { method: string; id: string | undefined; body: Record<string, unknown> },
): Answer {
  const { world } = call.server;
  const all = hooksOf(world, repository);
  const one = all.find((hook) => String(hook.id) === id);
  const json = (hook: WorldHook) => hookJson(call, repository, hook);
  if (id !== undefined && !one) return MISSING;
  if (method === "GET") return ok(one ? json(one) : all.map(json));
  if (method === "DELETE" && one) {
    removeHook(world, one);
    return { status: 204, body: null };
  }
  const config = objectOf(body.config);
  const events = namesOf(body.events ?? ["push"]);
  if (method === "PATCH" && one) {
    Object.assign(one, { url: textOf(config.url) || one.url, events, active: body.active !== false });
    // Without one the hook keeps none.
    one.secret = textOf(config.secret);
    return ok(json(one));
  }
  if (method !== "POST" || id !== undefined) return MISSING;
  if (!textOf(config.url) || config.content_type !== "json") return failure(422, "Validation Failed");
  const isThere = all.some(
    (hook) => hook.url === config.url && hook.events.some((event) => events.includes(event)),
  );
  if (isThere) return failure(422, "Validation Failed: Hook already exists on this repository");
  const made = {
    repositoryId: repository.id,
    url: textOf(config.url),
    secret: textOf(config.secret),
    events,
  };
  return { status: 201, body: json(addHook(world, { ...made, active: body.active !== false })) };
}

function hookJson(call: Omit<Call, "parts">, repository: WorldRepository, hook: WorldHook) {
  const url = `${addresses(call).api}/repos/${fullNameOf(repository)}/hooks/${hook.id}`;
  return {
    type: "Repository",
    id: hook.id,
    name: "web",
    active: hook.active,
    events: hook.events,
    config: {
      url: hook.url,
      content_type: "json",
      insecure_ssl: "0",
      ...(hook.secret && { secret: "********" }),
    },
    updated_at: AT,
    created_at: AT,
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: { code: null, status: "unused", message: null },
  };
}

function statusOf(
  call: Omit<Call, "parts">,
  repository: WorldRepository,
  sha: string,
  body: Record<string, unknown>,
): Answer {
  const [state, context, description, url] = [
    body.state,
    body.context,
    body.description,
    body.target_url,
  ].map(textOf);
  const isKnown = ["error", "failure", "pending", "success"].includes(state ?? "");
  if (!isKnown || (description?.length ?? 0) > 140) return failure(422, "Validation Failed");
  if (!repository.commits.has(sha)) return failure(422, `No commit found for SHA: ${sha}`);
  const status = {
    state: state ?? "",
    context: context ?? "",
    description: description ?? "",
    url: url ?? "",
  };
  setStatus(call.server.world, { repositoryId: repository.id, sha, ...status });
  const at = addresses(call);
  const creator = accountJson(call.server.world, USER, at);
  const answer = {
    url: `${at.api}/repos/${fullNameOf(repository)}/statuses/${sha}`,
    avatar_url: creator.avatar_url,
    id: 1,
    node_id: "SC_1",
    state,
    description,
    target_url: url,
    context,
    created_at: AT,
    updated_at: AT,
    creator,
  };
  return { status: 201, body: answer };
}
