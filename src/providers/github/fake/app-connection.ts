import {
  addApp,
  addInstallation,
  addToken,
  appsOf,
  type FakeApp,
  newKey,
} from "@/providers/github/fake/apps";
import type { SimulatedConnection, SimulateOptions } from "@/providers/simulator/simulated";
import { belongsTo, type World, type WorldToken } from "@/providers/simulator/world";

/** A key that no App has: making one takes a while. */
let strange: string | undefined;

/**
 * What a token of the world stands for, as an App: one of the same name, installed wherever its person has something.
 * The App of a token that has ended was deleted, and one that is not there has a key that is not its own.
 */
export function appConnection(server: SimulateOptions, token: string): SimulatedConnection {
  const { world } = server;
  const found = world.tokens.find((one) => one.value === token);
  if (!found) {
    strange ??= newKey();
    return connection(server, appFor(world, "acme-bot"), { accessToken: token, githubPrivateKey: strange });
  }
  if (found.expiresOn) return connection(server, deleted(world, found), { accessToken: token });
  return connection(server, appFor(world, found.login), {});
}

function connection(
  { world, baseUrl, now = () => new Date() }: SimulateOptions,
  app: FakeApp,
  given: Record<string, string>,
): SimulatedConnection {
  const first = appsOf(world).installations.find((one) => one.appId === app.id);
  const token = first && addToken(world, first, now());
  return {
    authMethod: "app",
    settings: {
      githubUrl: baseUrl,
      githubAppName: app.name,
      githubAppSlug: app.slug,
      githubAppId: app.id,
      githubClientId: app.clientId,
      githubInstallationId: String(first?.id ?? 1),
      ...(token && { expiresAt: token.endsAt / 1000 }),
    },
    secrets: {
      githubClientSecret: app.clientSecret,
      githubPrivateKey: app.pem,
      githubWebhookSecret: app.webhookSecret,
      accessToken: token?.value ?? null,
      ...given,
    },
  };
}

function appFor(world: World, login: string): FakeApp {
  const known = appsOf(world).apps.find((one) => one.name === login);
  if (known) return known;
  const hook = {
    hookUrl: "https://slipway.example.com/api/github/webhook",
    webhookSecret: "app-hook-secret",
  };
  const app = addApp(world, { name: login, owner: login, isPublic: true, ...hook });
  const organizations = world.owners.filter((one) => one.members.includes(login) && !one.path.includes("/"));
  for (const { path } of organizations) addInstallation(world, app, path);
  addInstallation(world, app, login);
  const shared = world.repositories.filter((one) => one.owner !== login && one.collaborators.includes(login));
  for (const owner of new Set(shared.map((one) => one.owner)))
    if (!organizations.some((one) => one.path === owner))
      addInstallation(world, app, owner, idsOf(world, owner, login));
  return app;
}

function idsOf(world: World, owner: string, login: string): number[] {
  return world.repositories
    .filter((one) => one.owner === owner && belongsTo(world, one, login))
    .map((one) => one.id);
}

function deleted(world: World, { login }: WorldToken): FakeApp {
  const app = addApp(world, { name: `${login}-old`, owner: login });
  const state = appsOf(world);
  state.apps = state.apps.filter((one) => one !== app);
  return app;
}
