import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { pathTo } from "@/providers/github/api";
import { MAX_DESCRIPTION } from "@/providers/github/hooks";
import type { JsonApi } from "@/providers/kit/json-api";
import { parsedJson } from "@/providers/kit/json-api";
import { rowsOf } from "@/providers/kit/pages";
import { cut } from "@/providers/kit/webhook-hooks";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommitStatus } from "@/providers/reporting";

/** The payload is JSON, or a text with JSON. */
const GithubDeployment = z.object({ id: NumberId, payload: z.unknown() });
const Payload = z.object({ slipway: z.string() });
const Anything = z.unknown();

const states: Record<CommitStatus["state"], string> = {
  pending: "in_progress",
  success: "success",
  warning: "success",
  failure: "failure",
  cancelled: "error",
};

/** List a deployment with its environment on the page of the repository. It is found again by the page it links to. */
export async function writeDeployment(
  api: JsonApi,
  key: RepositoryKey,
  status: CommitStatus & { environment: NonNullable<CommitStatus["environment"]> },
): Promise<void> {
  const { environment, state, url } = status;
  const description = cut(status.description, MAX_DESCRIPTION);
  const id = (await known(api, key, status)) ?? (await created(api, key, { ...status, description }));
  const body = {
    state: states[state],
    log_url: url,
    description,
    auto_inactive: true,
    ...(environment.url ? { environment_url: environment.url } : {}),
  };
  await api.post(pathTo(key, "deployments", id, "statuses"), Anything, { body });
}

async function known(
  api: JsonApi,
  key: RepositoryKey,
  { sha, url, environment }: CommitStatus & { environment: { name: string } },
): Promise<string | undefined> {
  const query = { sha, environment: environment.name, per_page: 30 };
  const { body } = await api.get(pathTo(key, "deployments"), rowsOf(GithubDeployment), { query });
  return body.items.find(({ payload }) => pageIn(payload) === url)?.id;
}

function pageIn(payload: unknown): string | undefined {
  return Payload.safeParse(typeof payload === "string" ? parsedJson(payload) : payload).data?.slipway;
}

async function created(
  api: JsonApi,
  key: RepositoryKey,
  {
    sha,
    url,
    description,
    environment,
  }: CommitStatus & { environment: { name: string; isPreview: boolean } },
): Promise<string> {
  const body = {
    ref: sha,
    environment: environment.name,
    description,
    payload: { slipway: url },
    // It runs already: nothing of GitHub's is to hold it up or to change the branch.
    auto_merge: false,
    required_contexts: [],
    transient_environment: environment.isPreview,
    production_environment: environment.name === "production",
  };
  return (await api.post(pathTo(key, "deployments"), GithubDeployment, { body })).body.id;
}
