import { type HostName, publish } from "../scripts/stack/hosts";
import type { WorldEvent, WorldRequest } from "../src/providers/simulator/hooks";
import { openRequest } from "../src/providers/simulator/requests";
import {
  commitTo,
  emptyRepository,
  type WorldPullRequest,
  type WorldRepository,
} from "../src/providers/simulator/world";
import { createApplication } from "./fixtures";
import { expect, type StackWithOwner } from "./stack";

/** The hosts that tell of pushes. */
export const forges = ["github", "gitlab", "bitbucket", "bitbucketServer", "gitea", "azureDevops"] as const;
export type Forge = (typeof forges)[number];

export interface Followed {
  at: HostName;
  gitProviderId: string;
  applicationId: string;
  environmentId: string;
  repository: WorldRepository;
}

interface Made {
  environments: { environmentId: string }[];
}

/**
 * Connect a simulated host and follow a repository of the test's own, with previews of its requests. Waits until the
 * host has the webhook.
 */
export async function follow(stack: StackWithOwner, at: Forge, name: string): Promise<Followed> {
  const { call, hosts } = stack;
  const { settings, secrets, authMethod } = hosts[at].host.connection(hosts.token);
  const { gitProviderId } = await call<{ gitProviderId: string }>(`${at}.create`, {
    ...{ name, authMethod },
    ...settings,
    ...secrets,
  });
  const { repositories } = hosts[at].world;
  const repository = emptyRepository({ id: 8_000 + repositories.length, owner: "acme", name });
  repositories.push(repository);
  await publish(hosts[at], repository, page("First"), "Begin");
  const fullName = hosts[at].host.fullName(repository);
  const { applicationId } = await createApplication(stack, { name, gitProviderId, repository: fullName });
  const { environments } = await call<Made>("application.one", { applicationId });
  const environmentId = environments[0]?.environmentId ?? "";
  await call("environment.update", { environmentId, trigger: "push" });
  await call("application.update", { applicationId, previews: {} });
  const followed = { at, gitProviderId, applicationId, environmentId, repository };
  await expect.poll(() => hooksAt(stack, followed).length, { timeout: 30_000 }).toBeGreaterThan(0);
  // It may have been made before previews were switched on: then it is told of pushes alone for a moment.
  await expect.poll(() => ensured(stack, applicationId), { timeout: 30_000 }).toBe("unchanged");
  return followed;
}

async function ensured({ call }: StackWithOwner, applicationId: string): Promise<string | undefined> {
  const { items } = await call<{ items: { state: string }[] }>("webhook.ensure", { applicationId });
  return items[0]?.state;
}

/** The webhooks of the repository at its host. */
function hooksAt({ hosts }: StackWithOwner, { at, repository }: Followed) {
  return (hosts[at].world.hooks ?? []).filter((hook) => hook.repositoryId === repository.id);
}

/** Send what the host would send because of this. */
async function deliver(
  { app, hosts }: StackWithOwner,
  { at, repository }: Followed,
  event: WorldEvent,
): Promise<void> {
  const all = hosts[at].host.deliveries?.(repository, event) ?? [];
  // An App of another test may have a webhook at an address that nobody has.
  const sent = all.filter(({ url }) => url.startsWith(app.url));
  expect(sent.length).toBeGreaterThan(0);
  for (const { url, headers, body } of sent) {
    // The server may close a connection that was kept just as it is used again; then nobody knows what arrived.
    const once = { ...headers, connection: "close" };
    const answer = await fetch(url, { method: "POST", headers: once, body });
    expect(answer.status).toBeLessThan(300);
  }
}

/** Push a page to a branch and have the host tell it. Returns the commit. */
export async function push(
  stack: StackWithOwner,
  followed: Followed,
  title: string,
  branch = "main",
): Promise<string> {
  const { repository, at } = followed;
  const before = repository.branches.get(branch) ?? null;
  const after = commitTo(repository, branch, { message: title, files: page(title) });
  await stack.hosts[at].update(repository);
  await deliver(stack, followed, {
    kind: "push",
    ref: `refs/heads/${branch}`,
    before,
    after,
    files: ["index.html"],
  });
  return after;
}

/** Open a request for a new branch and have the host tell it. */
export async function request(
  stack: StackWithOwner,
  followed: Followed,
  title: string,
): Promise<WorldPullRequest> {
  const { repository, at } = followed;
  const branch = `topic-${repository.branches.size}`;
  const main = repository.branches.get("main") ?? "";
  repository.branches.set(branch, main);
  commitTo(repository, branch, { message: title, files: page(title) });
  const { world } = stack.hosts[at];
  const opened = openRequest(world, repository, { title, branch });
  await stack.hosts[at].update(repository);
  await deliver(stack, followed, told(opened, "opened"));
  return opened;
}

/** Close a request and have the host tell it. */
export async function close(
  stack: StackWithOwner,
  followed: Followed,
  opened: WorldPullRequest,
): Promise<void> {
  opened.state = "closed";
  await deliver(stack, followed, told(opened, "closed"));
}

function told(
  { number, title, head, base, labels }: WorldPullRequest,
  action: WorldRequest["action"],
): WorldRequest {
  return { kind: "pullRequest", action, number, title, branch: head.ref, sha: head.sha, base, labels };
}

/** What the host shows beside a commit. */
export function statusAt({ hosts }: StackWithOwner, { at, repository }: Followed, sha: string) {
  const all = (hosts[at].world.statuses ?? []).filter(
    (one) => one.repositoryId === repository.id && one.sha === sha,
  );
  return all.at(-1);
}

function page(title: string): Record<string, string> {
  return { "index.html": `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>` };
}
