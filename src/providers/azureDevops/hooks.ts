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
    const remove = async (id: string) => {
      for (const each of id.split(",")) {
        try {
          await json().delete(`${SUBSCRIPTIONS}/${pathOf(each)}`, { query: version });
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      }
    };
    const create = async (wanted: HookContent) => {
      const path = `${pathOf(repository.project.name)}/_apis/git/repositories/${pathOf(repository.id)}`;
      const { project } = (await json().get(path, WithProject, { query: version })).body;
      const ids: string[] = [];
      for (const eventType of wanted.events) {
        const body = subscriptionOf(eventType, wanted, { project: project.id, repository: repository.id });
        ids.push((await json().post(SUBSCRIPTIONS, Subscription, { query: version, body })).body.id);
      }
      return { id: ids.join(",") };
    };
    return {
      list: async () => {
        const query = { publisherId: "tfs", consumerId: "webHooks", ...version };
        const { body } = await json().get(SUBSCRIPTIONS, listOf(Subscription), { query });
        return hooksIn(body.value.items, repository);
      },
      create,
      // A changed one would keep what the service thinks of its failures.
      change: async (id, wanted) => {
        await remove(id);
        return create(wanted);
      },
      remove,
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

function hooksIn(all: Subscription[], { id }: Repository): Hook[] {
  const ours = all.filter((one) => one.publisherInputs?.repository?.toLowerCase() === id.toLowerCase());
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
