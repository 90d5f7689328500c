import type { Page } from "@playwright/test";
import { EXPIRED_TOKEN } from "../src/providers/simulator/seed";
import { addMember, connectGitea, createApplication, type Person, startSession } from "./fixtures";
import { expect, picture, test } from "./stack";

const say = (page: Page, text: string | RegExp) => expect(page.getByText(text).first()).toBeVisible();
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first().click();

test.beforeEach(async ({ stack, page }) => {
  await startSession(page, stack.app, stack.owner);
});

test("a token that fails is explained with a link for a new one, and the form stays filled", async ({
  stack,
  page,
}) => {
  const { hosts } = stack;
  await page.goto(`${stack.app.url}/providers/new?host=Gitea`);
  await page.getByRole("textbox", { name: "Name" }).fill("Mended");
  await page.getByRole("textbox", { name: "Address" }).fill(hosts.gitea.url);
  await page.getByRole("textbox", { name: "Access token" }).fill(EXPIRED_TOKEN);
  await press(page, "Test connection");
  await say(page, "The connection does not work yet");
  const fix = page.getByRole("region", { name: "Sign in" }).getByRole("link", { name: /^Open / });
  await expect(fix).toHaveAttribute("href", `${hosts.gitea.url}/user/settings/applications`);
  await picture(page, "provider-token-fails");

  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Mended");
  await page.getByRole("textbox", { name: "Access token" }).fill(hosts.token);
  await say(page, "You changed the form since this test.");
  await press(page, "Test again");
  await say(page, /The connection works/);
  await press(page, "Save provider");
  await say(page, "Mended is saved");
  await page.getByRole("link", { name: "Done" }).click();
  // The report of the last test is there at once.
  await say(page, /The connection works/);
  await say(page, /^checked /);
});

test("a blank secret field keeps the stored secret, and a changed address asks for it again", async ({
  stack,
  page,
}) => {
  const { gitProviderId } = await connectGitea(stack, "Edited");
  await page.goto(`${stack.app.url}/providers/${gitProviderId}`);
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByLabel("Description").fill("Ours");
  await press(page, "Save changes");
  await say(page, "Provider saved");
  await page.getByRole("tab", { name: "Connection" }).click();
  await press(page, "Test again");
  await say(page, /The connection works/);

  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("textbox", { name: "Address" }).fill("https://git.example.com");
  await press(page, "Save changes");
  await expect(page.getByRole("alert").filter({ hasText: /access token/i })).toBeVisible();
});

test("a new credential is tested on the repositories in use before it replaces the old one", async ({
  stack,
  page,
}) => {
  const { gitProviderId } = await connectGitea(stack, "Replaced");
  await createApplication(stack, { name: "Rotating", gitProviderId, repository: "acme/site" });
  await page.goto(`${stack.app.url}/providers/${gitProviderId}`);
  await page.getByRole("tab", { name: "Settings" }).click();
  await press(page, "Replace credential");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Access token" }).fill(EXPIRED_TOKEN);
  await dialog.getByRole("button", { name: "Check the new one" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Access token" }).fill(stack.hosts.token);
  await dialog.getByRole("button", { name: "Check the new one" }).click();
  await expect(dialog.getByText("It reads every repository in use.")).toBeVisible();
  await picture(page, "provider-rotate");
  await dialog.getByRole("button", { name: "Replace now" }).click();
  await say(page, "The new credential is in use");
});

test("a provider is shared with chosen members only", async ({ stack, page }) => {
  const { gitProviderId } = await connectGitea(stack, "Shared");
  const seen = async (who: Person) => {
    const other = await page.context().browser()?.newContext();
    if (!other) throw new Error("there is no browser");
    const theirs = await other.newPage();
    await startSession(theirs, stack.app, who);
    await theirs.goto(`${stack.app.url}/providers`);
    await theirs.getByRole("heading", { level: 1 }).waitFor();
    const count = await theirs.getByRole("link", { name: "Shared", exact: true }).count();
    await other.close();
    return count;
  };
  const chosen = await addMember(stack, "Carla", "developer");
  const left = await addMember(stack, "Lars", "developer");
  await page.goto(`${stack.app.url}/providers/${gitProviderId}`);
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("radio", { name: /Chosen members/ }).check();
  await page.getByLabel("Access of Carla").selectOption("use");
  await picture(page, "provider-sharing");
  await press(page, "Save sharing");
  await say(page, "Sharing saved");
  expect([await seen(chosen), await seen(left)]).toEqual([1, 0]);
});

test("a provider in use can be deactivated, and is removed only once its applications have moved", async ({
  stack,
  page,
}) => {
  await connectGitea(stack, "Staying"); // the first one would be the default already
  const { gitProviderId } = await connectGitea(stack, "Leaving");
  await createApplication(stack, { name: "Moving", gitProviderId, repository: "acme/site" });
  await page.goto(`${stack.app.url}/providers/${gitProviderId}`);
  const choose = async (name: string) => {
    await press(page, "More actions");
    await page.getByRole("menuitem", { name, exact: true }).click();
  };
  await choose("Make default");
  await say(page, "Leaving is the default now");
  await choose("Deactivate");
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await say(page, "Leaving is inactive");
  await choose("Activate");
  await say(page, "Leaving is active");

  await choose("Remove");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("Deployments of Moving: production")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Remove provider" })).toBeDisabled();
  await picture(page, "provider-remove");
  await dialog.getByRole("button", { name: "Move applications to…" }).click();
  await dialog.getByLabel("To").selectOption({ label: "Staying" });
  await expect(dialog.getByText("Its repository can be read.")).toBeVisible();
  await picture(page, "provider-move");
  await dialog.getByRole("button", { name: "Move 1 application" }).click();
  await dialog.getByRole("button", { name: "Remove provider" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await page.waitForURL("**/providers");
  await expect(page.getByRole("link", { name: "Staying" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Leaving" })).toHaveCount(0);
});

test("a mistyped GitLab group is answered with similar group names", async ({ stack, page }) => {
  await page.goto(`${stack.app.url}/providers/new?host=GitLab+self-managed`);
  await page.getByRole("textbox", { name: "GitLab address" }).fill(stack.hosts.gitlab.url);
  await page.getByRole("textbox", { name: "Access token" }).fill("gldt-0123456789");
  await say(page, /This is a deploy token/);
  await page.getByRole("textbox", { name: "Access token" }).fill(stack.hosts.token);
  await page.getByRole("textbox", { name: "Group" }).fill("acmee");
  await press(page, "Test connection");
  await expect(page.getByRole("region", { name: "Permissions" })).toContainText(/acme(?!e)/);
  await picture(page, "provider-near-match");
});

test("a public repository needs its address and nothing else", async ({ stack, page }) => {
  await page.goto(`${stack.app.url}/providers/new?host=Git+server`);
  await page.getByRole("radio", { name: /Public/ }).check();
  await page.getByRole("textbox", { name: "Name" }).fill("Open");
  await page.getByRole("textbox", { name: "Address" }).fill(`${stack.hosts.gitea.url}/acme/Handbook.git`);
  await press(page, "Test connection");
  await say(page, /The connection works/);
  await press(page, "Save provider");
  await say(page, "Open is saved");
});
