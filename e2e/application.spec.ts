import type { Page } from "@playwright/test";
import { publish } from "../scripts/stack/hosts";
import { getSite } from "../scripts/stack/site";
import { commitTo } from "../src/providers/simulator/world";
import { addRepository, connectGitea, createApplication, deploy, startSession } from "./fixtures";
import { expect, picture, type StackWithOwner, test } from "./stack";

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first().click();
const isNow = (page: Page, status: string) =>
  expect(page.getByRole("heading", { level: 1 })).toContainText(status, { timeout: 45_000 });
const textOf = async ({ app }: StackWithOwner, site: string) =>
  (await getSite(app.port, `${site}.localhost:${app.port}`)).text;

let provider: Promise<{ gitProviderId: string }> | undefined;

/** One provider for all tests of this file. */
function ours(stack: StackWithOwner): Promise<{ gitProviderId: string }> {
  provider ??= connectGitea(stack, "For applications");
  return provider;
}

test.beforeEach(async ({ stack, page }) => {
  await startSession(page, stack.app, stack.owner);
});

test("a person pastes a repository URL, chooses a branch, and that branch is published", async ({
  stack,
  page,
}) => {
  await ours(stack);
  const repository = await addRepository(stack, "pasted", { "index.html": "main" });
  commitTo(repository, "feature/a#1", { message: "Odd", files: { "index.html": "the odd branch" } });
  await stack.hosts.gitea.update(repository);
  await page.goto(`${stack.app.url}/applications/new`);
  await page.getByRole("combobox").last().fill(`${stack.hosts.gitea.url}/acme/pasted`);
  await press(page, "Use this repository");
  await expect(page.getByText("Who can read the site")).toBeVisible();
  await page.getByLabel("Branch", { exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox").fill("a#1");
  await dialog.getByRole("option", { name: /feature\/a#1/ }).click();
  await press(page, "Create and deploy");
  await page.waitForURL("**/deployments/**");
  await isNow(page, "Succeeded");
  expect(await textOf(stack, "pasted")).toBe("the odd branch");
});

test("the log is followed while a build runs, until it is cancelled", async ({ stack, page }) => {
  const { gitProviderId } = await ours(stack);
  await addRepository(stack, "endless", { "index.html": "never" });
  const { applicationId } = await createApplication(stack, {
    name: "Endless",
    gitProviderId,
    repository: "acme/endless",
    buildCommand: 'for n in $(seq 600); do echo "line $n"; sleep 0.1; done',
  });
  await page.goto(`${stack.app.url}/applications/${applicationId}`);
  await press(page, "Deploy production");
  await page.waitForURL("**/deployments/**");
  await isNow(page, "Running");
  const log = page.getByRole("region", { name: "Log lines" });
  await expect(log.getByText("line 5", { exact: true })).toBeVisible();
  await expect(log.getByText("line 25", { exact: true })).toBeVisible();
  await picture(page, "deployment-running");
  await press(page, "Cancel deployment");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel deployment" }).click();
  await isNow(page, "Cancelled");
});

test("a failed build says why and can be retried from its page", async ({ stack, page }) => {
  const { gitProviderId } = await ours(stack);
  await addRepository(stack, "failing", { "index.html": "<p>mended</p>" });
  const { applicationId } = await createApplication(stack, {
    name: "Failing build",
    gitProviderId,
    repository: "acme/failing",
    buildCommand: "echo 'no such thing' && exit 7",
  });
  const deploymentId = await deploy(stack, applicationId);
  await page.goto(`${stack.app.url}/applications/${applicationId}/deployments/${deploymentId}`);
  await isNow(page, "Failed");
  await expect(page.getByRole("alert").filter({ hasText: /\b7\b/ })).toBeVisible();
  await expect(
    page.getByRole("region", { name: "Log lines" }).getByText("no such thing").last(),
  ).toBeVisible();
  await stack.call("application.update", {
    applicationId,
    buildCommand: "mkdir dist && cp index.html dist/",
  });
  await press(page, "Retry");
  await page.waitForURL(
    (url) => /deployments\/.+/.test(url.pathname) && !url.pathname.endsWith(deploymentId),
  );
  await isNow(page, "Succeeded");
});

test("a link leads to one line of a long log, wrapped or not", async ({ stack, page }) => {
  const { gitProviderId } = await ours(stack);
  await addRepository(stack, "talkative", { "index.html": "said" });
  const long = "a long line that is wrapped where there is no room for all of it ".repeat(6);
  const { applicationId } = await createApplication(stack, {
    name: "Talkative",
    gitProviderId,
    repository: "acme/talkative",
    buildCommand: `for n in $(seq 2000); do echo "$n ${long}"; done; mkdir dist && cp index.html dist/`,
  });
  const deploymentId = await deploy(stack, applicationId);
  await page.goto(`${stack.app.url}/applications/${applicationId}/deployments/${deploymentId}#L1500`);
  const line = page.getByRole("link", { name: "Line 1500", exact: true });
  await expect(line).toBeInViewport();
  await press(page, "Wrap long lines");
  await page.evaluate(() => {
    window.location.hash = "#L40";
  });
  await expect(page.getByRole("link", { name: "Line 40", exact: true })).toBeInViewport();
  await press(page, "Wrap long lines");
  await page.evaluate(() => {
    window.location.hash = "#L1500";
  });
  await expect(line).toBeInViewport();
});

test("an earlier release is published again from its own page", async ({ stack, page }) => {
  const { gitProviderId } = await ours(stack);
  const repository = await addRepository(stack, "twice", { "index.html": "the first" });
  const made = await createApplication(stack, { name: "Twice", gitProviderId, repository: "acme/twice" });
  const first = await deploy(stack, made.applicationId);
  await publish(stack.hosts.gitea, repository, { "index.html": "the second" }, "Change it");
  await deploy(stack, made.applicationId);
  expect(await textOf(stack, "twice")).toBe("the second");
  await page.goto(`${stack.app.url}/applications/${made.applicationId}/deployments/${first}`);
  await press(page, "Publish this release again");
  await page.getByRole("dialog").getByRole("button", { name: "Publish again" }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(first));
  await isNow(page, "Succeeded");
  expect(await textOf(stack, "twice")).toBe("the first");
});

test("an environment has its own variables and address; the application is renamed and removed", async ({
  stack,
  page,
}) => {
  const { gitProviderId } = await ours(stack);
  await addRepository(stack, "greeting", { "readme.md": "hello" });
  const { applicationId } = await createApplication(stack, {
    name: "Greeting",
    gitProviderId,
    repository: "acme/greeting",
    buildCommand: 'mkdir dist && echo "Hello $WHOM" > dist/index.html',
  });
  await page.goto(`${stack.app.url}/applications/${applicationId}`);
  await press(page, "Add environment");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("staging");
  await dialog.getByRole("button", { name: "Add variable" }).click();
  await dialog.getByLabel("Name of variable 1").fill("WHOM");
  await dialog.getByLabel("Value of WHOM").fill("staging-people");
  await picture(page, "environment-add");
  await dialog.getByRole("button", { name: "Add environment" }).click();
  await press(page, "Deploy staging");
  await page.waitForURL("**/deployments/**");
  await isNow(page, "Succeeded");
  expect(await textOf(stack, "greeting--staging")).toBe("Hello staging-people\n");
  const answer = await stack.call("application.one", { applicationId });
  expect(JSON.stringify(answer)).not.toContain("staging-people");

  await page.goto(`${stack.app.url}/applications/${applicationId}/settings`);
  await page.getByLabel("Name", { exact: true }).fill("Greetings");
  await press(page, /^Save/);
  await expect(page.getByRole("heading", { level: 1, name: "Greetings" })).toBeVisible();
  await press(page, "Remove application");
  const sure = page.getByRole("dialog");
  await expect(sure.getByRole("button", { name: "Remove application" })).toBeDisabled();
  await sure.getByRole("textbox").fill("Greetings");
  await sure.getByRole("button", { name: "Remove application" }).click();
  await page.waitForURL("**/applications");
  await expect(page.getByRole("link", { name: "Greetings" })).toHaveCount(0);
  expect((await getSite(stack.app.port, `greeting--staging.localhost:${stack.app.port}`)).status).toBe(404);
});
