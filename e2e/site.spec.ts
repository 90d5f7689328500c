import { addRepository, connectGitea, createApplication, deploy, startSession } from "./fixtures";
import { expect, picture, test } from "./stack";

/** The output of a bundler: root-relative addresses, and modules that load modules. */
const bundled = {
  "out/index.html": `<!doctype html><html lang="en"><head><title>Bundled</title>
<link rel="icon" href="data:,">
<script type="module" crossorigin src="/assets/index-a1b2c3.js"></script>
<link rel="stylesheet" crossorigin href="/assets/index-d4e5f6.css"></head><body><main id="app"></main></body></html>`,
  "out/assets/index-a1b2c3.js": `import { word } from "./word-0a1b2c.js";
const { more } = await import("./more-3d4e5f.js");
document.querySelector("#app").innerHTML = "<h1>" + word + " " + more + "</h1>";`,
  "out/assets/word-0a1b2c.js": 'export const word = "It is";',
  "out/assets/more-3d4e5f.js": 'export const more = "alive";',
  "out/assets/index-d4e5f6.css": "h1 { color: rgb(0, 128, 128) }",
};

test("the output of a bundler works at the address of its site", async ({ stack, page }) => {
  const { gitProviderId } = await connectGitea(stack, "For bundles");
  await addRepository(stack, "bundled", bundled);
  const { applicationId, url } = await createApplication(stack, {
    name: "Bundled",
    gitProviderId,
    repository: "acme/bundled",
    buildCommand: "cp -r out dist",
  });
  await startSession(page, stack.app, stack.owner);
  await page.goto(`${stack.app.url}/applications/${applicationId}`);
  await expect(page.getByText("Nothing is published yet.")).toContainText(url);
  await deploy(stack, applicationId);

  const failed: string[] = [];
  page.on("requestfailed", (request) => failed.push(request.url()));
  page.on("pageerror", (error) => failed.push(String(error)));
  await page.goto(url);
  const title = page.getByRole("heading", { name: "It is alive" });
  await expect(title).toHaveCSS("color", "rgb(0, 128, 128)");
  expect(failed).toEqual([]);
  // A site must not be able to use the session of Slipway.
  expect(await page.evaluate(() => document.cookie)).toBe("");
  await picture(page, "site-bundled");
});

test("below the app's own address a site runs in a sandbox", async ({ stack, page }) => {
  const { gitProviderId } = await connectGitea(stack, "For sandboxes");
  await addRepository(stack, "boxed", {
    "index.html": `<!doctype html><html lang="en"><title>Boxed</title><link rel="icon" href="data:,">
<h1>Waiting</h1><script type="module" src="./app.js"></script></html>`,
    "app.js": `let said = [self.origin];
try { said.push(document.cookie) } catch { said.push("no cookies") }
try { said.push((await fetch("/api/user.me", { credentials: "include" })).status) } catch { said.push("no calls") }
document.querySelector("h1").textContent = said.join(", ");`,
  });
  const { applicationId, slug } = await createApplication(stack, {
    name: "Boxed",
    gitProviderId,
    repository: "acme/boxed",
  });
  await deploy(stack, applicationId);
  await startSession(page, stack.app, stack.owner);
  const answer = await page.goto(`${stack.app.url}/sites/${slug}/`);
  expect(answer?.headers()["content-security-policy"]).toMatch(/^sandbox (?!.*allow-same-origin)/);
  await expect(page.getByRole("heading", { name: "null, no cookies, no calls" })).toBeVisible();
});
