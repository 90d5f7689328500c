import type { Page } from "@playwright/test";
import { type AuthMethod, authMethods, TOKENS } from "./auth-methods";
import { startSession } from "./fixtures";
import { expect, type StackWithOwner, test } from "./stack";
import { convert, deployFrom, fillForm, permitOnHost, prepareHosts, saveForm, say, shoot } from "./steps";

const works = /The connection works/;

/** From the filled form to a provider that works, by the kind of the method. */
const drivers: Record<
  AuthMethod["kind"],
  (page: Page, method: AuthMethod, stack: StackWithOwner) => Promise<void>
> = {
  form: (page, method) => saveForm(page, method, works, "Save provider"),

  redirect: async (page, method, { hosts }) => {
    const signIn = method.at === "azureDevops" ? hosts.entra : hosts[method.at];
    await permitOnHost(page, method, new URL(signIn.url).origin);
  },

  ended: async (page, method) => {
    await saveForm(page, method, /ended app passwords on/, "Save anyway");
    await say(page, `${method.method} no longer works`);
    await shoot(page, method, "ended");
    await convert(page, { "API token": TOKENS.apiToken, "E-mail address": "acme-bot@example.com" });
    await page.getByRole("button", { name: /^Test/ }).first().click();
    await say(page, works);
    await expect(page.getByRole("button", { name: /^Put the old credential back/ })).toHaveCount(0);
  },
};

test.beforeAll(async ({ stack }) => prepareHosts(stack));

for (const method of authMethods) {
  const what = method.repository ? "public" : "private";
  test(`${method.name}: from Add provider to a deployed ${what} repository`, async ({ stack, page }) => {
    await startSession(page, stack.app, stack.owner);
    await fillForm(page, stack, method);
    await drivers[method.kind](page, method, stack);
    await say(page, works);
    await shoot(page, method, "connected");
    await deployFrom(page, method);
  });
}
