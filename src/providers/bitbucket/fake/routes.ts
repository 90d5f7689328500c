import * as json from "@/providers/bitbucket/fake/json";
import { uuidOf } from "@/providers/bitbucket/fake/json";
import {
  type Answer,
  type Asker,
  addresses,
  type Call,
  failure,
  ok,
  paged,
} from "@/providers/bitbucket/fake/page";
import { belongsTo, canSee, fullNameOf, type World, type WorldRepository } from "@/providers/simulator/world";

export interface Route {
  path: RegExp;
  /** What an API token needs; an access token has `repository` in its place. */
  scope: string;
  /** Also without signing in. */
  open?: boolean;
  /** Only for people. */
  personal?: boolean;
  /** GET unless it says otherwise. */
  method?: "POST" | "PUT";
  answer(call: Call): Answer;
}

export const REPOSITORY = "repositories/([^/]+)/([^/]+)";
const read = { scope: "read:repository:bitbucket", open: true };

export const routes: Route[] = [
  { path: /^user$/, scope: "read:user:bitbucket", personal: true, answer: user },
  { path: /^user\/workspaces$/, scope: "read:workspace:bitbucket", personal: true, answer: workspaces },
  { path: /^repositories\/([^/]+)$/, ...read, answer: ofWorkspace },
  { path: new RegExp(`^${REPOSITORY}$`), ...read, answer: (call) => within(call, repository) },
  { path: new RegExp(`^${REPOSITORY}/refs/branches$`), ...read, answer: (call) => within(call, branches) },
  { path: new RegExp(`^${REPOSITORY}/refs/branches/(.+)$`), ...read, answer: (call) => within(call, branch) },
  { path: new RegExp(`^${REPOSITORY}/refs/tags$`), ...read, answer: (call) => within(call, tags) },
  { path: new RegExp(`^${REPOSITORY}/refs/tags/(.+)$`), ...read, answer: (call) => within(call, tag) },
  { path: new RegExp(`^${REPOSITORY}/commit/([^/]+)$`), ...read, answer: (call) => within(call, commit) },
];

/** Lists across workspaces, which the host took away in 2026. */
export const removedPaths = /^(?:repositories|workspaces|user\/permissions\/(?:workspaces|repositories))$/;

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** There are no sub-groups, and nothing is archived. */
export function holds(repository: WorldRepository): boolean {
  return !repository.owner.includes("/") && !repository.archived;
}

export function sees(world: World, asker: Asker | null, one: WorldRepository): boolean {
  return holds(one) && canSee(world, one, asker?.login ?? null);
}

function user(call: Call): Answer {
  return ok(json.userJson(call.server.world, call.asker?.login ?? "", addresses(call)));
}

/** One's own, those one is a member of, and those that share a repository. */
function workspacesOf(world: World, login: string): string[] {
  const member = world.owners.filter((one) => !one.path.includes("/") && one.members.includes(login));
  const shared = world.repositories.filter((one) => one.collaborators.includes(login));
  return [
    ...new Set([login, ...member.map((one) => one.path), ...shared.map((one) => one.owner)]),
  ].toSorted();
}

function workspaces(call: Call): Answer {
  const { world } = call.server;
  const login = call.asker?.login ?? "";
  return paged(call, workspacesOf(world, login), (slug) =>
    json.membershipJson(world, slug, slug === login, addresses(call)),
  );
}

function ofWorkspace(call: Call): Answer {
  const { world } = call.server;
  const slug = call.parts[0] ?? "";
  const names = [...world.owners.map((one) => one.path), ...world.users.map((one) => one.login)];
  if (!names.some((name) => same(name, slug))) return failure(404, `No workspace with identifier '${slug}'.`);
  const seen = world.repositories.filter((one) => same(one.owner, slug) && sees(world, call.asker, one));
  const isMine = call.url.searchParams.get("role") === "member";
  const rows = seen.filter((one) => !isMine || belongsTo(world, one, call.asker?.login ?? ""));
  return filtered(call, rows, (row) => json.repositoryJson(row, call.asker?.login ?? null, addresses(call)));
}

/** `q=name ~ "x"`: names that hold the text, without regard to letter case. */
function filtered<Row extends { name: string }>(
  call: Call,
  rows: Row[],
  toJson: (row: Row) => unknown,
): Answer {
  const q = call.url.searchParams.get("q");
  const text = q === null ? "" : /^\s*name\s*~\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(q)?.[1];
  if (text === undefined) return failure(400, `Invalid query: ${q}`);
  const part = text.replace(/\\(.)/g, "$1").toLowerCase();
  return paged(
    call,
    rows.filter((row) => row.name.toLowerCase().includes(part)),
    toJson,
  );
}

/** By slug or UUID; with the UUID the workspace may be left open. */
export function within(call: Call, then: (call: Call, one: WorldRepository) => Answer): Answer {
  const [workspace = "", name = "", ...parts] = call.parts;
  const found = call.server.world.repositories.find((one) => {
    const isThere = same(one.owner, workspace) || (workspace === "{}" && name.startsWith("{"));
    const isMeant = name.startsWith("{") ? uuidOf(one.id) === name : same(one.name, name);
    return isThere && isMeant && sees(call.server.world, call.asker, one);
  });
  if (found) return then({ ...call, parts }, found);
  return failure(404, "You may not have access to this repository or it no longer exists in this workspace.");
}

function repository(call: Call, one: WorldRepository): Answer {
  return ok(json.repositoryJson(one, call.asker?.login ?? null, addresses(call)));
}

function branches(call: Call, one: WorldRepository): Answer {
  const rows = [...one.branches.keys()].toSorted().map((name) => ({ name }));
  return filtered(call, rows, ({ name }) => json.branchJson(one, name, addresses(call)));
}

function branch(call: Call, one: WorldRepository): Answer {
  const name = call.parts[0] ?? "";
  if (!one.branches.has(name)) return failure(404, `Branch "${name}" does not exist`);
  return ok(json.branchJson(one, name, addresses(call)));
}

function tags(call: Call, one: WorldRepository): Answer {
  const rows = [...one.tags.keys()].toSorted().map((name) => ({ name }));
  return filtered(call, rows, ({ name }) => json.tagJson(one, name, addresses(call)));
}

function tag(call: Call, one: WorldRepository): Answer {
  const name = call.parts[0] ?? "";
  if (!one.tags.has(name)) return failure(404, `Tag "${name}" does not exist`);
  return ok(json.tagJson(one, name, addresses(call)));
}

/** Names of branches and the beginnings of ids are read here too. */
function commit(call: Call, one: WorldRepository): Answer {
  const text = call.parts[0] ?? "";
  const sha = one.branches.get(text) ?? text;
  const found = [...one.commits.values()].find((each) => sha.length >= 7 && each.sha.startsWith(sha));
  if (!found) return failure(404, `Commit not found: ${fullNameOf(one)} ${text}`);
  return ok(json.commitJson(one, found, addresses(call)));
}
