import { copyFile, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { api, setUp, waitForDeployment } from "../scripts/stack/api";
import { type App, startApp } from "../scripts/stack/app";
import { runCommand } from "../scripts/stack/command";
import { databaseSettings, dropDatabase } from "../scripts/stack/database";
import { getSite } from "../scripts/stack/site";
import { addRepository, connectGitea, createApplication, deploy } from "./fixtures";
import { expect, type Stack, type StackWithOwner, signIn, test } from "./stack";

interface Page<Item> {
  items: Item[];
}

async function owned(stack: Stack): Promise<StackWithOwner> {
  const owner = await setUp(stack.app, "Acme");
  return Object.assign(stack, { owner, call: api(stack.app.url, owner.apiKey) });
}

/** What the operator carries over beside the backup: the file of keys, or the setting where there is none. */
async function carryKeys(from: string, to: string): Promise<Record<string, string>> {
  const { SLIPWAY_ENCRYPTION_KEYS } = await databaseSettings(from);
  if (SLIPWAY_ENCRYPTION_KEYS) return { SLIPWAY_ENCRYPTION_KEYS };
  await copyFile(path.join(from, "encryption-keys"), path.join(to, "encryption-keys"));
  return {};
}

const folders: string[] = [];
const apps: App[] = [];

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "slipway-restored-"));
  folders.push(folder);
  return folder;
}

test.afterEach(async () => {
  for (const app of apps.splice(0)) await app.stop();
  for (const folder of folders.splice(0)) {
    await dropDatabase(folder);
    await rm(folder, { recursive: true, force: true });
  }
});

const rowsIn = (printed: string) => Number(/(\d+) rows/.exec(printed)?.[1]);

test("a backup made during builds and calls fills an empty Slipway that has the keys", async ({
  fresh,
  page,
}) => {
  test.setTimeout(360_000);
  const stack = await owned(fresh);
  const { call, owner, hosts } = stack;
  const { gitProviderId, gitea } = await connectGitea(stack, "Kept");
  await addRepository(stack, "kept", { "index.html": "it was kept" });
  const made = await createApplication(stack, { name: "Kept", gitProviderId, repository: "acme/kept" });
  const deploymentId = await deploy(stack, made.applicationId);
  const logBefore = await call<Page<{ text: string }>>("deployment.logs", { deploymentId });
  expect(logBefore.items.length).toBeGreaterThan(0);

  const file = path.join(await emptyFolder(), "slipway.backup");
  const queued = await call<{ deploymentId: string }>("application.deploy", {
    applicationId: made.applicationId,
  });
  const wrote = await runCommand(stack.app, stack.dataDir, ["backup", "to", file]);
  await waitForDeployment(call, queued.deploymentId);
  expect((await stat(file)).mode & 0o077).toBe(0);
  const text = gunzipSync(await readFile(file)).toString();
  const keys = await readFile(path.join(stack.dataDir, "encryption-keys"), "utf8").catch(() => "none:unset");
  for (const secret of [hosts.token, owner.password, owner.apiKey, keys.trim().split(":")[1] ?? ""])
    expect(text.includes(secret)).toBe(false);
  await stack.app.stop();

  const restored = await emptyFolder();
  const env = await carryKeys(stack.dataDir, restored);
  const read = await runCommand({ port: stack.app.port }, restored, ["restore", "from", file], env);
  expect(rowsIn(read)).toBe(rowsIn(wrote));
  await expect(
    runCommand({ port: stack.app.port }, restored, ["restore", "from", file], env),
    "a second time",
  ).rejects.toMatchObject({ stderr: expect.stringContaining("has an owner already") });

  const app = await startApp({
    dataDir: restored,
    quiet: true,
    env: { SLIPWAY_OUTBOUND_ALLOW: hosts.allow, ...env },
  });
  apps.push(app);
  await signIn(page, app, owner);
  await page.goto(`${app.url}/providers/${gitProviderId}`);
  await expect(page.getByRole("heading", { level: 1, name: "Kept" })).toBeVisible();

  const again = { ...stack, app, dataDir: restored, call: api(app.url, owner.apiKey) };
  expect(await again.call("gitea.testConnection", { giteaId: gitea.giteaId })).toMatchObject({ ok: true });
  const { items } = await again.call<Page<{ deploymentId: string; status: string }>>("deployment.all", {
    applicationId: made.applicationId,
  });
  expect(items.find((each) => each.deploymentId === deploymentId)).toMatchObject({ status: "succeeded" });
  expect(items.filter(({ status }) => ["queued", "running"].includes(status))).toEqual([]);
  const logAfter = await again.call<Page<{ text: string }>>("deployment.logs", { deploymentId });
  expect(logAfter.items).toEqual(logBefore.items);
  expect(await again.call("audit.verify")).toMatchObject({ ok: true });

  await deploy(again, made.applicationId);
  const site = await getSite(app.port, `${made.slug}.localhost:${app.port}`);
  expect(site).toMatchObject({ status: 200, text: "it was kept" });
});

test("a Slipway that refused a backup for missing keys starts like a new one", async ({ fresh }) => {
  test.setTimeout(180_000);
  const stack = await owned(fresh);
  await connectGitea(stack, "Kept");
  const file = path.join(await emptyFolder(), "slipway.backup");
  await runCommand(stack.app, stack.dataDir, ["backup", "to", file]);
  const dataDir = await emptyFolder();
  const refused = runCommand({ port: stack.app.port }, dataDir, ["restore", "from", file]);
  await expect(refused).rejects.toMatchObject({ code: 1 });
  const app = await startApp({ dataDir, quiet: true });
  apps.push(app);
  expect(await api(app.url)("setup.status")).toMatchObject({ initialized: false });
});
