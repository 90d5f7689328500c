import type { Application } from "@/db/generated/client";
import { openForgeForOrganization } from "@/features/git-provider/client/open";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";
import type { PullRequest, PullRequestPort } from "@/providers/reporting";

type Source = Pick<
  Application,
  "organizationId" | "applicationId" | "gitProviderId" | "repositoryId" | "repositoryFullName"
>;

const deadlineMs = 60_000;

interface Host {
  forge: Forge;
  key: RepositoryKey;
}

/** The host of an application's repository, as its provider connects to it. @throws Fault as `openForgeForOrganization` */
export async function openHost(source: Source, deadline = deadlineMs): Promise<Host> {
  const { organizationId, applicationId, gitProviderId } = source;
  const options = { applicationId, signal: AbortSignal.timeout(deadline) };
  const { forge } = await openForgeForOrganization(organizationId, gitProviderId, options);
  return { forge, key: { id: source.repositoryId ?? undefined, fullName: source.repositoryFullName } };
}

/** @throws Fault `unsupported` reason `requests_unknown` for a host without pull requests */
export function requestsOf({ forge }: Host): PullRequestPort {
  if (!forge.pullRequests) throw new Fault("unsupported", { code: "requests_unknown" });
  return forge.pullRequests;
}

/**
 * A request as the host has it now.
 * @throws Fault `not_found` reason `request_gone` | `conflict` reason `request_not_open`
 */
export async function openRequestOf(source: Source, number: number): Promise<PullRequest> {
  const host = await openHost(source);
  const request = await requestsOf(host).get(host.key, number);
  if (request.state !== "open") {
    const { state } = request;
    throw new Fault("conflict", { code: "request_not_open", params: { number, state } });
  }
  return request;
}
