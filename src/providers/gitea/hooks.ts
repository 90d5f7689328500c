import { z } from "zod";
import { type GiteaApi, giteaJson, type Session, within } from "@/providers/gitea/api";
import { errorMapping } from "@/providers/gitea/error-mapping";
import { nameForGit } from "@/providers/gitea/refs";
import { webhooks } from "@/providers/gitea/webhook";
import { countOf, rowsOf } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import { cut, type HookContent, hookPort } from "@/providers/kit/webhook-hooks";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommitStatus, Hook, HookPort, StatusPort } from "@/providers/reporting";

const PAGE_SIZE = 50;

/** No repository has more hooks than these pages hold. */
const MAX_PAGES = 4;

/** A description longer than this is not shown. */
const MAX_DESCRIPTION = 255;

const GiteaHook = z.object({
  id: NumberId,
  active: z.boolean().nullish(),
  events: z.array(z.string()).nullish(),
  config: z.object({ url: z.string().nullish() }).nullish(),
});

export function hooks(session: Session, api: GiteaApi): HookPort {
  const json = giteaJson(session);
  const { host } = errorMapping;
  return hookPort({ host, scope: "write:repository", events: webhooks.events }, async (key) => {
    const at = within(await nameForGit(api, key), "hooks");
    const body = ({ url, secret, events }: HookContent) => ({
      active: true,
      branch_filter: "*",
      config: { url, content_type: "json", secret },
      events: events.map((name) => (name === "pull_request" ? ALONE : name)),
    });
    return {
      list: async () => {
        const found: Hook[] = [];
        for (let page = 1; page <= MAX_PAGES; page++) {
          const query = { page, limit: PAGE_SIZE };
          const { body, headers } = await json.get(pathOf(...at), rowsOf(GiteaHook), { query });
          found.push(...body.items.map(toHook));
          // The server may give fewer rows than it was asked for.
          const total = countOf(headers.get("x-total-count"));
          const rows = body.items.length + body.skipped;
          if (rows === 0 || (total === undefined ? rows < PAGE_SIZE : found.length >= total)) break;
        }
        return found;
      },
      create: async (wanted) => {
        const options = { body: { type: "gitea", ...body(wanted) } };
        return { id: (await json.post(pathOf(...at), GiteaHook, options)).body.id };
      },
      change: async (id, wanted) => {
        await json.change("PATCH", pathOf(...at, id), GiteaHook, { body: body(wanted) });
        return { id };
      },
      remove: async (id) => json.delete(pathOf(...at, id)),
    };
  });
}

/** `pull_request` asked for by this name is that event; by its own name it is all events of requests. */
const ALONE = "pull_request_only";

function toHook({ id, active, events, config }: z.infer<typeof GiteaHook>): Hook {
  return { id, url: config?.url ?? "", events: events ?? [], active: active ?? false };
}

const states: Record<CommitStatus["state"], string> = {
  pending: "pending",
  success: "success",
  warning: "warning",
  failure: "failure",
  cancelled: "error",
};

export function statuses(session: Session, api: GiteaApi): StatusPort {
  const json = giteaJson(session);
  return {
    async set(key, { sha, state, context, description, url }) {
      const path = pathOf(...within(await nameForGit(api, key), "statuses", sha));
      const body = {
        state: states[state],
        context,
        description: cut(description, MAX_DESCRIPTION),
        target_url: url,
      };
      await json.send(path, { body });
    },
  };
}
