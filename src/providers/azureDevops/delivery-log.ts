import { z } from "zod";
import { lazyApi, type Session, versionOf } from "@/providers/azureDevops/api";
import { listOf } from "@/providers/azureDevops/schema";
import { decodeCursor, encodeCursor } from "@/providers/kit/cursor";
import { instant } from "@/providers/kit/instant";
import { orNull } from "@/providers/kit/not-found";
import { pathOf } from "@/providers/kit/path";
import type { DeliveryLogPort, LoggedDelivery } from "@/providers/reporting";

/** Fourteen days. */
const KEPT_HOURS = 14 * 24;

/** The log has no pages: this many of each subscription are asked for, newest first. */
const MAX_NOTIFICATIONS = 500;

const Notification = z.object({
  id: z.number().int(),
  subscriptionId: z.string().min(1),
  createdDate: z.string(),
  result: z.string(),
  details: z
    .object({ eventType: z.string().nullish(), event: z.looseObject({ eventType: z.string() }).nullish() })
    .nullish(),
});
type Notification = z.infer<typeof Notification>;

const Position = z.strictObject({ after: z.string().max(100) });

/** A hook is several subscriptions, and each of them has a log of its own. */
export function deliveryLog(session: Session): DeliveryLogPort {
  const json = lazyApi(session);
  const version = { "api-version": versionOf(session.settings) };
  const of = (subscription: string, ...rest: string[]) =>
    `_apis/hooks/subscriptions/${pathOf(subscription, "notifications", ...rest)}`;
  return {
    keptHours: KEPT_HOURS,
    async list(_key, hookId, { cursor, limit }) {
      const query = { log: hookId };
      const after = cursor ? decodeCursor(query, Position, cursor).after : null;
      const options = { query: { maxResults: MAX_NOTIFICATIONS, ...version } };
      const logs = await Promise.all(
        (hookId ?? "")
          .split(",")
          .filter(Boolean)
          .map(async (id) => orNull(json().get(of(id), listOf(Notification), options))),
      );
      const all = logs
        .flatMap((log) => log?.body.value.items ?? [])
        // What a filter kept back was not sent.
        .filter(({ result }) => result !== "filtered")
        .map((one) => ({ one: toLogged(one), position: positionOf(one) }))
        .toSorted((a, b) => (a.position > b.position ? -1 : 1));
      const left = after === null ? all : all.filter(({ position }) => position < after);
      const page = left.slice(0, limit);
      const last = page.at(-1);
      const isOver = last === undefined || left.length <= page.length;
      return {
        items: page.map(({ one }) => one),
        nextCursor: isOver ? null : encodeCursor(query, { after: last.position }),
        wholeSince: wholeSince(logs.map((log) => log?.body.value.items ?? [])),
      };
    },
    async get(_key, hookId, id) {
      const [subscription = "", notification = ""] = id.split(":");
      if (!hookId?.split(",").includes(subscription)) return null;
      const found = await orNull(
        json().get(of(subscription, notification), Notification, { query: version }),
      );
      const event = found?.body.details?.event;
      if (!found || !event) return null;
      // The event, in the envelope that the service sends it in.
      const sent = { subscriptionId: subscription, notificationId: found.body.id, ...event };
      return {
        headers: new Headers({ "content-type": "application/json; charset=utf-8" }),
        raw: Buffer.from(JSON.stringify(sent)),
      };
    },
  };
}

/** Of a log that has as many entries as were asked for, older ones may be left out. */
function wholeSince(logs: Notification[][]): string | null {
  const full = logs.filter(({ length }) => length >= MAX_NOTIFICATIONS);
  const oldest = full.map(
    (log) => log.map(({ createdDate }) => instant(createdDate) ?? "").toSorted()[0] ?? "",
  );
  return oldest.toSorted().at(-1) ?? null;
}

/** Sorts by time, and by number within the same moment. */
function positionOf({ createdDate, id, subscriptionId }: Notification): string {
  return `${instant(createdDate) ?? ""}/${String(id).padStart(12, "0")}/${subscriptionId}`.slice(0, 100);
}

function toLogged({ id, subscriptionId, createdDate, result, details }: Notification): LoggedDelivery {
  const deliveryId = `${subscriptionId}:${id}`;
  return {
    id: deliveryId,
    deliveryId,
    event: details?.eventType ?? details?.event?.eventType ?? "",
    at: instant(createdDate),
    isDelivered: result === "succeeded",
    repositoryId: null,
    installationId: null,
  };
}
