import { appsOf, type FakeApp, type FakeInstallation } from "@/providers/github/fake/apps";
import { type Addresses, accountJson } from "@/providers/github/fake/json";
import type { World } from "@/providers/simulator/world";

/** The simulated host's JSON of Apps, with the fields that GitHub's description demands. */

const MADE = "2026-04-02T09:15:00Z";

export function appJson(world: World, app: FakeApp, at: Addresses) {
  const installations = appsOf(world).installations.filter((one) => one.appId === app.id);
  return {
    id: app.id,
    slug: app.slug,
    node_id: `A_${app.id}`,
    client_id: app.clientId,
    owner: accountJson(world, app.owner, at),
    name: app.name,
    description: null,
    external_url: "https://slipway.example.com",
    html_url: `${at.web}/github-apps/${app.slug}`,
    created_at: MADE,
    updated_at: MADE,
    permissions: app.permissions,
    events: app.events,
    installations_count: installations.length,
  };
}

export function conversionJson(world: World, app: FakeApp, at: Addresses) {
  const { installations_count: _count, ...shown } = appJson(world, app, at);
  const { clientSecret: client_secret, webhookSecret: webhook_secret, pem } = app;
  return { ...shown, client_secret, webhook_secret, pem };
}

export function installationJson(world: World, app: FakeApp, one: FakeInstallation, at: Addresses) {
  const account = accountJson(world, one.account, at);
  const below = account.type === "Organization" ? `organizations/${one.account}/settings` : "settings";
  return {
    id: one.id,
    account,
    repository_selection: one.repositoryIds === null ? "all" : "selected",
    access_tokens_url: `${at.api}/app/installations/${one.id}/access_tokens`,
    repositories_url: `${at.api}/installation/repositories`,
    html_url: `${at.web}/${below}/installations/${one.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: one.permissions,
    events: app.events,
    created_at: MADE,
    updated_at: MADE,
    single_file_name: null,
    suspended_at: one.suspendedAt,
    suspended_by: one.suspendedAt ? accountJson(world, "ada", at) : null,
  };
}

export function requestJson(
  world: World,
  request: { id: number; account: string; requester: string },
  at: Addresses,
) {
  return {
    id: request.id,
    node_id: `IR_${request.id}`,
    account: accountJson(world, request.account, at),
    requester: accountJson(world, request.requester, at),
    created_at: MADE,
  };
}

export function rateJson(reset: number) {
  const core = { limit: 5000, used: 13, remaining: 4987, reset };
  return { resources: { core, search: { limit: 30, used: 0, remaining: 30, reset } }, rate: core };
}
