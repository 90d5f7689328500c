import type { Page } from "@playwright/test";
import { publish } from "../scripts/stack/hosts";
import { emptyRepository } from "../src/providers/simulator/world";
import { type AuthMethod, authMethods, type Inputs, TOKENS } from "./auth-methods";
import { expect, picture, type StackWithOwner } from "./stack";

export const say = (page: Page, text: string | RegExp) => expect(page.getByText(text).first()).toBeVisible();
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first().click();

/** Prepare each host: a repository to deploy, tokens, and the redirect address of this Slipway. */
export async function prepareHosts({ app, hosts }: StackWithOwner): Promise<void> {
  for (const at of new Set(authMethods.map((method) => method.at))) {
    const host = hosts[at];
    for (const [id, name] of [
      [7_001, "manual"],
      [7_002, "public-site"],
    ] as const) {
      const repository = emptyRepository({ id, owner: "acme", name, private: name === "manual" });
      host.world.repositories.push(repository);
      await publish(host, repository, { "index.html": pageOf(at) }, "Begin");
    }
    const [client] = host.world.clients ?? [];
    client?.redirectUris.push(`${app.url}/api/${at}/callback`);
  }
  const made = (value: string, scopes: string[] | null = null) => ({ value, login: "acme-bot", scopes });
  const permitted = ["contents=read", "metadata=read", "webhooks=write", "statuses=write"];
  hosts.github.world.tokens.push(made(TOKENS.classic), made(TOKENS.fineGrained, permitted));
  hosts.gitlab.world.tokens.push(made(TOKENS.gitlab));
  // App passwords have ended: no host accepts one.
  hosts.bitbucket.world.tokens.push(made(TOKENS.apiToken), made(TOKENS.accessToken));
}

const titleOf = (at: AuthMethod["at"]) => `Deployed from ${at}`;
const pageOf = (at: AuthMethod["at"]) =>
  `<!doctype html><html lang="en"><title>Simulated host</title><h1>${titleOf(at)}</h1></html>`;

/** From the list of providers to the filled form. */
export async function fillForm(page: Page, stack: StackWithOwner, method: AuthMethod): Promise<void> {
  await page.goto(`${stack.app.url}/providers`);
  await page.getByRole("link", { name: "Connect a provider" }).first().click();
  await page.getByRole("listitem").getByText(method.host, { exact: true }).click();
  await page.getByRole("heading", { name: `Connect ${method.host}` }).waitFor();
  // A host with one method asks for no choice.
  const choice = page.getByRole("radio", { name: new RegExp(`^${method.method}`) });
  if ((await page.getByRole("radio").count()) > 0) await choice.check();
  await fill(page, { Name: method.name, ...method.inputs(stack) });
  if (method.more) {
    await page.getByText("More options", { exact: true }).click();
    await fill(page, method.more(stack));
  }
  if (method.recognizedAs)
    await expect(page.getByText(method.recognizedAs, { exact: true }).last()).toBeVisible();
}

async function fill(page: Page, inputs: Inputs): Promise<void> {
  for (const [label, text] of Object.entries(inputs)) await page.getByLabel(labelled(label)).fill(text);
}

/** The label of an optional field ends with the word "optional". */
function labelled(text: string): RegExp {
  return new RegExp(`^${text.replace(/[()]/g, "\\$&")}\\s*(optional)?$`);
}

/** Test, read the report, save; then the page of the provider. */
export async function saveForm(page: Page, method: AuthMethod, tells: RegExp, save: string): Promise<void> {
  await press(page, "Test connection");
  await say(page, tells);
  await shoot(page, method, "form");
  await press(page, save);
  await say(page, `${method.name} is saved`);
  await page.getByRole("link", { name: "Done" }).click();
  await page.waitForURL(/\/providers\/[a-z0-9]+$/);
}

/** Through Slipway's page and the host's page, back to the page of the provider. */
export async function permitOnHost(page: Page, method: AuthMethod, origin: string): Promise<void> {
  await shoot(page, method, "form");
  await press(page, "Save and continue");
  await page.waitForURL(/\/authorize$/);
  await shoot(page, method, "authorize");
  await press(page, `Continue to ${new URL(origin).host}`);
  await page.waitForURL(`${origin}/**`);
  await press(page, "Authorize");
  await page.waitForURL(/\/providers\/[a-z0-9]+$/);
}

/** The replacement of an ended method is tested in the dialog and then saved. */
export async function convert(page: Page, inputs: Inputs): Promise<void> {
  await press(page, /^Change to /);
  const dialog = page.getByRole("dialog");
  for (const [label, text] of Object.entries(inputs)) await dialog.getByLabel(labelled(label)).fill(text);
  await dialog.getByRole("button", { name: "Check the new one" }).click();
  await expect(dialog.getByText("The new one works")).toBeVisible();
  await picture(page, "method-converter");
  await dialog.getByRole("button", { name: "Replace now" }).click();
  await say(page, "The new credential is in use");
}

/** From the page of the provider to the published site, which shows where its page came from. */
export async function deployFrom(page: Page, method: AuthMethod): Promise<void> {
  const { repository = "manual" } = method;
  const tab = page.getByRole("tab", { name: "Repositories" });
  if ((await tab.count()) > 0) {
    await tab.click();
    const row = page.getByRole("option", { name: new RegExp(`acme/\\s*${repository}`, "i") });
    await expect(row.getByText("private")).toBeVisible();
    await row.click();
  } else await pasteAddress(page);
  await page.getByLabel(labelled("Name")).fill(method.name);
  await press(page, "Create and deploy");
  await page.waitForURL("**/deployments/**");
  await expect(page.getByText("Succeeded").first()).toBeVisible({ timeout: 60_000 });
  const site = page.getByRole("link", { name: /localhost/ }).first();
  await page.goto((await site.getAttribute("href")) ?? "");
  await expect(page.getByRole("heading", { name: titleOf(method.at), exact: true })).toBeVisible();
}

/** A plain Git server lists nothing: the address of the connection is offered. */
async function pasteAddress(page: Page): Promise<void> {
  const gitProviderId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const query = new URLSearchParams({ gitProviderId });
  await page.goto(`${new URL(page.url()).origin}/applications/new?${query}`);
  await press(page, /^Use http/);
  await press(page, "Use this repository");
}

/** A picture of the page; of some methods also on a dark phone. */
export async function shoot(page: Page, method: AuthMethod, what: string): Promise<void> {
  const name = `method-${method.name.toLowerCase().replaceAll(" ", "-")}-${what}`;
  await picture(page, name);
  if (!method.phone) return;
  const size = page.viewportSize();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 360, height: 740 });
  await picture(page, `${name}-360-dark`);
  // The page does not scroll sideways.
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.emulateMedia({ colorScheme: null });
  if (size) await page.setViewportSize(size);
}
