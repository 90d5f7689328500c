import type { Browser, Page } from "@playwright/test";
import { api } from "../scripts/stack/api";
import { addMember, connectGitea, startSession } from "./fixtures";
import { expect, picture, type StackWithOwner, test } from "./stack";

/** A person with an organization of their own beside Acme, and two tabs of one browser. */
async function twoTabs(stack: StackWithOwner, browser: Browser, name: string): Promise<{ a: Page; b: Page }> {
  const person = await addMember(stack, name, "admin");
  const context = await browser.newContext();
  const a = await context.newPage();
  await startSession(a, stack.app, person);
  await a.goto(`${stack.app.url}/organizations/new`);
  await a.getByLabel("Name").fill(`${name} Second`);
  await a.getByRole("button", { name: "Create organization" }).click();
  await a.waitForURL(/\/o\/[a-z]+-second$/);
  return { a, b: await context.newPage() };
}

const slugOf = (page: Page) => new URL(page.url()).pathname.split("/")[2] ?? "";

test("a form filled in one organization stores nothing in the one that another tab switched to", async ({
  stack,
  browser,
}) => {
  const { app } = stack;
  const { a, b } = await twoTabs(stack, browser, "Tabea");
  const second = slugOf(a);
  await a.goto(`${app.url}/o/${second}/providers/new?host=Gitea`);
  await a.getByLabel("Name").fill("Meant for Second");
  await a.getByRole("textbox", { name: "Address" }).fill(stack.hosts.gitea.url);
  await a.getByRole("textbox", { name: "Access token" }).fill(stack.hosts.token);

  await b.goto(`${app.url}/o/${second}`);
  await b.getByRole("button", { name: /Switch organization/ }).click();
  await b.getByRole("menuitemradio", { name: "Acme", exact: true }).click();
  await b.waitForURL(`${app.url}/o/acme`);

  // The first tab is told, and what is typed there stays.
  await expect(a.getByRole("alert").filter({ hasText: "Another tab switched to Acme" })).toBeVisible();
  await a.getByRole("button", { name: "Save without a test" }).click();
  const refusal = a.locator("form").getByRole("alert");
  await expect(refusal).toContainText("nothing was changed");
  await picture(a, "organization-switched");
  const named = async () => {
    const all = await stack.call<{ name: string }[]>("gitProvider.getAll");
    return all.map(({ name }) => name);
  };
  expect(await named()).not.toContain("Meant for Second");

  await refusal.getByRole("button", { name: /^Go on in/ }).click();
  await expect(refusal).toHaveCount(0);
  await expect(a.getByLabel("Name")).toHaveValue("Meant for Second");
  await a.getByRole("button", { name: "Save without a test" }).click();
  await expect(a.getByText("Meant for Second is saved")).toBeVisible();
  expect(await named()).not.toContain("Meant for Second");
  await a.goto(`${app.url}/o/${second}/providers`);
  await expect(a.getByRole("link", { name: "Meant for Second" })).toBeVisible();
});

test("continuing in the organization of the page makes it the active one, and the other tab is told", async ({
  stack,
  browser,
}) => {
  const { app } = stack;
  const { a, b } = await twoTabs(stack, browser, "Gonda");
  const second = slugOf(a);
  await a.goto(`${app.url}/o/${second}/settings`);
  await a.getByLabel("Name").fill("Renamed Second");
  await b.goto(`${app.url}/o/acme`);
  await a.getByRole("button", { name: /^Go on in/ }).click();
  await expect(a.getByText("Another tab switched")).toHaveCount(0);
  await expect(b.getByText(/Another tab switched to Gonda Second/)).toBeVisible();
  await a.getByRole("button", { name: "Save" }).click();
  await expect(a.getByRole("button", { name: /Renamed Second/ }).first()).toBeVisible();
  expect(slugOf(a)).toBe(second);
  await b.getByRole("link", { name: /^Open/ }).click();
  await b.waitForURL(`${app.url}/o/${second}`);
});

test("a link into another organization of the user opens it there, a link into a foreign one is not found", async ({
  stack,
  browser,
}) => {
  const { app } = stack;
  const { gitProviderId } = await connectGitea(stack, "Linked from a mail");
  const { a, b } = await twoTabs(stack, browser, "Linus");
  await b.goto(`${app.url}/o/acme/providers/${gitProviderId}`);
  await expect(b.getByRole("heading", { level: 1, name: "Linked from a mail" })).toBeVisible();
  await expect(a.getByText("Another tab switched to Acme")).toBeVisible();

  const stranger = await addMember(stack, "Stella", "viewer");
  const { memberId } = stranger;
  const other = await (await browser.newContext()).newPage();
  await startSession(other, app, stranger);
  const seen = async (path: string) => {
    const answer = await other.goto(`${app.url}${path}`);
    return [answer?.status(), await other.locator("body").innerText()];
  };
  const foreign = slugOf(a);
  for (const rest of ["", "/providers", "/settings/audit"]) {
    expect([rest, await seen(`/o/${foreign}${rest}`)]).toEqual([rest, await seen(`/o/nowhere${rest}`)]);
  }
  expect((await seen(`/o/${foreign}`))[0]).toBe(404);
  await stack.call("member.remove", { memberId });
});

test("addresses without an organization lead to the active one and keep their query", async ({
  stack,
  page,
}) => {
  const { app, owner } = stack;
  const { gitProviderId } = await connectGitea(stack, "In an old bookmark");
  await page.goto(`${app.url}/providers/${gitProviderId}?tab=settings`);
  await page.waitForURL("**/sign-in?**");
  await startSession(page, app, owner);
  await page.goto(`${app.url}/providers/${gitProviderId}?tab=settings`);
  await page.waitForURL(`${app.url}/o/acme/providers/${gitProviderId}?tab=settings`);
  const answer = await page.goto(`${app.url}/nothing/of/ours`);
  expect(answer?.status()).toBe(404);
  expect(await api(app.url)("setup.status")).toMatchObject({ initialized: true });
});
