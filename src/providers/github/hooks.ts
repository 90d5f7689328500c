import { z } from "zod";
import { githubJson, pathTo, personal, type RepositoryApi, type Session } from "@/providers/github/api";
import { HOST } from "@/providers/github/error-mapping";
import { webhooks } from "@/providers/github/webhook";
import { rowsOf } from "@/providers/kit/pages";
import { cut, type HookContent, hookPort } from "@/providers/kit/webhook-hooks";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommitStatus, Hook, HookPort, StatusPort } from "@/providers/reporting";

/** GitHub refuses longer ones. */
export const MAX_DESCRIPTION = 140;

const GithubHook = z.object({
  id: NumberId,
  active: z.boolean().nullish(),
  events: z.array(z.string()).nullish(),
  config: z.object({ url: z.string().nullish() }).nullish(),
});

/** Hooks of a repository, for tokens. An App has its own hook, which hears of all its repositories. */
export function hooks(session: Session): HookPort {
  const scope = "admin:repo_hook, or the permission Webhooks: read and write";
  return hookPort({ host: HOST, scope, events: webhooks.events }, (key) => {
    const json = githubJson(session, personal(session));
    const body = ({ url, secret, events }: HookContent) => ({
      active: true,
      events,
      // A form unless JSON is asked for.
      config: { url, content_type: "json", secret, insecure_ssl: "0" },
    });
    return {
      list: async () => {
        const options = { query: { per_page: 100 } };
        return (await json.get(pathTo(key, "hooks"), rowsOf(GithubHook), options)).body.items.map(toHook);
      },
      create: async (wanted) => {
        const options = { body: { name: "web", ...body(wanted) } };
        return { id: (await json.post(pathTo(key, "hooks"), GithubHook, options)).body.id };
      },
      change: async (id, wanted) => {
        await json.change("PATCH", pathTo(key, "hooks", id), GithubHook, { body: body(wanted) });
        return { id };
      },
      remove: async (id) => json.delete(pathTo(key, "hooks", id)),
    };
  });
}

function toHook({ id, active, events, config }: z.infer<typeof GithubHook>): Hook {
  return { id, url: config?.url ?? "", events: events ?? [], active: active ?? false };
}

/** There is no warning; the description says it. */
const states: Record<CommitStatus["state"], string> = {
  pending: "pending",
  success: "success",
  warning: "success",
  failure: "failure",
  cancelled: "error",
};

export function statuses(api: Pick<RepositoryApi, "setStatus">): StatusPort {
  return {
    set: async (key, { sha, state, context, description, url }) =>
      api.setStatus(key, sha, {
        state: states[state],
        context,
        description: cut(description, MAX_DESCRIPTION),
        target_url: url,
      }),
  };
}
