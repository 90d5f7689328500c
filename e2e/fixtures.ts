import type { Page } from "@playwright/test";
import { api, waitForDeployment } from "../scripts/stack/api";
import type { App } from "../scripts/stack/app";
import { publish } from "../scripts/stack/hosts";
import { emptyRepository, type WorldRepository } from "../src/providers/simulator/world";
import type { StackWithOwner } from "./stack";

export interface CreatedProvider {
  gitProviderId: string;
  gitea: { giteaId: string };
}

export interface CreatedApplication {
  applicationId: string;
  slug: string;
  url: string;
}

/** Connect the simulated Gitea under a name of the test's own. */
export async function connectGitea(
  { call, hosts }: StackWithOwner,
  name: string,
  fields: Record<string, unknown> = {},
): Promise<CreatedProvider> {
  const made = await call<CreatedProvider>("gitea.create", {
    name,
    giteaUrl: hosts.gitea.url,
    accessToken: hosts.token,
    ...fields,
  });
  await call("gitea.testConnection", { giteaId: made.gitea.giteaId });
  return made;
}

/** A repository `acme/<name>` of the test's own. */
export async function addRepository(
  { hosts }: StackWithOwner,
  name: string,
  files: Record<string, string>,
): Promise<WorldRepository> {
  const { repositories } = hosts.gitea.world;
  const repository = emptyRepository({ id: 5_000 + repositories.length, owner: "acme", name });
  repositories.push(repository);
  await publish(hosts.gitea, repository, files, "Begin");
  return repository;
}

export async function createApplication(
  { call }: StackWithOwner,
  fields: Record<string, unknown>,
): Promise<CreatedApplication> {
  return call<CreatedApplication>("application.create", fields);
}

/** Deploy and wait for the end. Returns the id of the deployment. */
export async function deploy(
  { call }: StackWithOwner,
  applicationId: string,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const queued = await call<{ deploymentId: string }>("application.deploy", { applicationId, ...fields });
  await waitForDeployment(call, queued.deploymentId);
  return queued.deploymentId;
}

export interface Person {
  email: string;
  password: string;
}

/** Create a member who has accepted an invitation to the organization. */
export async function addMember(
  { app, call }: StackWithOwner,
  name: string,
  role: string,
): Promise<Person & { memberId: string }> {
  const email = `${name.toLowerCase()}@example.com`;
  const password = `the-password-of-${name}`;
  const { inviteUrl } = await call<{ inviteUrl: string }>("member.invite", { email, role });
  const token = new URL(inviteUrl).pathname.split("/").at(-1);
  await api(app.url)("member.acceptInvite", { token, name, password });
  const { items } = await call<{ items: { memberId: string; email: string }[] }>("member.all");
  const memberId = items.find((member) => member.email === email)?.memberId ?? "";
  return { email, password, memberId };
}

/** Sign a browser in without the form. */
export async function startSession(page: Page, app: App, who: Person): Promise<void> {
  const { request } = page.context();
  const { csrfToken } = await (await request.get(`${app.url}/api/auth/csrf`)).json();
  const form = { email: who.email, password: who.password, csrfToken, json: "true" };
  const answer = await request.post(`${app.url}/api/auth/callback/credentials`, { form });
  const { url } = await answer.json();
  if (new URL(url, app.url).searchParams.has("error")) throw new Error(`${who.email} could not sign in`);
}
