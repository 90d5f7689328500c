import type { Page } from "@playwright/test";
import { connectGitea, createApplication, deploy, startSession } from "./fixtures";
import { expect, picture, type StackWithOwner, test } from "./stack";

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first().click();

/** A second token of the bot that the simulated Gitea knows. */
function secondToken({ hosts }: StackWithOwner): string {
  const value = "bot-second-9d1f6ac35b7e4082";
  const { tokens } = hosts.gitea.world;
  if (!tokens.some((token) => token.value === value)) tokens.push({ value, login: "acme-bot", scopes: null });
  return value;
}

test("a credential is replaced and put back, and deployments work before and after", async ({
  stack,
  page,
}) => {
  const { gitProviderId } = await connectGitea(stack, "Rotated");
  const fields = { name: "Rotated site", gitProviderId, repository: "acme/site" };
  const { applicationId } = await createApplication(stack, fields);
  await startSession(page, stack.app, stack.owner);
  await page.goto(`${stack.app.url}/providers/${gitProviderId}`);
  await page.getByRole("tab", { name: "Settings" }).click();
  await press(page, "Replace credential");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Access token" }).fill(secondToken(stack));
  await dialog.getByRole("button", { name: "Check the new one" }).click();
  await expect(dialog.getByText("Nothing would stop.")).toBeVisible();
  await expect(dialog.getByText("Rotated site")).toBeVisible();
  await dialog.getByRole("button", { name: "Replace now" }).click();
  await expect(page.getByText("The new credential is in use")).toBeVisible();
  await deploy(stack, applicationId);

  await page.getByRole("tab", { name: "Connection" }).click();
  await expect(page.getByRole("button", { name: "Put the old credential back" })).toBeVisible();
  await expect(page.getByText(/kept encrypted until \d+ \w+, \d+:\d+ and then deleted/)).toBeVisible();
  await picture(page, "put-back");
  await press(page, /Put the old credential back/);
  await dialog.getByRole("button", { name: "Check the old one" }).click();
  await expect(dialog.getByText("The old one works")).toBeVisible();
  await picture(page, "put-back-dialog");
  await dialog.getByRole("button", { name: "Put it back now" }).click();
  await expect(page.getByText("The old credential is in use again")).toBeVisible();
  await deploy(stack, applicationId);
});

test("a removed provider leaves a removal report with the page of the host", async ({ stack, page }) => {
  const { gitProviderId } = await connectGitea(stack, "To be removed");
  await startSession(page, stack.app, stack.owner);
  await page.goto(`${stack.app.url}/providers/${gitProviderId}`);
  await press(page, "More actions");
  await page.getByRole("menuitem", { name: "Remove" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("What happens")).toBeVisible();
  await picture(page, "removal-plan");
  await dialog.getByRole("button", { name: "Remove provider" }).click();
  await expect(dialog.getByText("Left for you")).toBeVisible();
  const link = dialog.getByRole("link", { name: /user\/settings\/applications/ });
  await expect(link).toHaveAttribute("href", `${stack.hosts.gitea.url}/user/settings/applications`);
  for (const [name, width, scheme] of [
    ["removal-report", 1280, "light"],
    ["removal-report-360", 360, "light"],
    ["removal-report-dark", 1280, "dark"],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    await picture(page, name);
  }
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.waitForURL("**/providers");
  await expect(page.getByRole("link", { name: "To be removed" })).toHaveCount(0);
});

test("a dedicated credential is shown with its application, and can be shared", async ({ stack, page }) => {
  const { hosts, app } = stack;
  await connectGitea(stack, "Makes the host known");
  const made = await createApplication(stack, {
    name: "Own token",
    repository: `${hosts.gitea.url}/acme/site`,
    accessToken: secondToken(stack),
  });
  await deploy(stack, made.applicationId);
  await startSession(page, app, stack.owner);
  await page.goto(`${app.url}/applications/${made.applicationId}/settings`);
  await expect(page.getByRole("heading", { name: "Dedicated credential" })).toBeVisible();
  await press(page, "Test connection");
  await expect(page.getByText("acme-bot").first()).toBeVisible();
  for (const [name, width, scheme] of [
    ["own-credential", 1280, "light"],
    ["own-credential-360", 360, "light"],
    ["own-credential-dark", 1280, "dark"],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    await picture(page, name);
  }
  await press(page, "Share with the organization");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Shared from own");
  await dialog.getByRole("button", { name: "Share provider" }).click();
  await expect(page.getByText("Shared from own is shared now")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Dedicated credential" })).toHaveCount(0);
  await page.goto(`${app.url}/providers`);
  await expect(page.getByRole("link", { name: "Shared from own" })).toBeVisible();
});
