import { z } from "zod";
import { Fault } from "@/lib/fault";
import { lazyApi, projectPath, type Session } from "@/providers/gitlab/api";
import { HOST } from "@/providers/gitlab/error-mapping";
import { plainOf, webhooks } from "@/providers/gitlab/webhook";
import { rowsOf } from "@/providers/kit/pages";
import { cut, type HookContent, hookPort } from "@/providers/kit/webhook-hooks";
import { NumberId } from "@/providers/kit/webhook-schema";
import { signingKeyOf } from "@/providers/kit/webhook-signature";
import type { CommitStatus, Hook, HookPort, StatusPort } from "@/providers/reporting";

const MAX_DESCRIPTION = 255;

/** Each event is a field of its own, named as in `webhooks.events`. */
const GitlabHook = z.looseObject({
  id: NumberId,
  url: z.string(),
  /** `executable`, `temporarily_disabled` or `disabled`: after failures GitLab stops sending. */
  alert_status: z.string().nullish(),
  disabled_until: z.string().nullish(),
  signing_token_present: z.boolean().nullish(),
});
type GitlabHook = z.infer<typeof GitlabHook>;

/** Fields that are switched on unless a hook says otherwise, or that an older hook of ours may have. */
const known = [...new Set(Object.values(webhooks.events).flat())];

export function hooks(session: Session): HookPort {
  const api = lazyApi(session);
  return hookPort({ host: HOST, scope: "api", events: webhooks.events }, (key) => {
    const send = async (wanted: HookContent, id?: string) => {
      const isKey = signingKeyOf(wanted.secret) !== null;
      const first = await write(
        id,
        wanted,
        isKey ? { signing_token: wanted.secret } : { token: wanted.secret },
      );
      if (!isKey || first.signing_token_present) return { id: first.id };
      // GitLab before 19 takes no notice of the key: it sends a plain secret along instead.
      const secret = plainOf(wanted.secret);
      await write(first.id, wanted, { token: secret });
      return { id: first.id, secret };
    };
    const write = async (id: string | undefined, { url, events }: HookContent, secret: object) => {
      const flags = Object.fromEntries(known.map((name) => [name, events.includes(name)]));
      // A change of the address forgets the secret, so it is sent every time.
      const body = { url, ...flags, ...secret, enable_ssl_verification: true };
      const path = projectPath(key, "hooks", ...(id ? [id] : []));
      const answer = id
        ? api().change("PUT", path, GitlabHook, { body })
        : api().post(path, GitlabHook, { body });
      return (await answer).body;
    };
    return {
      list: async () => {
        const query = { per_page: 100 };
        const { body } = await api().get(projectPath(key, "hooks"), rowsOf(GitlabHook), { query });
        return body.items.map(toHook);
      },
      create: async (wanted) => send(wanted),
      change: async (id, wanted) => send(wanted, id),
      remove: async (id) => api().delete(projectPath(key, "hooks", id)),
      // A stopped hook works again once a test of it was answered with 2xx, and in no other way.
      revive: async (id, { events }) => {
        const [trigger = "push_events"] = events;
        await unlessRefused(api().send(projectPath(key, "hooks", id, "test", trigger)));
      },
    };
  });
}

/** A test that fails leaves the hook as it is, and its trouble is still told: five tests a minute, no commits yet, … */
async function unlessRefused(test: Promise<void>): Promise<void> {
  try {
    await test;
  } catch (error) {
    const isRefusal =
      error instanceof Fault && ["bad_response", "rate_limited", "unavailable"].includes(error.code);
    if (!isRefusal) throw error;
  }
}

function toHook(hook: GitlabHook): Hook {
  const events = Object.keys(hook).filter((name) => name.endsWith("_events") && hook[name] === true);
  const isStopped = hook.alert_status === "disabled" || hook.alert_status === "temporarily_disabled";
  const params = { host: HOST, until: hook.disabled_until ?? null };
  return {
    id: hook.id,
    url: hook.url,
    events,
    active: !isStopped,
    ...(isStopped ? { trouble: { code: "hook_stopped", params } } : {}),
  };
}

/** There is no warning; the description says it. */
const states: Record<CommitStatus["state"], string> = {
  pending: "pending",
  success: "success",
  warning: "success",
  failure: "failed",
  cancelled: "canceled",
};

export function statuses(session: Session): StatusPort {
  const api = lazyApi(session);
  return {
    async set(key, { sha, state, context, description, url, ref }) {
      const body = {
        state: states[state],
        name: context,
        description: cut(description, MAX_DESCRIPTION),
        target_url: url,
        ...(ref ? { ref } : {}),
      };
      try {
        await api().send(projectPath(key, "statuses", sha), { body });
      } catch (error) {
        const { code, params } = error instanceof Fault ? error.reason : {};
        const isToldAlready = code === "status_kept" && params?.state === body.state;
        if (!isToldAlready) throw error;
      }
    },
  };
}
