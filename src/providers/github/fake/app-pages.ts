import { randomBytes } from "node:crypto";
import {
  addApp,
  addInstallation,
  appsOf,
  type FakeApp,
  type Grants,
  newKey,
} from "@/providers/github/fake/apps";
import type { SimulateOptions } from "@/providers/simulator/simulated";
import type { World } from "@/providers/simulator/world";

/** The pages of the simulated host on which a person makes an App and installs it. Ada is signed in. */

const LOGIN = "ada";

/** Null when the path is none of these pages. `path` lies below the base address, without a slash in front. */
export async function appPage(
  server: SimulateOptions,
  request: Request,
  path: string,
  now: Date,
): Promise<Response | null> {
  const form = request.method === "POST" ? new URLSearchParams(await request.text()) : null;
  const query = new URL(request.url).searchParams;
  const making = /^(?:organizations\/([^/]+)\/)?settings\/apps(\/new)?$/.exec(path);
  if (making)
    return make({ server, form, query, now, organization: making[1], isNew: making[2] !== undefined });
  const slug = /^github-apps\/([^/]+)\/installations(?:\/new)?$/.exec(path)?.[1];
  const app = appsOf(server.world).apps.find((one) => one.slug === slug);
  if (!slug) return null;
  return app ? install(server.world, app, form, query) : html(404, "<h1>Not found</h1>");
}

interface Making {
  server: SimulateOptions;
  form: URLSearchParams | null;
  query: URLSearchParams;
  now: Date;
  organization?: string;
  isNew: boolean;
}

/** The form that posts the manifest comes from elsewhere; that of this page makes the App. */
function make(at: Making): Response {
  const { world } = at.server;
  if (at.organization && !organizationsOf(world).includes(at.organization))
    return html(404, "<h1>Not found</h1>");
  const manifest = manifestOf(at.form?.get("manifest"));
  if (typeof manifest === "string")
    return html(422, `<h1>Invalid GitHub App configuration</h1><p>${escaped(manifest)}</p>`);
  const name = at.form?.get("name") ?? manifest.name ?? "";
  if (at.isNew) return confirmation(at, manifest, name);
  if (name === "" || name.length > 34)
    return html(422, "<h1>Name is too long (maximum is 34 characters)</h1>");
  if (appsOf(world).apps.some((one) => one.name === name)) return html(422, "<h1>Name is already taken</h1>");
  const app = addApp(world, {
    name,
    owner: at.organization ?? LOGIN,
    pem: newKey(),
    permissions: manifest.default_permissions ?? {},
    events: manifest.default_events ?? [],
    isPublic: manifest.public ?? true,
    setupUrl: manifest.setup_url ?? null,
    hookUrl: manifest.hook_attributes?.url ?? null,
    webhookSecret: manifest.hook_attributes ? randomBytes(20).toString("hex") : null,
  });
  const code = randomBytes(20).toString("hex");
  appsOf(world).codes.set(code, { app, until: at.now.getTime() + 3_600_000 });
  return back(manifest.redirect_url ?? "", { code }, at.form?.get("state") ?? null);
}

interface Manifest {
  name?: string;
  url: string;
  redirect_url?: string;
  setup_url?: string;
  public?: boolean;
  default_permissions?: Grants;
  default_events?: string[];
  hook_attributes?: { url?: string; active?: boolean };
}

/** What GitHub refuses of a manifest, in words; else the manifest. */
function manifestOf(text: string | null | undefined): Manifest | string {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text ?? "");
  } catch {
    return "The manifest is not valid JSON.";
  }
  if (!isAddress(manifest.url)) return '"url" wasn\'t supplied.';
  if (!isAddress(manifest.redirect_url)) return "Redirect url must be an absolute address.";
  if (manifest.setup_url && !isAddress(manifest.setup_url)) return "Setup url must be an absolute address.";
  const hook = manifest.hook_attributes;
  if (hook && !isAddress(hook.url)) return "Hook url wasn't supplied.";
  if (hook?.url && /^(localhost|127\.|10\.|192\.168\.)|\.localhost$/.test(new URL(hook.url).hostname))
    return "Hook url is not supported because it isn't reachable over the public Internet.";
  if (!hook && manifest.default_events?.length) return "Default events are not supported without a hook.";
  return manifest;
}

function isAddress(text: string | undefined): boolean {
  return text !== undefined && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function confirmation(at: Making, manifest: Manifest, name: string): Response {
  const owner = at.organization ?? LOGIN;
  const action = at.organization ? `/organizations/${at.organization}/settings/apps` : "/settings/apps";
  const path = new URL(at.server.baseUrl).pathname.replace(/\/+$/, "");
  return html(
    200,
    `<h1>Create GitHub App for ${escaped(owner)}</h1>
    <form method="post" action="${path}${action}">
      <label>GitHub App name <input name="name" value="${escaped(name)}"></label>
      ${hidden("manifest", JSON.stringify(manifest))}${hidden("state", at.query.get("state") ?? "")}
      <button type="submit">Create GitHub App for ${escaped(owner)}</button>
    </form>`,
  );
}

/** A private App goes on the account of its owner only; where the person is no owner, it is asked for. */
function install(world: World, app: FakeApp, form: URLSearchParams | null, query: URLSearchParams): Response {
  const accounts = app.isPublic ? [LOGIN, ...organizationsOf(world)] : [app.owner];
  const account = form?.get("account") ?? "";
  const state = form?.get("state") ?? query.get("state");
  if (!form) return choice(app, accounts, state);
  if (!accounts.includes(account)) return html(404, "<h1>Not found</h1>");
  if (form.get("decision") === "request") return requested(world, app, account, state);
  const known = appsOf(world).installations.find((one) => one.appId === app.id && one.account === account);
  const { id } = known ?? addInstallation(world, app, account);
  const setup_action = known ? "update" : "install";
  return back(app.setupUrl ?? "", { installation_id: String(id), setup_action }, state);
}

function requested(world: World, app: FakeApp, account: string, state: string | null): Response {
  const { requests } = appsOf(world);
  requests.push({ id: 900 + requests.length, appId: app.id, account, requester: LOGIN });
  return back(app.setupUrl ?? "", { setup_action: "request" }, state);
}

function choice(app: FakeApp, accounts: string[], state: string | null): Response {
  const one = (account: string) => `<form method="post" action="../installations">
      <h2>${escaped(account)}</h2>${hidden("account", account)}${hidden("state", state ?? "")}
      <button name="decision" value="install">Install on ${escaped(account)}</button>
      <button name="decision" value="request">Request for ${escaped(account)}</button>
    </form>`;
  return html(200, `<h1>Install ${escaped(app.name)}</h1>${accounts.map(one).join("")}`);
}

function organizationsOf(world: World): string[] {
  return world.owners
    .filter((one) => !one.path.includes("/") && one.members.includes(LOGIN))
    .map((one) => one.path);
}

function back(address: string, answer: Record<string, string>, state: string | null): Response {
  if (!isAddress(address)) return html(200, "<h1>Done</h1>");
  const url = new URL(address);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state) url.searchParams.set("state", state);
  return new Response(null, { status: 302, headers: { location: url.href } });
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escaped(value)}">`;
}

function html(status: number, body: string): Response {
  const page = `<!DOCTYPE html><html lang="en"><head><title>GitHub</title></head><body>${body}</body></html>`;
  return new Response(page, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
