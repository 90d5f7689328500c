import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { MAX_PAGE_SIZE, pathTo, type RepositoryCall } from "@/providers/github/api";
import { HOST } from "@/providers/github/error-mapping";
import { continuationOf, continuedPage } from "@/providers/kit/continued";
import { instant } from "@/providers/kit/instant";
import type { JsonApi } from "@/providers/kit/json-api";
import { loggedRequest } from "@/providers/kit/logged-request";
import { orNull } from "@/providers/kit/not-found";
import { linkTargets, rowsOf } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import type { DeliveryLogPort, LoggedDelivery } from "@/providers/reporting";

/** GitHub forgets after three days. */
const KEPT_HOURS = 72;

/** Payloads have 25 MB at most, and the rest of the answer is short. */
const MAX_DELIVERY_BYTES = 26 * 1024 * 1024;

/** Ids of deliveries are longer than a number can hold. */
const Id = z.union([z.string().regex(/^\d{1,20}$/), z.number().int().positive().transform(String)]);

const GithubDelivery = z.object({
  id: Id,
  guid: z.string().regex(/^[\w-]{1,100}$/),
  delivered_at: z.string().nullish(),
  status_code: z.number().nullish(),
  event: z.string().max(100),
  installation_id: Id.nullish(),
  repository_id: Id.nullish(),
});

const Sent = z.object({
  request: z.object({ headers: z.record(z.string(), z.unknown()).nullish(), payload: z.unknown() }),
});

/** Call about the log of one hook, whose path is handed on. */
type LogCall = <Answer>(
  hook: { key: RepositoryKey | null; hookId: string | null },
  call: (api: JsonApi, path: string) => Promise<Answer>,
) => Promise<Answer>;

/** What GitHub sent to the hook of a repository, or to that of an App. */
export function deliveryLog(at: LogCall): DeliveryLogPort {
  return {
    keptHours: KEPT_HOURS,
    list: async (key, hookId, { cursor, limit }) => {
      const size = Math.min(limit, MAX_PAGE_SIZE);
      const asked = { host: HOST, query: { deliveries: [key?.id ?? key?.fullName, hookId] }, cursor };
      return continuedPage(asked, (continuation) =>
        at({ key, hookId }, async (api, path) => {
          const query = { ...continuation, per_page: size };
          const { body, headers } = await api.get(path, rowsOf(GithubDelivery), { query, exactIds: true });
          const link = linkTargets(headers.get("link") ?? "").next;
          const next = continuationOf(link, ["per_page"]);
          return { ...body, items: body.items.map(toLogged), next, isCut: Boolean(link) && next === null };
        }),
      );
    },
    get: async (key, hookId, id) =>
      at({ key, hookId }, async (api, path) => {
        const limits = { maxBytes: MAX_DELIVERY_BYTES };
        const answer = await orNull(api.get(`${path}/${pathOf(id)}`, Sent, { limits }));
        return answer && loggedRequest(answer.body.request.headers, answer.body.request.payload);
      }),
    redeliver: async (key, hookId, id) =>
      at({ key, hookId }, (api, path) => api.send(`${path}/${pathOf(id, "attempts")}`)),
  };
}

/** The log of a hook that a token made. */
export function ofRepositoryHook(call: RepositoryCall): LogCall {
  return async ({ key, hookId }, then) => {
    if (!key || !hookId) throw new Fault("not_found", { code: "host_not_found", params: { host: HOST } });
    return call(key, (api) => then(api, pathTo(key, "hooks", hookId, "deliveries")));
  };
}

function toLogged(delivery: z.infer<typeof GithubDelivery>): LoggedDelivery {
  const status = delivery.status_code ?? 0;
  return {
    id: delivery.id,
    deliveryId: delivery.guid,
    event: delivery.event,
    at: instant(delivery.delivered_at),
    isDelivered: status >= 200 && status < 300,
    repositoryId: delivery.repository_id ?? null,
    installationId: delivery.installation_id ?? null,
  };
}
