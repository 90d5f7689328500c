import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { api } from "../scripts/stack/api";
import { CLIENT } from "../src/providers/simulator/seed";
import { connectGitea, deploy, enter, makeApplication } from "./fixtures";
import { expect, type OwnedStack, picture, test } from "./stack";

interface Place {
  name: string;
  path: string;
}

const outside: Place[] = [
  { name: "sign-in", path: "/sign-in" },
  { name: "reset-password", path: "/reset-password" },
  { name: "new-password", path: "/reset-password/none" },
  { name: "invitation", path: "/invite/none" },
];

/** Providers that wait for a step elsewhere, a credential of one application's own, and who is told of what. */
async function furnishMore({ call, hosts }: OwnedStack) {
  const waiting = await call<{ gitProviderId: string }>("gitlab.create", {
    name: "Waiting for its step",
    gitlabUrl: hosts.gitlab.url,
    applicationId: CLIENT.id,
    secret: CLIENT.secret,
  });
  const keyed = await call<{ gitProviderId: string }>("git.create", {
    name: "By a key",
    gitUrl: "ssh://git@localhost:2222/acme",
    privateKey: "generate",
  });
  const own = await call<{ applicationId: string; gitProviderId: string }>("application.create", {
    name: "With its own token",
    repository: `${hosts.gitlab.url}/acme/site`,
    accessToken: hosts.token,
  });
  await call("role.create", { name: "Release team", permissions: ["application:read", "deployment:run"] });
  await call("notificationRecipient.create", { kind: "webhook", address: `${hosts.gitea.url}/hook` });
  return { waiting, keyed, own };
}

/** Every page, with something on it. */
async function furnish(stack: OwnedStack): Promise<Place[]> {
  const { call } = stack;
  const { gitProviderId } = await connectGitea(stack, "Furnished", { organizationName: "acme" });
  const broken = await call<{ gitProviderId: string; gitlab: { gitlabId: string } }>("gitlab.create", {
    name: "Furnished and broken",
    gitlabUrl: stack.hosts.gitlab.url,
    accessToken: "wrong",
  });
  await call("gitlab.testConnection", { gitlabId: broken.gitlab.gitlabId });
  const made = await makeApplication(stack, { name: "Furnished", gitProviderId, repository: "acme/site" });
  const failing = await makeApplication(stack, {
    name: "Failing",
    gitProviderId,
    repository: "acme/Handbook",
    buildCommand: "echo 'about to fail' && exit 3",
  });
  const deploymentId = await deploy(stack, made.applicationId);
  const failedId = await deploy(stack, failing.applicationId);
  await call("member.invite", { email: "furnished@example.com", role: "viewer" });
  const { waiting, keyed, own } = await furnishMore(stack);
  const application = `/applications/${made.applicationId}`;
  return [
    { name: "overview", path: "/" },
    { name: "applications", path: "/applications" },
    { name: "application-new", path: "/applications/new" },
    { name: "application", path: application },
    { name: "application-deployments", path: `${application}/deployments` },
    { name: "application-settings", path: `${application}/settings` },
    { name: "deployment", path: `${application}/deployments/${deploymentId}` },
    { name: "deployment-failed", path: `/applications/${failing.applicationId}/deployments/${failedId}` },
    { name: "providers", path: "/providers" },
    { name: "provider", path: `/providers/${gitProviderId}` },
    { name: "provider-broken", path: `/providers/${broken.gitProviderId}` },
    { name: "provider-new", path: "/providers/new" },
    { name: "provider-form", path: "/providers/new?host=Gitea" },
    { name: "provider-form-ssh", path: "/providers/new?host=Git+server" },
    { name: "provider-waiting", path: `/providers/${waiting.gitProviderId}` },
    { name: "provider-authorize", path: `/providers/${waiting.gitProviderId}/authorize` },
    { name: "provider-ssh", path: `/providers/${keyed.gitProviderId}` },
    { name: "provider-own", path: `/providers/${own.gitProviderId}` },
    { name: "application-own", path: `/applications/${own.applicationId}/settings` },
    { name: "returned", path: "/providers/returned?problem=authorize_denied" },
    { name: "settings", path: "/settings" },
    { name: "notifications", path: "/settings/notifications" },
    { name: "audit", path: "/settings/audit" },
    { name: "members", path: "/settings/members" },
    { name: "api-keys", path: "/settings/api-keys" },
    { name: "account", path: "/account" },
    { name: "organization-new", path: "/organizations/new" },
    { name: "not-found", path: "/providers/none" },
    { name: "api-reference", path: "/docs/api" },
  ];
}

/** Every visit is like the first one. */
async function withoutCache(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
}

/** What the page said to the console that it should not have. */
function complaintsOf(page: Page): string[] {
  const said: string[] = [];
  page.on("console", (message) => {
    // A page that is not there is answered with 404, which the browser calls an error.
    if (message.type() === "error" && !/status of 404/.test(message.text())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(String(error)));
  return said;
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator("main h1, main h2, h1").first().waitFor();
  // Menus and forms wait for the page's script.
  await page.waitForFunction(() => !document.querySelector("fieldset[disabled]"));
}

/** Colours that fade into others are measured when they are there. */
async function settled(page: Page): Promise<void> {
  // Rows are drawn a moment after their list; one that stays empty fails here.
  await page.waitForFunction(
    () => [...document.querySelectorAll("[role=option]")].every((row) => row.textContent?.trim()),
    undefined,
    { timeout: 10_000 },
  );
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map((each) => each.finished));
  });
}

/**
 * What is wrong on the page at rest. A list that arrives during a look is half drawn for it: what is found is looked
 * at again, and counts when it is still there.
 * @param rules the only ones to look at; all of them unless given
 */
async function violations(page: Page, rules?: string[]): Promise<string[]> {
  const first = await serious(page, rules);
  return first.length === 0 ? first : serious(page, rules);
}

async function serious(page: Page, rules?: string[]): Promise<string[]> {
  await settled(page);
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${page.url()} ${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const most = 200_000;

/** The compressed bytes of all scripts that this visit loaded. The cache is off. */
function scriptBytes(page: Page): Promise<number> {
  return page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter((entry) => /\.js(\?|$)/.test(entry.name))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  );
}

/** By how much the page is wider than the screen. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

async function inspect(page: Page, url: string, place: Place): Promise<string[]> {
  const found: string[] = [];
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await open(page, url + place.path);
  const bytes = await scriptBytes(page);
  if (bytes > most) found.push(`${place.path} loads ${Math.round(bytes / 1000)} kB of script`);
  found.push(...(await violations(page)));
  await picture(page, `light-${place.name}`);
  await page.emulateMedia({ colorScheme: "dark" });
  // Only colours differ.
  found.push(...(await violations(page, ["color-contrast"])).map((each) => `dark ${each}`));
  await picture(page, `dark-${place.name}`);
  await page.setViewportSize({ width: 360, height: 740 });
  const over = await overhang(page);
  if (over > 0) found.push(`${place.path} is ${over} px wider than a phone`);
  await picture(page, `phone-${place.name}`);
  return found;
}

test("no page has a serious barrier, a sideways scroll, an error or 200 kB of script", async ({
  stack,
  page,
}) => {
  test.setTimeout(900_000); // on a busy machine; a quiet one takes three minutes
  const said = complaintsOf(page);
  await withoutCache(page);
  const found: string[] = [];
  const { url } = stack.app;
  for (const place of outside) found.push(...(await inspect(page, url, place)));
  const places = await furnish(stack);
  await enter(page, stack.app, stack.owner);
  for (const place of places) found.push(...(await inspect(page, url, place)));
  expect(found).toEqual([]);
  expect(said).toEqual([]);
});

test("set-up is as open as the other pages, and says what is missing", async ({ fresh, page }) => {
  const said = complaintsOf(page);
  expect(await inspect(page, fresh.app.url, { name: "set-up", path: "/setup" })).toEqual([]);
  await expect(
    api(fresh.app.url)("setup.initialize", { setupToken: "wrong", email: "ada@example.com" }),
  ).rejects.toThrow(/answered 4/);
  expect(said).toEqual([]);
});
