import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { api, setUp } from "../scripts/stack/api";
import { type App, startApp } from "../scripts/stack/app";
import { runCommand } from "../scripts/stack/command";
import { type Hosts, startHosts } from "../scripts/stack/hosts";
import { connectGitea } from "./fixtures";
import { expect, test } from "./stack";

/** Generated keys are in the data folder, so this app has no named database and no key in its settings. */
const ownKeys = { DATABASE_URL: "", SLIPWAY_ENCRYPTION_KEYS: "", NEXTAUTH_SECRET: "" };

let dataDir = "";
let hosts: Hosts;
let app: App;

test.beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "slipway-keys-"));
  hosts = await startHosts();
  app = await start();
});

test.afterEach(async () => {
  await app.stop();
  await hosts.close();
  await rm(dataDir, { recursive: true, force: true });
});

const start = () =>
  startApp({ dataDir, quiet: true, env: { SLIPWAY_OUTBOUND_ALLOW: hosts.allow, ...ownKeys } });
const keys = (verb: string) => runCommand(app, dataDir, ["keys", verb], ownKeys);
const keyFile = () => path.join(dataDir, "encryption-keys");

test("an encryption key is replaced while everything runs, and the old one is dropped", async () => {
  test.setTimeout(420_000);
  const owner = await setUp(app, "Acme");
  let call = api(app.url, owner.apiKey);
  const stack = { app, hosts, dataDir, owner, call, restart: async () => undefined };
  const first = await connectGitea(stack, "First");
  const works = async (giteaId: string) =>
    expect(await call("gitea.testConnection", { giteaId })).toMatchObject({ ok: true });
  const before = await keys("status");
  expect(before).toMatch(/^k1: [1-9]\d* values? \(seals\)\n$/);
  expect(await keys("drop")).toContain("still needed");

  expect(await keys("add")).toContain("Added the key k2");
  expect(await keys("status")).toMatch(/^k2: 0 values \(seals\)\nk1: [1-9]\d* values?\n$/);
  expect(await keys("rotate")).toMatch(/^[1-9]\d* values were sealed|1 values were sealed/m);
  await works(first.gitea.giteaId);
  const second = await connectGitea(stack, "Second");
  expect(await keys("status")).toMatch(
    /^k2: [2-9]\d* values \(seals\)\nk1: 0 values \(no longer needed\)\n$/,
  );
  expect(await keys("rotate")).toMatch(/^0 values were sealed/m);

  expect(await keys("drop")).toBe("Dropped k1.\n");
  expect(await readFile(keyFile(), "utf8")).toMatch(/^k2:[\w+/]{43}=\n$/);
  await works(second.gitea.giteaId);

  await app.stop();
  app = await start();
  call = api(app.url, owner.apiKey);
  for (const { gitea } of [first, second]) await works(gitea.giteaId);

  await app.stop();
  const right = await readFile(keyFile(), "utf8");
  await writeFile(
    keyFile(),
    `k2:${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64")}\n`,
  );
  const refusal = await start().then(
    () => "it started",
    (error: Error) => error.message,
  );
  expect(refusal).toContain('sealed under the key "k2"');
  expect(refusal).not.toContain(right.slice(3, 40));
  await writeFile(keyFile(), right);
  app = await start();
  call = api(app.url, owner.apiKey);
  await works(first.gitea.giteaId);
});
