import os from "node:os";
import { defineConfig } from "@playwright/test";

const flags = [
  "--no-sandbox", // Chromium's sandbox refuses to run as root, as in most containers
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/browser",
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: Math.min(2, os.availableParallelism()), // each has a Slipway, a database and a browser of its own
  forbidOnly: true,
  retries: 1, // a second try is reported as flaky: a busy machine must not hide what the others found
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [["list"], ["json"]] : "list",
  use: {
    launchOptions: { executablePath: process.env.SLIPWAY_CHROMIUM || "/usr/bin/chromium", args: flags },
    viewport: { width: 1280, height: 800 },
    trace: "on-first-retry",
    screenshot: "only-on-failure",
  },
});
