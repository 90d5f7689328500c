import { appsOf, reaches } from "@/providers/github/fake/apps";
import { logOf } from "@/providers/github/fake/deliveries";
import { accountJson, repositoryJson } from "@/providers/github/fake/json";
import { addresses, base } from "@/providers/github/fake/page";
import {
  deliveryId,
  hmac,
  listening,
  type Outgoing,
  pushed,
  type WorldEvent,
  type WorldPush,
  type WorldRequest,
  ZEROS,
} from "@/providers/simulator/hooks";
import { logDelivery } from "@/providers/simulator/requests";
import type { SimulateOptions } from "@/providers/simulator/simulated";
import { fullNameOf, type World, type WorldCommit, type WorldRepository } from "@/providers/simulator/world";

/** What GitHub sends to webhooks, by its documentation of events and payloads. */

const AT = "2026-05-03T10:00:00Z";
const USER = "ada";

/** What GitHub sends to the hooks of a repository, and to those of the Apps that are installed for it. */
export function githubDeliveries(
  server: SimulateOptions,
  repository: WorldRepository,
  event: WorldEvent,
): Outgoing[] {
  const { world } = server;
  const name = event.kind === "push" ? "push" : "pull_request";
  const payload =
    event.kind === "push" ? pushOf(server, repository, event) : requestOf(server, repository, event);
  const hooks = listening(world, repository, [name]).map((hook) => {
    const target = { type: "repository", id: repository.id };
    return outgoing(server, { hook, url: hook.url, secret: hook.secret, target, name, payload });
  });
  const apps = installedOn(world, repository, name).map(({ app, installation }) => {
    const target = { type: "integration", id: app.id };
    const told = { ...payload, installation: { id: installation.id, node_id: `IN_${installation.id}` } };
    const [url, secret] = [app.hookUrl ?? "", app.webhookSecret ?? ""];
    return outgoing(server, { hook: logOf(app), url, secret, target, name, payload: told });
  });
  return [...hooks, ...apps];
}

/** Apps with a webhook that hears of an event. */
function installedOn(world: World, repository: WorldRepository, event: string) {
  const { apps, installations } = appsOf(world);
  return apps.flatMap((app) => {
    const installation = installations.find(
      (one) => one.appId === app.id && !one.suspendedAt && reaches(one, repository),
    );
    return installation && app.hookUrl !== null && app.events.includes(event) ? [{ app, installation }] : [];
  });
}

interface Sending {
  hook: { id: number };
  url: string;
  secret: string;
  target: { type: string; id: number };
  name: string;
  payload: object;
}

/** Logged as one that did not arrive, until whoever delivers it says otherwise. */
function outgoing(
  { world, now = () => new Date() }: SimulateOptions,
  { hook, url, secret, target, name, payload }: Sending,
): Outgoing {
  const body = JSON.stringify(payload);
  const headers = {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/1a2b3c4",
    "x-github-event": name,
    "x-github-delivery": deliveryId(hook, body),
    "x-github-hook-id": String(Math.abs(hook.id)),
    "x-github-hook-installation-target-type": target.type,
    "x-github-hook-installation-target-id": String(target.id),
    ...(secret && { "x-hub-signature-256": `sha256=${hmac(secret, body)}` }),
  };
  const logged = logDelivery(world, hook, { event: name, at: now().toISOString(), headers, body });
  return { url, body, headers, logged };
}

function pushOf(server: SimulateOptions, repository: WorldRepository, event: WorldPush) {
  const at = addresses({ server });
  const commits = pushed(repository, event).map((commit) => commitOf(server, repository, commit, event));
  const tip = repository.commits.get(event.after ?? "");
  return {
    ref: event.ref,
    before: event.before ?? ZEROS,
    after: event.after ?? ZEROS,
    repository: repositoryJson(server.world, repository, at),
    pusher: { name: USER, email: "ada@example.com" },
    sender: accountJson(server.world, USER, at),
    created: event.before === null,
    deleted: event.after === null,
    forced: false,
    base_ref: null,
    compare: `${base({ server })}/${fullNameOf(repository)}/compare`,
    commits,
    head_commit: tip ? commitOf(server, repository, tip, event) : null,
  };
}

function commitOf(
  server: SimulateOptions,
  repository: WorldRepository,
  commit: WorldCommit,
  event: WorldPush,
) {
  const person = { name: commit.author.name, email: commit.author.email, username: USER };
  return {
    id: commit.sha,
    tree_id: commit.sha,
    distinct: true,
    message: commit.message,
    timestamp: AT,
    url: `${base({ server })}/${fullNameOf(repository)}/commit/${commit.sha}`,
    author: person,
    committer: person,
    added: [],
    removed: [],
    modified: commit.sha === event.after ? (event.files ?? []) : [],
  };
}

const actions = { opened: "opened", updated: "synchronize", closed: "closed", merged: "closed" };

function requestOf(server: SimulateOptions, repository: WorldRepository, event: WorldRequest) {
  const at = addresses({ server });
  const repo = repositoryJson(server.world, repository, at);
  const from = event.from ? repositoryJson(server.world, event.from, at) : repo;
  const isClosed = event.action === "closed" || event.action === "merged";
  return {
    action: actions[event.action],
    number: event.number,
    pull_request: {
      id: 900 + event.number,
      number: event.number,
      state: isClosed ? "closed" : "open",
      title: event.title,
      merged: event.action === "merged",
      draft: false,
      labels: event.labels.map((name, index) => ({ id: index + 1, name })),
      user: accountJson(server.world, USER, at),
      head: { label: event.branch, ref: event.branch, sha: event.sha, repo: from },
      base: { label: event.base, ref: event.base, sha: repository.branches.get(event.base), repo },
    },
    repository: repo,
    sender: accountJson(server.world, USER, at),
  };
}
