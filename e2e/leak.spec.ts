import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { api, type Call, waitForDeployment } from "../scripts/stack/api";
import { type App, root, startApp } from "../scripts/stack/app";
import { dropDatabase } from "../scripts/stack/database";
import { type Hosts, startHosts } from "../scripts/stack/hosts";
import { recordFolder, watchProcesses } from "../test/leak/outputs";
import { lineOf, type Search, startSearch } from "../test/leak/search";
import { expect, test } from "./stack";

type Ids = Record<string, string>;
const email = "ada@example.com";

/** Create one of everything that a page shows, with secrets to search for. Returns the ids for the page addresses. */
async function fill(search: Search, app: App, hosts: Hosts): Promise<{ ids: Ids; password: string }> {
  const password = search.make("password");
  const names = { email, name: "Ada", organizationName: "Acme", setupToken: app.setupToken };
  const { apiKey } = await api(app.url)<{ apiKey: string }>("setup.initialize", { ...names, password });
  const call = api(app.url, search.add("API key", apiKey));
  const accessToken = search.make("token of Gitea");
  hosts.gitea.world.tokens.push({ value: accessToken, login: "acme-bot", scopes: null });
  const gitea = { name: "Gitea", giteaUrl: hosts.gitea.url, accessToken };
  const { gitProviderId } = await call<Ids>("gitea.create", gitea);
  const gitlab = { name: "GitLab", gitlabUrl: hosts.gitlab.url, accessToken: search.make("refused token") };
  const refused = await call<{ gitlab: Ids }>("gitlab.create", gitlab);
  await call("gitlab.testConnection", { gitlabId: refused.gitlab.gitlabId });
  const hook = { kind: "webhook", address: "https://hooks.example.com/x" };
  const { signingSecret } = await call<Ids>("notificationRecipient.create", hook);
  search.add("signing secret", String(signingSecret));
  const { inviteUrl = "" } = await call<Ids>("member.invite", { email: "x@example.com", role: "viewer" });
  const invite = search.add("invitation token", inviteUrl.slice(inviteUrl.lastIndexOf("/") + 1));
  const made = await deployed(search, call, String(gitProviderId));
  return { ids: { id: String(gitProviderId), invite, ...made }, password };
}

async function deployed(search: Search, call: Call, gitProviderId: string): Promise<Ids> {
  const buildCommand =
    "env; export -p; ps -ef || true; git config --list || true; mkdir dist; echo built > dist/index.html";
  const fields = { name: "Site", gitProviderId, repository: "acme/site", branch: "main", buildCommand };
  const application = await call<{ applicationId: string; environments: Ids[] }>(
    "application.create",
    fields,
  );
  const { applicationId } = application;
  const variables = [{ name: "BUILD_SECRET", value: search.make("variable") }];
  await call("environment.update", { ...application.environments[0], variables });
  const { deploymentId = "" } = await call<Ids>("application.deploy", { applicationId });
  expect((await waitForDeployment(call, deploymentId)).status).toBe("succeeded");
  return { applicationId, deploymentId };
}

/** The address of every page there is, with ids in it. */
function pages(ids: Ids): string[] {
  const all = readdirSync(path.join(root, "src/app"), { recursive: true, encoding: "utf8" });
  const files = all.filter((file) => path.basename(file) === "page.tsx");
  return files.map((file) => {
    const own = { ...ids };
    if (file.includes("applications/[id]")) own.id = String(ids.applicationId);
    if (file.includes("invite/[token]")) own.token = String(ids.invite);
    const parts = path
      .dirname(file)
      .split(path.sep)
      .filter((part) => !/^(\(.*\)|\.)$/.test(part));
    return `/${parts.map((part) => part.replace(/^\[(.*)\]$/, (_all, name) => own[name] ?? "x")).join("/")}`;
  });
}

const isPayload = ({ headers }: Response) => /x-component/.test(headers.get("content-type") ?? "");

/** The page as a full document, and as the data that a client-side navigation loads. */
async function visit(search: Search, app: App, page: string, cookie: string): Promise<number> {
  let seen = 0;
  for (const rsc of [null, "1"]) {
    const headers = { cookie, ...(rsc && { rsc }) };
    const answer = await fetch(`${app.url}${page}`, { headers });
    const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const sink = page.startsWith("/invite/") ? "page of an invitation" : `page ${page}`;
    search.record(sink, `${head}\n${await answer.text()}`);
    seen += Number(answer.ok && (!rsc || isPayload(answer)));
  }
  return seen;
}

async function signIn(search: Search, app: App, password: string): Promise<string> {
  const csrf = await fetch(`${app.url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookie = csrf.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const body = new URLSearchParams({ email, password, csrfToken, json: "true" });
  const headers = { cookie, origin: app.url, "content-type": "application/x-www-form-urlencoded" };
  const url = `${app.url}/api/auth/callback/credentials`;
  const answer = await fetch(url, { method: "POST", body, headers });
  const [pair = ""] =
    answer.headers
      .getSetCookie()
      .find((line) => /session/.test(line))
      ?.split(";") ?? [];
  search.add("session cookie", pair.slice(pair.indexOf("=") + 1));
  return pair;
}

test("no page, log line, file or command line of a running instance holds a secret", async () => {
  test.setTimeout(300_000);
  const search = startSearch();
  const dataDir = await mkdtemp(path.join(tmpdir(), "slipway-leak-"));
  const hosts = await startHosts();
  const env = {
    SLIPWAY_OUTBOUND_ALLOW: hosts.allow,
    SLIPWAY_BUILD_COMMANDS: "host",
    SLIPWAY_LOG_LEVEL: "debug",
  };
  const watch = watchProcesses();
  const app = await startApp({ dataDir, quiet: true, env });
  try {
    const { ids, password } = await fill(search, app, hosts);
    const cookie = await signIn(search, app, password);
    search.allow("invitation token", "page of an invitation");
    let seen = 0;
    for (const page of [...pages(ids), "/api/openapi.json"])
      for (const who of [cookie, ""]) seen += await visit(search, app, page, who);
    expect(seen).toBeGreaterThan(40);
    search.record("log", app.output());
    recordFolder(search, dataDir);
    search.record("command lines", watch.lines().join("\n"));
    console.log(`pages: ${lineOf(search.counts())}`);
    expect(search.found).toEqual([]);
    if (existsSync("/proc/self")) expect(watch.samples).toBeGreaterThan(100);
  } finally {
    watch.stop();
    await app.stop();
    await hosts.close();
    await dropDatabase(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  }
});
