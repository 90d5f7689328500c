import { api } from "../scripts/stack/api";
import { publish, repositoryOf } from "../scripts/stack/hosts";
import { errorsOf, inspect } from "./inspect";
import { expect, picture, test } from "./stack";

test("someone new goes from an empty install to a published site", async ({ fresh, page }) => {
  const { app, hosts } = fresh;
  await publish(
    hosts.gitea,
    repositoryOf(hosts.gitea.world, "site"),
    { "index.html": "<!doctype html><title>Site</title><h1>It is live</h1>" },
    "Say that it is live",
  );
  let clicks = 0;
  const click = async (name: string | RegExp, role: "button" | "link" = "button") => {
    clicks += 1;
    await page.getByRole(role, { name }).first().click();
  };

  const errors = errorsOf(page);
  expect(await inspect(page, app.url, { name: "set-up", path: "/setup" })).toEqual([]);
  expect(errors).toEqual([]);
  const wrong = { setupToken: "wrong", email: "ada@example.com" };
  await expect(api(app.url)("setup.initialize", wrong)).rejects.toThrow(/answered 4/);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });

  await page.goto(app.url);
  await page.waitForURL("**/setup");
  await page.getByLabel("Set-up token").fill(app.setupToken);
  await page.getByLabel("Your name").fill("Ada Example");
  await page.getByLabel("E-mail address").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill("a-long-enough-password");
  await page.getByLabel("Organization").fill("Acme");
  await picture(page, "01-set-up");
  await click("Set up");
  await click("Continue", "link");
  await expect(page.getByRole("heading", { name: "Welcome to Acme" })).toBeVisible();
  await picture(page, "02-empty-overview");

  await click(/Connect a provider/, "link");
  await click("Gitea");
  await expect(page.getByRole("heading", { name: "Connect Gitea" })).toBeVisible();
  await page.getByRole("textbox", { name: "Address" }).fill(hosts.gitea.url);
  await page.getByRole("textbox", { name: "Access token" }).fill(hosts.token);
  await picture(page, "03-connect");
  await click("Test connection");
  await expect(page.getByText(/repositories visible/).first()).toBeVisible();
  await picture(page, "04-report");
  await click("Save provider");
  await click("New application", "link");

  await page.getByRole("combobox").fill("site");
  clicks += 1;
  await page
    .getByRole("option", { name: /acme\/?\s*site/ })
    .first()
    .click();
  await expect(page.getByText("Who can read the site")).toBeVisible();
  await picture(page, "05-new-application");
  await click("Create and deploy");
  await page.waitForURL("**/deployments/**");
  await expect(page.getByText("Succeeded").first()).toBeVisible({ timeout: 60_000 });
  await picture(page, "06-deployment");
  expect(clicks).toBeLessThanOrEqual(12);

  const site = page.getByRole("link", { name: /site.*localhost/ }).first();
  await page.goto((await site.getAttribute("href")) ?? "");
  await expect(page.getByRole("heading", { name: "It is live" })).toBeVisible();
  await picture(page, "07-site");
});
