import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as base, type Page } from "@playwright/test";
import { api, type Call, type Owner, setUp } from "../scripts/stack/api";
import { type App, type AppOptions, startApp } from "../scripts/stack/app";
import { dropDatabase } from "../scripts/stack/database";
import { type Hosts, startHosts } from "../scripts/stack/hosts";

/** A separate built Slipway with simulated hosts, one of each kind. */
export interface Stack {
  app: App;
  hosts: Hosts;
  dataDir: string;
  /** Kill the app in any state and start it again on the same data. */
  restart(): Promise<void>;
}

export interface StackWithOwner extends Stack {
  owner: Owner;
  call: Call;
}

async function startStack(env: Record<string, string> = {}): Promise<Stack & { close(): Promise<void> }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "slipway-e2e-"));
  const hosts = await startHosts();
  const options: AppOptions = { dataDir, quiet: true, env: { SLIPWAY_OUTBOUND_ALLOW: hosts.allow, ...env } };
  const stack = {
    app: await startApp(options),
    hosts,
    dataDir,
    async restart() {
      await stack.app.stop();
      stack.app = await startApp({ ...options, port: stack.app.port });
    },
    async close() {
      await stack.app.stop();
      await hosts.close();
      await dropDatabase(dataDir);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return stack;
}

interface Stacks {
  /** Nobody has signed up yet. */
  fresh: Stack;
}
interface SharedStacks {
  /** One stack with an owner, for all tests of a worker: tests make what they need under names of their own. */
  stack: StackWithOwner;
}

export const test = base.extend<Stacks, SharedStacks>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from the pattern
  fresh: async ({}, use) => {
    const stack = await startStack();
    await use(stack);
    await stack.close();
  },
  stack: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => {
      const stack = await startStack({ SLIPWAY_BUILD_COMMANDS: "host", SLIPWAY_SITES_FALLBACK: "on" });
      const owner = await setUp(stack.app, "Acme");
      await use(Object.assign(stack, { owner, call: api(stack.app.url, owner.apiKey) }));
      await stack.close();
    },
    { scope: "worker" },
  ],
});

export { expect } from "@playwright/test";

/** Sign in through the form. */
export async function signIn(page: Page, app: App, who: { email: string; password: string }): Promise<void> {
  await page.goto(`${app.url}/sign-in`);
  await page.getByLabel("E-mail address").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** With SLIPWAY_PICTURES set: keep a picture of the whole page under test-results/pages. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env.SLIPWAY_PICTURES) return;
  // Colours that are still fading into those of another scheme would be caught half way.
  const options = { fullPage: true, animations: "disabled" } as const;
  await page.screenshot({ path: `test-results/pages/${name}.png`, ...options });
}
