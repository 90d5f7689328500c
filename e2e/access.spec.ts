import type { Browser, Page } from "@playwright/test";
import { api, setUp } from "../scripts/stack/api";
import { runCommand } from "../scripts/stack/command";
import { addMember, connectGitea, createApplication, type Person, startSession } from "./fixtures";
import { expect, type StackWithOwner, signIn, test } from "./stack";

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first().click();

/** A browser of somebody else. */
async function browserOf(browser: Browser, stack: StackWithOwner, who: Person): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await startSession(page, stack.app, who);
  return page;
}

test("signing in refuses every wrong pair alike, and signing out ends the session", async ({
  stack,
  page,
}) => {
  const { app, owner } = stack;
  const refusals: string[] = [];
  for (const email of [owner.email, "nobody@example.com"]) {
    await page.goto(`${app.url}/sign-in`);
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("not-the-password");
    await press(page, "Sign in");
    refusals.push(await page.getByRole("alert").filter({ hasText: "password" }).innerText());
  }
  expect(refusals[0]).toBe(refusals[1]);
  await page.goto(`${app.url}/providers`);
  await page.waitForURL("**/sign-in?**");
  await signIn(page, app, owner);
  const cookies = await page.context().cookies();
  const session = cookies.find(({ name }) => name === `__Host-slipway-${app.port}.session`);
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax" });
  await press(page, /Account/);
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
  await page.goto(`${app.url}/settings`);
  await page.waitForURL("**/sign-in?**");
});

test("removing an organization lists the credentials that a person has to end at the hosts", async ({
  fresh,
  page,
}) => {
  const owner = await setUp(fresh.app, "Acme");
  const stack = Object.assign(fresh, { owner, call: api(fresh.app.url, owner.apiKey) });
  await connectGitea(stack, "Ends with Acme");
  await startSession(page, fresh.app, owner);
  await page.goto(`${fresh.app.url}/settings`);
  await press(page, "Remove organization");
  const asked = page.getByRole("dialog");
  await asked.getByRole("textbox").fill("Acme");
  await asked.getByRole("button", { name: "Remove organization" }).click();
  const told = page.getByRole("dialog", { name: "Acme is removed" });
  await expect(told.getByRole("region", { name: "Left for you" })).toContainText("may still work there");
  await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await expect(told).toBeVisible();
  await told.getByRole("button", { name: "Done" }).click();
  await page.waitForURL("**/organizations/new");
});

test("an invitation makes a viewer, who reads until the role is changed and the member removed", async ({
  stack,
  page,
  browser,
}) => {
  const { app } = stack;
  const { gitProviderId } = await connectGitea(stack, "Seen by viewers");
  const made = await createApplication(stack, { name: "Seen", gitProviderId, repository: "acme/site" });
  await startSession(page, app, stack.owner);
  await page.goto(`${app.url}/settings/members`);
  await press(page, "Invite member");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail address").fill("vera@example.com");
  await dialog.getByLabel("Role").selectOption("viewer");
  await dialog.getByRole("button", { name: "Create invitation" }).click();
  const link = (await dialog.getByText(/\/invite\//).innerText()).trim();
  await dialog.getByRole("button", { name: "Done" }).click();

  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await other.getByLabel("Your name").fill("Vera Viewer");
  await other.getByLabel("Password", { exact: true }).fill("a-viewers-password");
  await press(other, /^Join/);
  await other.waitForURL(`${app.url}/o/acme`);
  await other.goto(`${app.url}/applications/${made.applicationId}`);
  await expect(other.getByRole("heading", { level: 1, name: "Seen" })).toBeVisible();
  await expect(other.getByRole("button", { name: /^Deploy|Add environment/ })).toHaveCount(0);
  await press(other, /^More actions/);
  await expect(other.getByRole("menuitem")).toHaveText(["Rules"]);
  await other.goto(`${app.url}/providers`);
  await expect(other.getByRole("link", { name: "Connect a provider" })).toHaveCount(0);
  const tried = () =>
    other.evaluate(
      (applicationId) =>
        fetch("/api/application.deploy", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ applicationId }),
        }).then((answer) => answer.status),
      made.applicationId,
    );
  expect(await tried()).toBe(403);

  await page.reload();
  await page.getByLabel("Role of Vera Viewer").selectOption("developer");
  await expect(page.getByText("Vera Viewer is now developer")).toBeVisible();
  expect(await tried()).toBe(200);
  await press(page, "Remove Vera Viewer");
  await page.getByRole("dialog").getByRole("button", { name: "Remove member" }).click();
  await expect(page.getByText("Vera Viewer removed")).toBeVisible();
  expect([401, 403]).toContain(await tried());
});

test("a new password ends the other sessions, and so does a reset link", async ({ stack, browser }) => {
  const { app } = stack;
  const who = await addMember(stack, "Paula", "developer");
  const here = await browserOf(browser, stack, who);
  const there = await browserOf(browser, stack, who);
  await here.goto(`${app.url}/account`);
  await here.getByLabel("Current password").fill(who.password);
  await here.getByLabel("New password").fill("another-password-of-paula");
  await press(here, "Change password");
  await expect(here.getByText("Password changed")).toBeVisible();
  await there.goto(`${app.url}/account`);
  await there.waitForURL("**/sign-in?**");
  await here.reload();
  await expect(here.getByRole("heading", { level: 1, name: "Account" })).toBeVisible();

  const printed = await runCommand(app, stack.dataDir, ["user", "reset", who.email]);
  await there.goto(/https?:\S+/.exec(printed)?.[0] ?? "");
  await there.getByLabel("New password").fill("a-third-password-of-paula");
  await press(there, "Change password");
  await expect(there.getByText("Your password is changed")).toBeVisible();
  await here.goto(`${app.url}/account`);
  await here.waitForURL("**/sign-in?**");
  await signIn(there, app, { email: who.email, password: "a-third-password-of-paula" });
});

test("an API key is shown once, works, and stops working when it is revoked", async ({ stack, page }) => {
  const { app } = stack;
  await startSession(page, app, stack.owner);
  await page.goto(`${app.url}/settings/api-keys`);
  await press(page, "Create API key");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Robot");
  await dialog.getByRole("button", { name: "Create key" }).click();
  const key = (await dialog.getByText(/^slw_/).innerText()).trim();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.reload();
  await expect(page.getByText("Robot").first()).toBeVisible();
  await expect(page.getByText(key)).toHaveCount(0);
  const call = (name: string) => fetch(`${app.url}/api/${name}`, { headers: { "x-api-key": key } });
  expect((await call("gitProvider.getAll")).status).toBe(200);
  await press(page, "Revoke Robot");
  await page.getByRole("dialog").getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText("Key Robot revoked")).toBeVisible();
  expect((await call("gitProvider.getAll")).status).toBe(401);
});

test("a second organization begins empty, and the menu leads back to the first", async ({
  stack,
  browser,
}) => {
  const { app } = stack;
  await connectGitea(stack, "Of Acme alone");
  const page = await browserOf(browser, stack, await addMember(stack, "Oscar", "viewer"));
  await page.goto(`${app.url}/organizations/new`);
  await page.getByLabel("Name").fill("Globex");
  await press(page, "Create organization");
  await page.waitForURL(`${app.url}/o/globex`);
  await page.goto(`${app.url}/providers`);
  await page.waitForURL(`${app.url}/o/globex/providers`);
  await expect(page.getByText("No provider is connected")).toBeVisible();
  await press(page, /Switch organization/);
  await page.getByRole("menuitemradio", { name: "Acme" }).click();
  await page.waitForURL(`${app.url}/o/acme`);
  await page.getByRole("link", { name: "Providers" }).first().click();
  await page.waitForURL(`${app.url}/o/acme/providers`);
  await expect(page.getByRole("link", { name: "Of Acme alone" })).toBeVisible();
});
