import type { Page } from "@playwright/test";
import { addMember, connectGitea, createApplication, startSession } from "./fixtures";
import { expect, test } from "./stack";

const focused = (page: Page) => page.locator(":focus");

test("a key that is shown once closes only by Copy or Done, and the focus returns to its button", async ({
  stack,
  page,
}) => {
  const { app, owner } = stack;
  await startSession(page, app, owner);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${app.url}/o/acme/settings/api-keys`);
  const opener = page.getByRole("button", { name: "Create API key" }).first();
  await opener.click();
  // The dialog is loaded when it is first opened.
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(opener).toBeFocused();

  await opener.click();
  const dialog = page.getByRole("dialog");
  // The empty name is refused, and the focus goes to the field.
  await dialog.getByRole("button", { name: "Create key" }).click();
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await dialog.getByLabel("Name").fill("Shown once");
  // The dialog stands in the address: a reload opens it again, with its draft.
  await page.reload();
  await expect(dialog.getByLabel("Name")).toHaveValue("Shown once");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await opener.click();
  await expect(dialog.getByLabel("Name")).toHaveValue("Shown once");
  await dialog.getByRole("button", { name: "Create key" }).click();
  const key = await dialog.locator("code").innerText();
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  await expect(dialog).toContainText("Copy the key now");
  await expect(dialog.getByRole("button", { name: "Close", exact: true })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Copy and close" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await expect(opener).toBeFocused();
});

/** A list that the host has cut is told as one: on the page of the provider, in the picker and in the search. */
async function showsWhatIsMissing(page: Page, url: string, gitProviderId: string): Promise<void> {
  const reason = { code: "host_partial", message: "The host left out an organization." };
  const calls = /\/api\/trpc\/(gitea\.repositories|repository\.search)/;
  await page.route(calls, async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    const { data } = json.result;
    data.incomplete = route.request().url().includes("repository.search")
      ? [{ provider: { gitProviderId, name: "Comes back", providerType: "gitea" }, reason }]
      : { reason };
    await route.fulfill({ response, json });
  });
  const told = page.getByRole("status").filter({ hasText: reason.message });
  await page.goto(`${url}/o/acme/providers/${gitProviderId}?tab=repositories`);
  await expect(told).toContainText("Not everything is listed");
  await page.goto(`${url}/o/acme/applications/new?gitProviderId=${gitProviderId}&search=site`);
  await expect(page.getByRole("combobox", { name: "Search repositories" })).toHaveValue("site");
  await expect(told).toContainText("Not everything is listed");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("site");
  await expect(page.getByRole("dialog").getByText("Comes back does not list everything")).toBeVisible();
  await page.unroute(calls);
}

test("tabs, searches and forms survive a reload and Back, without their secrets", async ({ stack, page }) => {
  const { app, owner } = stack;
  const { gitProviderId } = await connectGitea(stack, "Comes back");
  await startSession(page, app, owner);
  await page.goto(`${app.url}/o/acme/providers/${gitProviderId}`);
  await page.getByRole("tab", { name: "Repositories" }).click();
  await page.getByPlaceholder("Search repositories").fill("site");
  await expect(page).toHaveURL(/tab=repositories&search=site/);
  await page.reload();
  await expect(page.getByRole("tab", { name: "Repositories" })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByPlaceholder("Search repositories")).toHaveValue("site");

  await showsWhatIsMissing(page, app.url, gitProviderId);

  await page.goto(`${app.url}/o/acme/providers/new?host=Gitea`);
  await page.getByLabel("Name").fill("Half typed");
  await page.getByRole("textbox", { name: "Access token" }).fill("a-secret-that-is-not-kept");
  await page.getByRole("link", { name: "Choose host" }).click();
  await page.waitForURL(/\/providers\/new$/);
  await page.goBack();
  await expect(page.getByLabel("Name")).toHaveValue("Half typed");
  await page.reload();
  await expect(page.getByLabel("Name")).toHaveValue("Half typed");
  await expect(page.getByRole("textbox", { name: "Access token" })).toHaveValue("");
  await page.goto(`${app.url}/o/acme/providers/${gitProviderId}?tab=settings`);
  await page.getByLabel("Description").fill("Half described");
  await page.getByRole("textbox", { name: "Access token" }).fill("a-secret-that-is-not-kept");
  await page.reload();
  await expect(page.getByLabel("Description")).toHaveValue("Half described");

  const made = await createApplication(stack, { name: "Drafted", gitProviderId, repository: "acme/site" });
  await page.goto(`${app.url}/o/acme/applications/${made.applicationId}`);
  await page.getByRole("button", { name: "Add environment" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("half-named");
  await dialog.getByRole("button", { name: "Add variable" }).click();
  await dialog.getByLabel("Name of variable 1").fill("TOKEN");
  await dialog.getByLabel("Value of TOKEN").fill("a-secret-that-is-not-kept");
  await page.reload();
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveValue("half-named");
  await expect(dialog.getByLabel("Value of TOKEN")).toHaveValue("");
  // The new variable lacks its value: the answer leads to that input.
  await dialog.getByRole("button", { name: "Add environment" }).click();
  await expect(dialog.getByLabel("Value of TOKEN")).toBeFocused();
  await page.goto(`${app.url}/o/acme/applications/${made.applicationId}/settings`);
  await page.getByLabel(/^Build command/).fill("npm run half");
  await page.reload();
  await expect(page.getByLabel(/^Build command/)).toHaveValue("npm run half");
  await page.getByRole("button", { name: "Discard changes" }).click();
  await expect(page.getByLabel(/^Build command/)).toHaveValue("");
  const stored = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
  expect(stored).toContain("Half typed");
  expect(stored).not.toContain("a-secret-that-is-not-kept");
});

test("a lost connection and an ended session are explained, and the form keeps its input", async ({
  stack,
  browser,
}) => {
  const { app } = stack;
  const person = await addMember(stack, "Olga", "admin");
  const context = await browser.newContext();
  const page = await context.newPage();
  await startSession(page, app, person);
  await page.goto(`${app.url}/o/acme/providers/new?host=Gitea`);
  await page.getByLabel("Name").fill("Still here");
  await context.setOffline(true);
  await page.getByRole("button", { name: "Save without a test" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Slipway does not answer" })).toBeVisible();
  await expect(page.getByLabel("Name")).toHaveValue("Still here");
  await context.setOffline(false);
  await expect(page.getByText("Slipway does not answer")).toHaveCount(0);

  await context.clearCookies();
  await page.getByRole("button", { name: "Save without a test" }).click();
  const bar = page.getByRole("alert").filter({ hasText: "Your session has ended" });
  await expect(bar).toBeVisible();
  expect(page.url()).toContain("/providers/new");
  const opened = context.waitForEvent("page");
  await bar.getByRole("link", { name: "Sign in" }).click();
  const other = await opened;
  await other.waitForURL("**/sign-in?**");
  await startSession(other, app, person);
  await page.getByRole("button", { name: "Try again" }).first().click();
  await expect(bar).toHaveCount(0);
  await expect(page.getByLabel("Name")).toHaveValue("Still here");
  await expect(focused(page)).toHaveCount(1);
  await stack.call("member.remove", { memberId: person.memberId });
});
