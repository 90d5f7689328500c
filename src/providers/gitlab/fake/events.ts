import { json, message, pageOf } from "@/providers/gitlab/fake/page";
import { logDelivery } from "@/providers/simulator/requests";
import type { SimulateOptions } from "@/providers/simulator/simulated";
import type { WorldDelivery, WorldHook } from "@/providers/simulator/world";

/** The log of what was sent to a hook, by GitLab's documentation. */

/** `rest` is the path below `events`. */
export function eventsCall(
  { world }: SimulateOptions,
  hook: WorldHook,
  { method, rest, url }: { method: string; rest: string[]; url: URL },
): Response {
  const rows = (world.deliveries ?? []).filter((row) => row.hookId === hook.id).toReversed();
  const [id, verb] = rest;
  if (method === "GET" && id === undefined) return pageOf(rows, url, (row) => eventJson(hook, row));
  const found = rows.find((row) => String(row.id) === id);
  if (method !== "POST" || verb !== "resend" || !found) return message(404, "404 Not found");
  const { event, at, headers, body } = found;
  logDelivery(world, hook, { event, at, headers, body });
  return json({ response_status: 200 }, 201);
}

/** Secrets are not kept, and neither is the time. */
function eventJson(hook: WorldHook, row: WorldDelivery) {
  const headers = Object.entries(row.headers).map(([name, value]) => [
    name.replace(/(^|-)([a-z])/g, (part) => part.toUpperCase()),
    name === "x-gitlab-token" ? "[REDACTED]" : value,
  ]);
  return {
    id: row.id,
    url: hook.url,
    trigger: row.event === "Merge Request Hook" ? "merge_request_hooks" : "push_hooks",
    request_headers: Object.fromEntries(headers),
    request_data: JSON.parse(row.body),
    response_headers: row.status === null ? {} : { Date: new Date(row.at).toUTCString() },
    response_body: "",
    execution_duration: 1.09,
    response_status: row.status === null ? "internal error" : String(row.status),
  };
}
