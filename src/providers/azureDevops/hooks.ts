import { z } from "zod";
import { type AzureApi, below, lazyApi, type Session, versionOf } from "@/providers/azureDevops/api";
import { HOST } from "@/providers/azureDevops/error-mapping";
import { listOf, type Repository } from "@/providers/azureDevops/schema";
import { SECRET_HEADER, webhooks } from "@/providers/azureDevops/webhook";
import { isNotFound } from "@/providers/kit/not-found";
import { pathOf } from "@/providers/kit/path";
import { cut, type HookContent, hookPort } from "@/providers/kit/webhook-hooks";
import type { CommitStatus, Hook, HookPort, StatusPort } from "@/providers/reporting";

const MAX_DESCRIPTION = 255;

const SUBSCRIPTIONS = "_apis/hooks/subscriptions";

const Subscription = z.object({
  id: z.string().min(1).max(100),
  eventType: z.string(),
  status: z.string().nullish(),
  consumerInputs: z.object({ url: z.string().nullish() }).nullish(),
  publisherInputs: z.object({ repository: z.string().nullish(), projectId: z.string().nullish() }).nullish(),
});
type Subscription = z.infer<typeof Subscription>;

const WithProject = z.object({ project: z.object({ id: z.string() }) });

/**
 * A subscription hears of one event only, so a hook is several of them with one address; its id is theirs, with commas
 * between them.
 */
export function hooks(session: Session, api: AzureApi): HookPort {
  const json = lazyApi(session);
  const version = { "api-version": versionOf(session.settings) };
  const scope = "the right to edit service hooks of the project";
  return hookPort({ host: HOST, scope, events: webhooks.events }, async (key) => {
    const repository = await api.repository(key);
    const project = async () => {
      const path = `${pathOf(repository.project.name)}/_apis/git/repositories/${pathOf(repository.id)}`;
      return (await json().get(path, WithProject, { query: version })).body.project.id;
    };
    const list = async () => {
      const query = { publisherId: "tfs", consumerId: "webHooks", ...version };
      const { items } = (await json().get(SUBSCRIPTIONS, listOf(Subscription), { query })).body.value;
      return items.filter((one) => isOf(repository, one));
    };
    const remove = async (id: string) => {
      try {
        await json().delete(`${SUBSCRIPTIONS}/${pathOf(id)}`, { query: version });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    };
    const changed = async (id: string, options: { query: typeof version; body: unknown }) =>
      (await json().change("PUT", `${SUBSCRIPTIONS}/${pathOf(id)}`, Subscription, options)).body;
    /** Written down as enabled, a subscription is out of probation, and one that was disabled sends again. */
    const write = async (wanted: HookContent, former: Subscription[]) => {
      const about = { project: await project(), repository: repository.id };
      const ids: string[] = [];
      for (const eventType of wanted.events) {
        const body = subscriptionOf(eventType, wanted, about);
        const known = former.find((one) => one.eventType === eventType);
        const options = { query: version, body };
        const { id } = known
          ? await changed(known.id, options)
          : (await json().post(SUBSCRIPTIONS, Subscription, options)).body;
        ids.push(id);
      }
      for (const { id } of former) if (!ids.includes(id)) await remove(id);
      return { id: ids.join(",") };
    };
    return {
      list: async () => hooksIn(await list()),
      create: async (wanted) => write(wanted, []),
      change: async (id, wanted) => {
        const known = (await list()).filter((one) => id.split(",").includes(one.id));
        return write(wanted, known);
      },
      remove: async (id) => {
        for (const each of id.split(",")) await remove(each);
      },
    };
  });
}

function subscriptionOf(
  eventType: string,
  { url, secret }: HookContent,
  { project, repository }: { project: string; repository: string },
) {
  return {
    publisherId: "tfs",
    status: "enabled",
    eventType,
    // Version 2.0 has been seen to send no resource at all.
    resourceVersion: "1.0",
    consumerId: "webHooks",
    consumerActionId: "httpRequest",
    publisherInputs: { projectId: project, repository },
    consumerInputs: {
      url,
      httpHeaders: `${SECRET_HEADER}:${secret}`,
      resourceDetailsToSend: "all",
      messagesToSend: "none",
      detailedMessagesToSend: "none",
    },
  };
}

function isOf({ id }: Repository, { publisherInputs }: Subscription): boolean {
  return publisherInputs?.repository?.toLowerCase() === id.toLowerCase();
}

function hooksIn(ours: Subscription[]): Hook[] {
  const urlOf = (one: Subscription) => one.consumerInputs?.url ?? "";
  return [...new Set(ours.map(urlOf))].map((url) => {
    const group = ours.filter((one) => urlOf(one) === url);
    const statuses = group.map(({ status }) => status ?? "enabled");
    const isStopped = statuses.some((status) => status.startsWith("disabled"));
    const isFailing = statuses.includes("onProbation");
    const code = isStopped ? "hook_stopped" : "hook_failing";
    return {
      id: group.map((one) => one.id).join(","),
      url,
      events: group.map((one) => one.eventType),
      active: !isStopped,
      ...(isStopped || isFailing ? { trouble: { code, params: { host: HOST } } } : {}),
    };
  });
}

/** There is no warning; the description says it. */
const states: Record<CommitStatus["state"], string> = {
  pending: "pending",
  success: "succeeded",
  warning: "succeeded",
  failure: "failed",
  cancelled: "error",
};

export function statuses(session: Session, api: AzureApi): StatusPort {
  const json = lazyApi(session);
  const query = { "api-version": versionOf(session.settings) };
  return {
    async set(key, { sha, state, context, description, url }) {
      const repository = await api.repository(key);
      const [genre = "", ...name] = context.split("/");
      const body = {
        state: states[state],
        description: cut(description, MAX_DESCRIPTION),
        targetUrl: url,
        context: name.length > 0 ? { genre, name: name.join("/") } : { name: genre },
      };
      await json().send(`${below(repository)}/commits/${pathOf(sha)}/statuses`, { query, body });
    },
  };
}
