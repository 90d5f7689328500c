import type { Page } from "@playwright/test";
import { startSession } from "./fixtures";
import { close, type Followed, follow, forges, push, request, statusAt } from "./push";
import { expect, type StackWithOwner, test } from "./stack";

/** What the hosts call a commit whose deployment went well. */
const success = /^(success|successful|succeeded)$/i;

/** The push on the page of the application, its delivery, its deployment, and the status beside the commit. */
async function seePush(stack: StackWithOwner, page: Page, followed: Followed): Promise<void> {
  const sha = await push(stack, followed, "Say that it is live");
  await page.goto(`${stack.app.url}/applications/${followed.applicationId}`);
  await page.getByRole("link", { name: "Push to main" }).click();
  await expect(page.getByRole("list", { name: /^Rules of .* production$/ })).toContainText("main fits main");
  await page.getByRole("link", { name: "Open deployment" }).click();
  await expect(page.getByText("Succeeded").first()).toBeVisible();
  await expect.poll(() => statusAt(stack, followed, sha)?.state).toMatch(success);
  expect(statusAt(stack, followed, sha)?.url).toBe(page.url());
}

/** A preview for an open request, with a comment that leads to it; both end with the request. */
async function seePreview(stack: StackWithOwner, page: Page, followed: Followed): Promise<void> {
  const opened = await request(stack, followed, "Show the prices");
  await page.goto(`${stack.app.url}/applications/${followed.applicationId}/previews`);
  const card = page.getByRole("listitem").filter({ hasText: `#${opened.number} Show the prices` });
  await expect(card.getByText("Ready")).toBeVisible();
  const address = await card.getByRole("link", { name: /localhost/ }).getAttribute("href");
  const site = await page.context().newPage();
  await site.goto(address ?? "");
  await expect(site.getByRole("heading", { name: "Show the prices" })).toBeVisible();
  await expect.poll(() => opened.comments.map(({ body }) => body).join()).toContain(address);
  await close(stack, followed, opened);
  await expect(page.getByText("No open request has a preview")).toBeVisible();
  expect((await site.reload())?.status()).toBe(404);
  await expect.poll(() => opened.comments[0]?.body).not.toContain(address);
  expect(opened.comments).toHaveLength(1);
}

test.describe.configure({ mode: "parallel" });

for (const at of forges)
  test(`${at}: a push is deployed and told to the host, and a request has a preview until it is closed`, async ({
    stack,
    page,
  }) => {
    const followed = await follow(stack, at, `pushed-${at.toLowerCase()}`);
    await startSession(page, stack.app, stack.owner);
    await page.goto(`${stack.app.url}/webhooks/hooks`);
    const hook = page.getByRole("listitem").filter({ hasText: followed.repository.name });
    await expect(hook.getByText("Active")).toBeVisible();
    await seePush(stack, page, followed);
    await seePreview(stack, page, followed);
  });
