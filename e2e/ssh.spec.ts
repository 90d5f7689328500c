import type { Page } from "@playwright/test";
import { publish } from "../scripts/stack/hosts";
import { emptyRepository } from "../src/providers/simulator/world";
import { startSession } from "./fixtures";
import { expect, picture, type StackWithOwner, test } from "./stack";

const say = (page: Page, text: string | RegExp) => expect(page.getByText(text).first()).toBeVisible();
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first().click();
const fingerprint = /SHA256:[A-Za-z0-9+/]{43}/;

/** A private repository that shows `title` when it is published. Returns its address. */
async function addRepository({ hosts }: StackWithOwner, name: string, title: string): Promise<string> {
  const { git, ssh } = hosts;
  const id = 8_000 + git.world.repositories.length;
  const repository = emptyRepository({ id, owner: "acme", name });
  git.world.repositories.push(repository);
  await publish(
    git,
    repository,
    { "index.html": `<!doctype html><title>S</title><h1>${title}</h1>` },
    "Begin",
  );
  return `${ssh.url}/acme/${name}.git`;
}

/** The public key as the page shows it. */
async function keyIn(page: Page, region: string): Promise<string> {
  const text = await page.getByRole("region", { name: region }).locator("code").first().textContent();
  expect(text).toMatch(/^ssh-ed25519 AAAA/);
  return text ?? "";
}

/** From the list of providers to the page of the new one, whose key is not on the server yet. */
async function connect(page: Page, { app }: StackWithOwner, name: string, address: string): Promise<void> {
  await page.goto(`${app.url}/providers`);
  await page.getByRole("link", { name: "Connect a provider" }).first().click();
  await page.getByRole("listitem").getByText("Git server", { exact: true }).click();
  await page.getByRole("radio", { name: /SSH key/ }).check();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
  await page.getByRole("textbox", { name: /^Address/ }).fill(address);
  await press(page, "Test connection");
  await expect(page.getByText(fingerprint).first()).toBeVisible();
  await looks(page, "ssh-form");
  await press(page, "Save provider");
  await say(page, `${name} is saved`);
  await looks(page, "ssh-saved");
}

/** Screenshots on a wide screen, and on a phone in dark mode. */
async function looks(page: Page, name: string): Promise<void> {
  await picture(page, name);
  const size = page.viewportSize();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 360, height: 740 });
  const [inside, wide] = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
  expect(wide, "nothing is wider than the phone").toBeLessThanOrEqual(inside);
  await picture(page, `${name}-360-dark`);
  await page.emulateMedia({ colorScheme: null });
  if (size) await page.setViewportSize(size);
}

// Most of it is pictures of long pages, which take a busy machine their time.
test.describe.configure({ timeout: 240_000 });

test.beforeEach(async ({ stack, page }) => {
  await startSession(page, stack.app, stack.owner);
});

test("a person generates an SSH key and publishes a private repository with it", async ({
  stack,
  page,
  context,
}) => {
  const { ssh } = stack.hosts;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const address = await addRepository(stack, "by-key", "It came over SSH");
  await connect(page, stack, "Over SSH", address);
  const key = await keyIn(page, "Public key");
  await press(page, "Copy public key");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);

  await page.getByRole("link", { name: "Done" }).click();
  await say(page, "The connection does not work yet");
  await say(page, /did not accept the key/);
  ssh.authorized.push(await keyIn(page, "Public key"));
  await press(page, "Test again");
  await say(page, /The connection works/);
  await expect(page.getByRole("region", { name: "Host keys" }).getByText(fingerprint)).toBeVisible();
  await looks(page, "ssh-provider");

  const gitProviderId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await page.goto(`${stack.app.url}/applications/new?${new URLSearchParams({ gitProviderId })}`);
  await press(page, /^Use ssh:/);
  await press(page, "Use this repository");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Over SSH");
  await press(page, "Create and deploy");
  await page.waitForURL("**/deployments/**");
  await expect(page.getByText("Succeeded").first()).toBeVisible({ timeout: 60_000 });
  const site = page.getByRole("link", { name: /localhost/ }).first();
  await page.goto((await site.getAttribute("href")) ?? "");
  await expect(page.getByRole("heading", { name: "It came over SSH" })).toBeVisible();
});

test("a new SSH key is added on the server before it takes over, and the old one can come back", async ({
  stack,
  page,
}) => {
  const { ssh } = stack.hosts;
  const address = await addRepository(stack, "rotated", "Rotated by key");
  await connect(page, stack, "Rotated by key", address);
  const first = await keyIn(page, "Public key");
  ssh.authorized.push(first);
  await page.getByRole("link", { name: "Done" }).click();

  await page.getByRole("tab", { name: "Settings" }).click();
  await press(page, "Replace credential");
  await picture(page, "ssh-replace");
  await page.getByRole("dialog").getByRole("button", { name: "Make a new key" }).click();
  const second = await keyIn(page, "New key");
  expect(second).not.toBe(first);
  expect(await keyIn(page, "Public key")).toBe(first);
  await press(page, "Check and use it");
  await expect(page.getByRole("region", { name: "New key" }).getByRole("alert")).toContainText(
    "did not accept the key",
  );
  await looks(page, "ssh-new-key");

  ssh.authorized.push(second);
  await press(page, "Check and use it");
  await say(page, "The new key is in use");
  await expect(page.getByRole("region", { name: "New key" })).toHaveCount(0);
  expect(await keyIn(page, "Public key")).toBe(second);
  await press(page, /^Put the old credential back/);
  await page.getByRole("dialog").getByRole("button", { name: "Check the old one" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Put it back now" }).click();
  await say(page, "The old credential is in use again");
  await expect.poll(() => keyIn(page, "Public key")).toBe(first);
});

test("the page of an SSH key for a known host links to where the key is added", async ({ stack, page }) => {
  const gitUrl = "git@github.com:acme/site.git";
  const { gitProviderId } = await stack.call<{ gitProviderId: string }>("git.create", {
    name: "Known",
    gitUrl,
  });
  await page.goto(`${stack.app.url}/providers/${gitProviderId}`);
  const link = page.getByRole("link", { name: /^Add it on github.com/ });
  await expect(link).toHaveAttribute("href", "https://github.com/acme/site/settings/keys");
  await looks(page, "ssh-known-host");
});

test("a server with another host key is refused until a person trusts that key", async ({ stack, page }) => {
  const { ssh } = stack.hosts;
  const address = await addRepository(stack, "moved", "Moved");
  await connect(page, stack, "Reinstalled", address);
  ssh.authorized.push(await keyIn(page, "Public key"));
  await page.getByRole("link", { name: "Done" }).click();
  await press(page, "Test again");
  await say(page, /The connection works/);
  await expect(page.getByRole("button", { name: "Trust the new host key" })).toHaveCount(0);
  const pinned = page.getByRole("region", { name: "Host keys" }).locator("code");
  const before = (await pinned.textContent()) ?? "";

  await ssh.reinstall();
  await press(page, "Test again");
  const refusal = page.getByText(/shows another host key than before/).first();
  await expect(refusal).toBeVisible();
  const named = (await refusal.textContent())?.match(new RegExp(fingerprint, "g")) ?? [];
  expect(named).toHaveLength(2);
  expect(named[0]).toBe(before);
  await press(page, "Trust the new host key");
  await looks(page, "ssh-host-key");
  await press(page, "Trust what it shows now");
  await say(page, /The connection works/);
  await expect(pinned).toHaveText(named[1] ?? "");
});
