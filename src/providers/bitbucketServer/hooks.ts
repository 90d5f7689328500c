import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { below, type ServerApi, type Session, serverJson } from "@/providers/bitbucketServer/api";
import { fullNameOf } from "@/providers/bitbucketServer/convert";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import { locate } from "@/providers/bitbucketServer/locate";
import { pageOf } from "@/providers/bitbucketServer/schema";
import { webhooks } from "@/providers/bitbucketServer/webhook";
import { cut, type HookContent, hookPort } from "@/providers/kit/webhook-hooks";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommitStatus, Hook, HookPort, StatusPort } from "@/providers/reporting";

const MAX_DESCRIPTION = 255;

/** One attempt to deliver: its time in milliseconds. */
const Invocation = z.object({ finish: z.number() }).nullish().catch(null);

const Statistics = z
  .object({ lastSuccess: Invocation, lastFailure: Invocation, lastError: Invocation })
  .nullish()
  .catch(null);

const ServerHook = z.object({
  statistics: Statistics,
  id: NumberId,
  url: z.string().nullish(),
  active: z.boolean().nullish(),
  events: z.array(z.string()).nullish(),
});

export function hooks(session: Session, api: ServerApi): HookPort {
  const json = serverJson(session);
  return hookPort(
    { host: HOST, scope: "Repository admin", events: webhooks.events, keepsTrouble: true },
    async (key) => {
      const name = await nameOf(api, key);
      const body = ({ url, secret, events }: HookContent) => ({
        name: "Slipway",
        url,
        active: true,
        events,
        configuration: { secret },
        sslVerificationRequired: true,
      });
      return {
        list: async () => {
          const query = { statistics: true };
          const { body } = await json.get(below(name, "webhooks"), pageOf(ServerHook), { query });
          return body.values.items.map(toHook);
        },
        create: async (wanted) => {
          const answer = await json.post(below(name, "webhooks"), ServerHook, { body: body(wanted) });
          return { id: answer.body.id };
        },
        change: async (id, wanted) => {
          await json.change("PUT", below(name, "webhooks", id), ServerHook, { body: body(wanted) });
          return { id };
        },
        remove: async (id) => json.delete(below(name, "webhooks", id)),
      };
    },
  );
}

async function nameOf(api: ServerApi, key: RepositoryKey): Promise<string> {
  return fullNameOf(await locate(api, key));
}

function toHook({ id, url, active, events, statistics }: z.infer<typeof ServerHook>): Hook {
  const hook = { id, url: url ?? "", events: events ?? [], active: active ?? false };
  return isFailing(statistics)
    ? { ...hook, trouble: { code: "hook_failing", params: { host: HOST } } }
    : hook;
}

/** The newest attempt was refused, or did not reach the address. */
function isFailing(statistics: z.infer<typeof Statistics>): boolean {
  const failed = [statistics?.lastFailure, statistics?.lastError].map((one) => one?.finish ?? 0);
  return Math.max(...failed) > (statistics?.lastSuccess?.finish ?? 0);
}

/** There is no warning; the description says it. */
const states: Record<CommitStatus["state"], string> = {
  pending: "INPROGRESS",
  success: "SUCCESSFUL",
  warning: "SUCCESSFUL",
  failure: "FAILED",
  cancelled: "CANCELLED",
};

export function statuses(session: Session, api: ServerApi): StatusPort {
  const json = serverJson(session);
  return {
    async set(key, { sha, state, context, description, url }) {
      const body = {
        key: context,
        name: context,
        state: states[state],
        description: cut(description, MAX_DESCRIPTION),
        url,
      };
      await json.send(below(await nameOf(api, key), "commits", sha, "builds"), { body });
    },
  };
}
