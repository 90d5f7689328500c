import {
  type Answer,
  type Call,
  failure,
  ok,
  type Signed,
  type SignedRoute,
} from "@/providers/github/fake/page";
import { REPOSITORY, type Route, within } from "@/providers/github/fake/routes";
import { hooksOf, textOf } from "@/providers/simulator/hooks";
import { logDelivery } from "@/providers/simulator/requests";
import type { World, WorldDelivery, WorldRepository } from "@/providers/simulator/world";

/** The webhook of an App, and the logs of what was sent to hooks, by GitHub's API description. */

const missing = failure(404, "Not Found");
const HOOK = `^${REPOSITORY}/hooks/(\\d+)/deliveries`;
const managing = { permission: "repository_hooks=write" };

/** Under this id the deliveries of an App are logged: those of repositories have ids above zero. */
export function logOf(app: { id: number }): { id: number } {
  return { id: -app.id };
}

export const deliveryRoutes: Route[] = [
  { path: new RegExp(`${HOOK}$`), ...managing, answer: ofHook(list) },
  { path: new RegExp(`${HOOK}/(\\d+)$`), ...managing, answer: ofHook(one) },
  { path: new RegExp(`${HOOK}/(\\d+)/attempts$`), ...managing, method: "POST", answer: ofHook(again) },
];

export const appHookRoutes: SignedRoute[] = [
  { method: "GET", path: /^app\/hook\/config$/, answer: config },
  { method: "PATCH", path: /^app\/hook\/config$/, answer: changeConfig },
  { method: "GET", path: /^app\/hook\/deliveries$/, answer: ofApp(list) },
  { method: "GET", path: /^app\/hook\/deliveries\/(\d+)$/, answer: ofApp(one) },
  { method: "POST", path: /^app\/hook\/deliveries\/(\d+)\/attempts$/, answer: ofApp(again) },
];

type OfLog = (call: Pick<Call, "url" | "server" | "parts">, hook: { id: number }) => Answer;

function ofHook(then: OfLog): Route["answer"] {
  return (call) =>
    within(call, (at: Call, repository: WorldRepository) => {
      const [id, ...parts] = at.parts;
      const hook = hooksOf(call.server.world, repository).find((each) => String(each.id) === id);
      return hook ? then({ ...at, parts }, hook) : missing;
    });
}

function ofApp(then: OfLog): SignedRoute["answer"] {
  return (call) => then(call, logOf(call.app));
}

function config({ app }: Signed): Answer {
  if (app.hookUrl === null) return missing;
  const secret = app.webhookSecret ? { secret: "********" } : {};
  return ok({ url: app.hookUrl, content_type: "json", insecure_ssl: "0", ...secret });
}

function changeConfig(call: Signed): Answer {
  const { app, body } = call;
  if (app.hookUrl === null) return missing;
  const url = textOf(body.url) || app.hookUrl;
  if (/^https?:\/\/(?:localhost|127\.|10\.|192\.168\.|[^/]*\.localhost)\b/.test(url))
    return failure(422, "Hook url is not supported because it isn't reachable over the public Internet.");
  Object.assign(app, { hookUrl: url, webhookSecret: textOf(body.secret) || app.webhookSecret });
  return config(call);
}

/** Newest first, by a cursor and not by page. */
function list({ url, server }: Parameters<OfLog>[0], hook: { id: number }): Answer {
  const size = Math.min(Number(url.searchParams.get("per_page")) || 30, 100);
  const before = Number(url.searchParams.get("cursor")?.replace("v1_", "") ?? Number.POSITIVE_INFINITY);
  const rows = logged(server.world, hook).filter((row) => row.id < before);
  const shown = rows.slice(0, size);
  const next = new URL(url);
  next.searchParams.set("cursor", `v1_${shown.at(-1)?.id}`);
  const isMore = rows.length > shown.length;
  return ok(shown.map(deliveryJson), isMore ? { link: `<${next.href}>; rel="next"` } : undefined);
}

function logged(world: World, hook: { id: number }): WorldDelivery[] {
  return (world.deliveries ?? []).filter((row) => row.hookId === hook.id).toReversed();
}

function one({ parts, server }: Parameters<OfLog>[0], hook: { id: number }): Answer {
  const found = logged(server.world, hook).find((row) => String(row.id) === parts[0]);
  if (!found) return missing;
  const request = { headers: found.headers, payload: JSON.parse(found.body) };
  return ok({ ...deliveryJson(found), url: "", request, response: { headers: {}, payload: "" } });
}

/** The same once more, with the same guid. */
function again({ parts, server }: Parameters<OfLog>[0], hook: { id: number }): Answer {
  const found = logged(server.world, hook).find((row) => String(row.id) === parts[0]);
  if (!found) return missing;
  const { event, at, headers, body } = found;
  logDelivery(server.world, hook, { event, at, headers, body });
  return { status: 202, body: {} };
}

function deliveryJson(row: WorldDelivery) {
  const { action, installation, repository } = JSON.parse(row.body);
  return {
    id: row.id,
    guid: row.headers["x-github-delivery"],
    delivered_at: row.at,
    redelivery: false,
    duration: 0.27,
    status: row.status === null ? "failed to connect to host" : row.status < 300 ? "OK" : "Bad gateway",
    status_code: row.status ?? 0,
    event: row.event,
    action: action ?? null,
    installation_id: installation?.id ?? null,
    repository_id: repository?.id ?? null,
    throttled_at: null,
  };
}
