import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { api, setUp } from "../scripts/stack/api";
import { startApp } from "../scripts/stack/app";
import { dropDatabase } from "../scripts/stack/database";
import { recommendedNode } from "../scripts/stack/node";
import { expect, test } from "./stack";

test("the build starts on the recommended Node.js, answers calls and pages, and stops cleanly", async () => {
  const node = await recommendedNode();
  const dataDir = await mkdtemp(path.join(tmpdir(), "slipway-node-"));
  const app = await startApp({ dataDir, node, quiet: true });
  try {
    const owner = await setUp(app, "Acme");
    expect(await api(app.url, owner.apiKey)("gitProvider.getAll")).toEqual([]);
    const page = await fetch(`${app.url}/sign-in`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Sign in")]);
  } finally {
    await app.stop();
    await dropDatabase(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  }
  expect(app.child.spawnfile).toBe(node);
  expect(app.child.exitCode).toBe(0);
  expect(app.output()).not.toMatch(/Warning|deprecat/i);
});
