import { z } from "zod";
import { lazyApi, repositoryPath } from "@/providers/bitbucket/api";
import type { Session } from "@/providers/bitbucket/credential";
import { HOST } from "@/providers/bitbucket/error-mapping";
import { pageOf } from "@/providers/bitbucket/schema";
import { webhooks } from "@/providers/bitbucket/webhook";
import { pathOf } from "@/providers/kit/path";
import { cut, type HookContent, hookPort } from "@/providers/kit/webhook-hooks";
import type { CommitStatus, Hook, HookPort, StatusPort } from "@/providers/reporting";

const MAX_DESCRIPTION = 255;
const MAX_KEY = 40;

const BitbucketHook = z.object({
  uuid: z.string().regex(/^\{[0-9a-fA-F-]{36}\}$/),
  url: z.string().nullish(),
  active: z.boolean().nullish(),
  events: z.array(z.string()).nullish(),
});

export function hooks(session: Session): HookPort {
  const api = lazyApi(session);
  const scope = "read:webhook:bitbucket and write:webhook:bitbucket";
  return hookPort({ host: HOST, scope, events: webhooks.events }, (key) => {
    const root = `${repositoryPath(key)}/hooks`;
    const body = (content: HookContent) => ({ description: "Slipway", active: true, ...content });
    return {
      list: async () => {
        const { body: page } = await api().get(root, pageOf(BitbucketHook), { query: { pagelen: 100 } });
        return page.values.items.map(toHook);
      },
      create: async (wanted) => {
        const answer = await api().post(root, BitbucketHook, { body: body(wanted) });
        return { id: answer.body.uuid };
      },
      change: async (id, wanted) => {
        await api().change("PUT", `${root}/${pathOf(id)}`, BitbucketHook, { body: body(wanted) });
        return { id };
      },
      remove: async (id) => api().delete(`${root}/${pathOf(id)}`),
    };
  });
}

function toHook({ uuid, url, active, events }: z.infer<typeof BitbucketHook>): Hook {
  return { id: uuid, url: url ?? "", events: events ?? [], active: active ?? false };
}

/** There is no warning; the description says it. */
const states: Record<CommitStatus["state"], string> = {
  pending: "INPROGRESS",
  success: "SUCCESSFUL",
  warning: "SUCCESSFUL",
  failure: "FAILED",
  cancelled: "STOPPED",
};

export function statuses(session: Session): StatusPort {
  const api = lazyApi(session);
  return {
    async set(key, { sha, state, context, description, url, ref }) {
      const body = {
        // The same key takes the place of the former status; what is cut off stays in the name.
        key: context.slice(-MAX_KEY),
        name: context,
        state: states[state],
        description: cut(description, MAX_DESCRIPTION),
        url,
        ...(ref ? { refname: ref } : {}),
      };
      await api().send(`${repositoryPath(key)}/${pathOf("commit", sha, "statuses", "build")}`, { body });
    },
  };
}
