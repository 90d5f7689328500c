import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { picture } from "./stack";

/** A page to look at; the name is that of its pictures. */
export interface PageCase {
  name: string;
  path: string;
}

/** Reload everything at each visit, without the cache. */
export async function withoutCache(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
}

/** Errors that pages write to the console, or throw, from now on. */
export function errorsOf(page: Page): string[] {
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

/** Wait for colour transitions to end before measuring contrast. */
async function settled(page: Page): Promise<void> {
  // Rows appear a moment after their list; a list that stays empty fails here.
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
 * The accessibility violations of the page once it is idle. A list that loads during a check may be half drawn, so
 * a finding counts only when a second check finds it too.
 * @param rules the only rules to check; all unless given
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

/** The pixels by which the page is wider than the screen. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/**
 * Open a page in light and dark, wide and on a phone.
 * @returns what is wrong: serious barriers, more script than a page may load, a sideways scroll
 */
export async function inspect(page: Page, url: string, place: PageCase): Promise<string[]> {
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
