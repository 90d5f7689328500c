import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { listed, projectPath } from "@/providers/gitlab/api";
import { HOST } from "@/providers/gitlab/error-mapping";
import { webhooks } from "@/providers/gitlab/webhook";
import { instant } from "@/providers/kit/instant";
import type { JsonApi } from "@/providers/kit/json-api";
import { loggedRequest } from "@/providers/kit/logged-request";
import { findIn, numberedPage } from "@/providers/kit/pages";
import { NumberId } from "@/providers/kit/webhook-schema";
import { verifiedOnReceipt } from "@/providers/kit/webhook-signature";
import type { DeliveryLogPort, LoggedDelivery } from "@/providers/reporting";

/** GitLab forgets after seven days. */
const KEPT_HOURS = 168;

/** Each row holds the whole request. */
const PAGE_SIZE = 20;

/** Pages that are looked through for one event, which cannot be asked for alone. */
const MAX_PAGES = 25;

const GitlabEvent = z.object({
  id: NumberId,
  trigger: z.string().max(100).nullish(),
  request_headers: z.record(z.string(), z.unknown()).nullish(),
  request_data: z.record(z.string(), z.unknown()).nullish(),
  response_headers: z.record(z.string(), z.unknown()).nullish(),
  /** `200`, or words where there was no answer. */
  response_status: z.union([z.string(), z.number()]).nullish(),
});
type GitlabEvent = z.infer<typeof GitlabEvent>;

/** Since GitLab 17.3; sent again since 17.4. */
export function deliveryLog(api: () => JsonApi): DeliveryLogPort {
  const seen = new Map<string, GitlabEvent>();
  const page = (hook: Hook, cursor: string | undefined, size: number) =>
    numberedPage({ host: HOST, query: ["events", hook], cursor, size: Math.min(size, PAGE_SIZE) }, (at) =>
      listed(api(), pathOf(hook), GitlabEvent, {}, at),
    );
  return {
    keptHours: KEPT_HOURS,
    async list(key, hookId, { cursor, limit }) {
      const found = await page(hookOf(key, hookId), cursor, limit);
      seen.clear();
      for (const event of found.items) seen.set(`${hookId} ${event.id}`, event);
      return { ...found, items: found.items.map(toLogged) };
    },
    async get(key, hookId, id) {
      const hook = hookOf(key, hookId);
      const isMeant = (event: GitlabEvent) => event.id === id;
      const known = seen.get(`${hookId} ${id}`);
      const read = (cursor: string | undefined) => page(hook, cursor, PAGE_SIZE);
      const event = known ?? (await findIn(read, isMeant, MAX_PAGES));
      // Of a body that was too large to keep only this is left.
      if (!event || event.request_data?.oversize === true) return null;
      return loggedRequest(event.request_headers, event.request_data);
    },
    redeliver: async (key, hookId, id) => api().send(pathOf(hookOf(key, hookId), id, "resend")),
  };
}

interface Hook {
  key: RepositoryKey;
  hookId: string;
}

function hookOf(key: RepositoryKey | null, hookId: string | null): Hook {
  if (key && hookId) return { key, hookId };
  throw new Fault("not_found", { code: "host_not_found", params: { host: HOST } });
}

function pathOf({ key, hookId }: Hook, ...rest: string[]): string {
  return projectPath(key, "hooks", hookId, "events", ...rest);
}

function toLogged(event: GitlabEvent): LoggedDelivery {
  const sent = loggedRequest(event.request_headers, event.request_data ?? {});
  const headers = sent?.headers ?? new Headers();
  const delivery = verifiedOnReceipt({
    body: sent?.raw ?? new Uint8Array(),
    headers: Object.fromEntries(headers),
  });
  return {
    id: event.id,
    deliveryId: webhooks.deliveryId(delivery),
    event: headers.get("x-gitlab-event") ?? event.trigger ?? "",
    at: timeOf(headers, event.response_headers),
    isDelivered: /^2\d\d$/.test(String(event.response_status ?? "")),
    repositoryId: NumberId.safeParse(event.request_data?.project_id).data ?? null,
    installationId: null,
  };
}

/** The log itself tells no time: what is signed has it, and so has an answer. */
function timeOf(sent: Headers, answered: Record<string, unknown> | null | undefined): string | null {
  const seconds = Number(sent.get("webhook-timestamp") ?? Number.NaN);
  if (Number.isInteger(seconds) && seconds > 0 && seconds < 1e11)
    return new Date(seconds * 1000).toISOString();
  const [, date] = Object.entries(answered ?? {}).find(([name]) => name.toLowerCase() === "date") ?? [];
  return instant(typeof date === "string" ? date : null);
}
