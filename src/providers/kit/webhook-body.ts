import type { z } from "zod";
import { parsedJson } from "@/providers/kit/json-api";
import type { HookItem, HookRepository, Ignored, VerifiedDelivery } from "@/providers/webhook";

/** The JSON of a verified delivery; undefined when it is none. */
export function jsonOf({ raw }: Pick<VerifiedDelivery, "raw">): unknown {
  return parsedJson(new TextDecoder().decode(raw));
}

/** The same where the host may send a form with the JSON in its field `payload`. */
export function jsonOrFormOf(delivery: VerifiedDelivery): unknown {
  const type = delivery.headers.get("content-type") ?? "";
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return jsonOf(delivery);
  const form = new URLSearchParams(new TextDecoder().decode(delivery.raw));
  return parsedJson(form.get("payload") ?? "");
}

/** Read the body by its schema and make it into items; what cannot be read is one item that says so. */
export function itemsOf<Body>(
  schema: z.ZodType<Body>,
  { event, body }: { event: string; body: unknown },
  toItems: (body: Body) => HookItem | HookItem[],
): HookItem[] {
  const result = schema.safeParse(body);
  if (!result.success) return [unreadable(event, result.error.issues[0]?.path)];
  const items = toItems(result.data);
  return Array.isArray(items) ? items : [items];
}

/** `path` names the field that is not as documented; never its value. */
function unreadable(event: string, path: readonly PropertyKey[] = []): Ignored {
  const what =
    path.length > 0 ? `the field ${path.slice(0, 6).map(String).join(".").slice(0, 100)}` : "its JSON";
  return { kind: "ignored", event, reason: { code: "hook_unreadable", params: { what } } };
}

/** A part of a delivery of which nothing is needed. */
export function unused(event: string): Ignored {
  return { kind: "ignored", event, reason: { code: "hook_event_unused", params: { event } } };
}

export function unusedAction(event: string, action: string, repository: HookRepository): Ignored {
  const reason = { code: "hook_action_unused", params: { action } };
  return { kind: "ignored", event, reason, repository };
}

/** An event of which the host sends another one as well. */
export function toldByPush(event: string): Ignored {
  return { kind: "ignored", event, reason: { code: "hook_told_by_push", params: { event } } };
}

/** Texts of headers and payloads that are shown: one short line. */
export function nameOf(text: string | null | undefined): string {
  return (text ?? "").replace(/[^\x20-\x7e]/g, "").slice(0, 60);
}
