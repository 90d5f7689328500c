import type { Page } from "@playwright/test";
import { waitForDeployment } from "../scripts/stack/api";
import { CLIENT } from "../src/providers/simulator/seed";
import { addMember, startSession } from "./fixtures";
import { expect, picture, type StackWithOwner, test } from "./stack";

const say = (page: Page, text: string | RegExp) => expect(page.getByText(text).first()).toBeVisible();

/** The application that the people of the simulated GitLab have registered for this Slipway. */
function register({ app, hosts }: StackWithOwner): void {
  const [client] = hosts.gitlab.world.clients ?? [];
  const callback = `${app.url}/api/gitlab/callback`;
  if (client && !client.redirectUris.includes(callback)) client.redirectUris.push(callback);
}

test.beforeEach(async ({ stack, page }) => {
  register(stack);
  await startSession(page, stack.app, stack.owner);
});

/** From "Add provider" to the consent page of the host. */
async function goToHost(page: Page, { app, hosts }: StackWithOwner, name: string): Promise<void> {
  const { url } = hosts.gitlab;
  await page.goto(`${app.url}/providers/new?host=GitLab+self-managed`);
  await page.getByRole("radio", { name: /OAuth application/ }).check();
  await expect(page.getByText(`${app.url}/api/gitlab/callback`)).toBeVisible();
  await expect(page.getByRole("button", { name: "Copy callback URL" })).toBeVisible();
  for (const field of ["Redirect URI", "Access token", "Refresh token"])
    await expect(page.getByLabel(field, { exact: true })).toHaveCount(0);
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("textbox", { name: "GitLab address" }).fill(url);
  await page.getByRole("textbox", { name: "Application ID" }).fill(CLIENT.id);
  await page.getByLabel("Secret", { exact: true }).fill(CLIENT.secret);
  await picture(page, "authorize-form");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.waitForURL(/\/authorize$/);
  await say(page, "What happens now");
  await picture(page, "authorize-page");
  await page.getByRole("button", { name: `Continue to ${new URL(url).host}` }).click();
  await page.waitForURL(`${url}/oauth/authorize**`);
}

test("a person goes from Add provider through the consent page of the host to a deployed private repository", async ({
  stack,
  page,
}) => {
  await goToHost(page, stack, "Authorized");
  await page.getByRole("button", { name: "Authorize" }).click();
  await page.waitForURL(/\/providers\/[a-z0-9]+$/);
  await say(page, /The connection works/);
  await say(page, "acme-bot");
  await expect(page.getByRole("link", { name: /^Connect/ })).toHaveCount(0);
  await picture(page, "authorize-done");

  const gitProviderId = new URL(page.url()).pathname.split("/").at(-1);
  const made = await stack.call<{ applicationId: string }>("application.create", {
    name: "By OAuth",
    gitProviderId,
    repository: "acme/site",
  });
  const queued = await stack.call<{ deploymentId: string }>("application.deploy", {
    applicationId: made.applicationId,
  });
  expect((await waitForDeployment(stack.call, queued.deploymentId)).status).toBe("succeeded");
});

test("a refused authorization is explained on the page of the provider, where it can be repeated", async ({
  stack,
  page,
}) => {
  await goToHost(page, stack, "Refused");
  await page.getByRole("button", { name: "Deny" }).click();
  await page.waitForURL(/\/providers\/[a-z0-9]+\?problem=/);
  await say(page, /was told not to permit this/);
  expect(page.url()).not.toMatch(/code=|state=|access_denied/);
  await picture(page, "authorize-denied");
  await page.getByRole("link", { name: "Connect", exact: true }).click();
  await page.getByRole("button", { name: /^Continue to/ }).click();
  await page.getByRole("button", { name: "Authorize" }).click();
  await page.waitForURL(/\/providers\/[a-z0-9]+$/);
  await say(page, /The connection works/);
});

test("a viewer is told why they cannot authorize a provider, and gets no link to the host", async ({
  stack,
  page,
  browser,
}) => {
  const made = await stack.call<{ gitProviderId: string; authorizeUrl: string }>("gitlab.create", {
    name: "Waiting",
    authMethod: "oauth",
    gitlabUrl: stack.hosts.gitlab.url,
    applicationId: CLIENT.id,
    secret: CLIENT.secret,
  });
  const viewer = await addMember(stack, "Victor", "viewer");
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, colorScheme: "dark" });
  const theirs = await context.newPage();
  await startSession(theirs, stack.app, viewer);
  await theirs.goto(made.authorizeUrl);
  await say(theirs, "You cannot connect this provider");
  await expect(theirs.getByRole("button", { name: /^Continue/ })).toHaveCount(0);
  await picture(theirs, "authorize-viewer-phone-dark");

  await startSession(theirs, stack.app, stack.owner);
  await theirs.goto(made.authorizeUrl);
  await expect(theirs.getByRole("button", { name: /^Continue/ })).toBeVisible();
  await picture(theirs, "authorize-page-phone-dark");
  await theirs.goto(`${stack.app.url}/providers/${made.gitProviderId}`);
  await expect(theirs.getByRole("link", { name: "Connect", exact: true })).toBeVisible();
  await picture(theirs, "authorize-waiting-phone-dark");
  await theirs.goto(`${stack.app.url}/api/github/callback?installation_id=1&setup_action=install`);
  await say(theirs, "Nothing was changed");
  await picture(theirs, "authorize-returned-phone-dark");
  await context.close();
  await page.goto(`${stack.app.url}/providers`);
});
