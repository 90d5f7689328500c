import type { Page } from "@playwright/test";
import { TOKENS, type Way, ways } from "./auth-methods";
import { enter } from "./fixtures";
import { expect, type OwnedStack, test } from "./stack";
import { convert, deployFrom, fillForm, permitOnHost, prepareHosts, saveForm, say, shoot } from "./steps";

const works = /The connection works/;

/** From the filled form to a provider that works, by the kind of the method. */
const drivers: Record<Way["kind"], (page: Page, way: Way, stack: OwnedStack) => Promise<void>> = {
  form: (page, way) => saveForm(page, way, works, "Save provider"),

  redirect: async (page, way, { hosts }) => {
    const signIn = way.at === "azureDevops" ? hosts.entra : hosts[way.at];
    await permitOnHost(page, way, new URL(signIn.url).origin);
  },

  ended: async (page, way) => {
    await saveForm(page, way, /ended app passwords on/, "Save anyway");
    await say(page, `${way.method} no longer works`);
    await shoot(page, way, "ended");
    await convert(page, { "API token": TOKENS.apiToken, "E-mail address": "acme-bot@example.com" });
    await page.getByRole("button", { name: /^Test/ }).first().click();
    await say(page, works);
    await expect(page.getByRole("button", { name: /^Put the old credential back/ })).toHaveCount(0);
  },
};

test.beforeAll(async ({ stack }) => prepareHosts(stack));

for (const way of ways) {
  const what = way.repository ? "public" : "private";
  test(`${way.name}: from Add provider to a deployed ${what} repository`, async ({ stack, page }) => {
    await enter(page, stack.app, stack.owner);
    await fillForm(page, stack, way);
    await drivers[way.kind](page, way, stack);
    await say(page, works);
    await shoot(page, way, "connected");
    await deployFrom(page, way);
  });
}
