import type { Page } from "@playwright/test";
import { waitForDeployment } from "../scripts/stack/api";
import { addApp, addInstallation, appsOf, installationOfToken } from "../src/providers/github/fake/apps";
import { startSession } from "./fixtures";
import { expect, picture, type StackWithOwner, test } from "./stack";

const say = (page: Page, text: string | RegExp) => expect(page.getByText(text).first()).toBeVisible();
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).click();

test.beforeEach(async ({ stack, page }) => {
  await startSession(page, stack.app, stack.owner);
});

/** From "Add provider" to the page on which GitHub asks where the new App is to be installed. */
async function makeApp(page: Page, { app, hosts }: StackWithOwner, name: string): Promise<void> {
  const { url } = hosts.github;
  const { host } = new URL(url);
  await page.goto(`${app.url}/providers/new?host=GitHub+Enterprise`);
  await expect(page.getByRole("radio", { name: /GitHub App/ })).toBeChecked();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await page.getByRole("textbox", { name: "GitHub address" }).fill(url);
  await page.getByRole("textbox", { name: "Organization" }).fill("acme");
  await picture(page, "github-app-form");
  await press(page, "Save and continue");
  await page.waitForURL(/\/authorize$/);
  await picture(page, "github-app-authorize");
  await press(page, `Continue to ${host}`);
  await say(page, `One more step on ${host}`);
  await press(page, `Continue to ${host}`);
  await expect(page.getByRole("heading", { name: "Create GitHub App for acme" })).toBeVisible();
  await page.getByLabel("GitHub App name").fill(`slipway-${name.toLowerCase()}`);
  await press(page, "Create GitHub App for acme");
  await page.waitForURL(`${url}/github-apps/slipway-${name.toLowerCase()}/installations/new**`);
}

async function deployed({ call }: StackWithOwner, gitProviderId: string, name: string): Promise<string> {
  const made = await call<{ applicationId: string }>("application.create", {
    name,
    gitProviderId,
    repository: "acme/site",
  });
  const queued = await call<{ deploymentId: string }>("application.deploy", {
    applicationId: made.applicationId,
  });
  return (await waitForDeployment(call, queued.deploymentId)).status;
}

test("a person creates a GitHub App for an organization and deploys a private repository with it", async ({
  stack,
  page,
}) => {
  await makeApp(page, stack, "Clicked");
  await press(page, "Install on acme");
  await page.waitForURL(/\/providers\/[a-z0-9]+$/);
  await say(page, /The connection works/);
  await say(page, "slipway-clicked");
  await picture(page, "github-app-done");
  const gitProviderId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  expect(await deployed(stack, gitProviderId, "By App")).toBe("succeeded");

  const { world } = stack.hosts.github;
  const narrowed = appsOf(world).tokens.filter(({ repositoryIds }) => repositoryIds?.length === 1);
  expect(narrowed.map(({ permissions }) => permissions)).toContainEqual({
    contents: "read",
    metadata: "read",
  });
});

test("an installation that waits for an owner's approval is found by the next test of the connection", async ({
  stack,
  page,
}) => {
  await makeApp(page, stack, "Asked");
  await press(page, "Request for acme");
  await page.waitForURL(/\/providers\/[a-z0-9]+$/);
  await say(page, /waits until an owner of the organization approves it/);
  await picture(page, "github-app-pending");

  const { world } = stack.hosts.github;
  const app = appsOf(world).apps.find((one) => one.name === "slipway-asked");
  if (!app) throw new Error("the App was not made");
  const installation = addInstallation(world, app, "acme");
  await page.getByRole("button", { name: /^Test/ }).first().click();
  await say(page, /The connection works/);
  const tokens = appsOf(world).tokens.filter((one) => one.installationId === installation.id);
  expect(tokens.some(({ value }) => installationOfToken(world, value, new Date()))).toBe(true);
});

test("an existing GitHub App is entered, tested and deployed from without a step in the browser", async ({
  stack,
  page,
}) => {
  const { url, world } = stack.hosts.github;
  const app = addApp(world, { name: "pasted", owner: "acme" });
  const { id } = addInstallation(world, app, "acme");
  const made = await stack.call<{
    gitProviderId: string;
    authorizeUrl?: string;
    github: { githubId: string };
  }>("github.create", {
    name: "Pasted App",
    githubUrl: url,
    githubAppName: app.name,
    githubAppId: app.id,
    githubClientId: app.clientId,
    githubClientSecret: app.clientSecret,
    githubInstallationId: String(id),
    githubPrivateKey: app.pem,
    githubWebhookSecret: "hook-secret-0123456789",
  });
  expect(made.authorizeUrl).toBeUndefined();
  await page.goto(`${stack.app.url}/providers/${made.gitProviderId}`);
  await page.getByRole("button", { name: /^Test/ }).first().click();
  await say(page, /The connection works/);
  await picture(page, "github-app-pasted");
  expect(await deployed(stack, made.gitProviderId, "By pasted App")).toBe("succeeded");
});
