import { rateJson } from "@/providers/github/fake/app-json";
import { appsOf } from "@/providers/github/fake/apps";
import * as json from "@/providers/github/fake/json";
import { type Answer, addresses, type Call, failure, ok, paged } from "@/providers/github/fake/page";
import {
  belongsTo,
  canSee,
  fullNameOf,
  type WorldCommit,
  type WorldRepository,
} from "@/providers/simulator/world";

export interface Route {
  path: RegExp;
  /** The scopes of a classic token of which one is needed. */
  scopes?: string[];
  /** Permission of a fine-grained token. */
  permission?: string;
  /** Also for people who are not signed in. */
  open?: boolean;
  /** For people, or for installations of Apps, only. */
  only?: "people" | "installations";
  /** GET unless it says otherwise. */
  method?: "POST" | "PATCH" | "DELETE";
  answer(call: Call): Answer;
}

export const REPOSITORY = "(?:repos/([^/]+)/([^/]+)|repositories/(\\d+))";
const contents = { permission: "contents=read", open: true };

export const routes: Route[] = [
  { path: /^$/, open: true, answer: (call) => ok(json.rootJson(addresses(call))) },
  {
    path: /^user$/,
    only: "people",
    answer: (call) => ok(json.userJson(call.server.world, login(call), addresses(call))),
  },
  { path: /^user\/repos$/, only: "people", answer: mine },
  { path: /^installation\/repositories$/, only: "installations", answer: installed },
  { path: /^installation\/token$/, only: "installations", method: "DELETE", answer: endToken },
  { path: /^rate_limit$/, open: true, answer: (call) => ok(rateJson(call.resetsAt)) },
  { path: /^user\/orgs$/, only: "people", scopes: ["read:org", "user"], answer: organizations },
  { path: /^users\/([^/]+)$/, open: true, answer: person },
  { path: /^orgs\/([^/]+)\/repos$/, open: true, answer: ofOrganization },
  { path: /^search\/repositories$/, open: true, answer: search },
  { path: new RegExp(`^${REPOSITORY}$`), open: true, answer: (call) => within(call, repository) },
  { path: new RegExp(`^${REPOSITORY}/branches$`), ...contents, answer: (call) => within(call, branches) },
  { path: new RegExp(`^${REPOSITORY}/tags$`), ...contents, answer: (call) => within(call, tags) },
  { path: new RegExp(`^${REPOSITORY}/commits/(.+)$`), ...contents, answer: (call) => within(call, commit) },
];

export const missing = failure(404, "Not Found");

function login(call: Call): string {
  return call.asker?.login ?? "";
}

/** A classic token without `repo` sees public repositories only, a fine-grained one those it was given. */
export function sees({ server, host, asker }: Pick<Call, "server" | "host" | "asker">, one: WorldRepository) {
  if (host.fullName(one) === null) return false;
  if (asker?.reach) return !one.private || asker.reach(one);
  if (!canSee(server.world, one, asker?.login ?? null)) return false;
  return !one.private || asker?.scopes === null || (asker?.scopes.includes("repo") ?? false);
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function mine(call: Call): Answer {
  const { world } = call.server;
  const kinds = (call.url.searchParams.get("affiliation") ?? "owner,collaborator,organization_member").split(
    ",",
  );
  const rows = world.repositories.filter((one) => {
    if (!sees(call, one) || !belongsTo(world, one, login(call))) return false;
    if (one.owner === login(call)) return kinds.includes("owner");
    const shared = one.collaborators.includes(login(call));
    return kinds.includes(shared ? "collaborator" : "organization_member");
  });
  return paged(call, byPush(call, rows), (one) => json.repositoryJson(world, one, addresses(call)));
}

function installed(call: Call): Answer {
  const { world } = call.server;
  const rows = world.repositories.filter((one) => call.asker?.reach?.(one) && sees(call, one));
  const wrap = (repositories: unknown[]) => ({
    total_count: rows.length,
    repository_selection: "selected",
    repositories,
  });
  return paged(call, rows, (one) => json.repositoryJson(world, one, addresses(call)), wrap);
}

function endToken(call: Call): Answer {
  const state = appsOf(call.server.world);
  state.tokens = state.tokens.filter((one) => one.value !== call.asker?.token);
  return { status: 204, body: null };
}

function byPush(call: Call, rows: WorldRepository[]): WorldRepository[] {
  if (call.url.searchParams.get("sort") !== "pushed") return rows;
  return rows.toSorted((a, b) => b.pushedAt.localeCompare(a.pushedAt));
}

function organizations(call: Call): Answer {
  const { world } = call.server;
  const rows = world.owners.filter((one) => !one.path.includes("/") && one.members.includes(login(call)));
  return paged(call, rows, (one) => json.organizationJson(world, one.path, addresses(call)));
}

function person(call: Call): Answer {
  const { world } = call.server;
  const names = [...world.users.map((one) => one.login), ...world.owners.map((one) => one.path)];
  const name = names.find((one) => same(one, call.parts[0] ?? ""));
  return name ? ok(json.userJson(world, name, addresses(call))) : missing;
}

function ofOrganization(call: Call): Answer {
  const { world } = call.server;
  const name = call.parts[0] ?? "";
  if (!world.owners.some((one) => same(one.path, name))) return missing;
  const rows = world.repositories.filter((one) => same(one.owner, name) && sees(call, one));
  return paged(call, byPush(call, rows), (one) => json.minimalJson(world, one, addresses(call)));
}

/** Names that hold every word; `user:` narrows to owners, of whom one at least must be there. */
function search(call: Call): Answer {
  const { world } = call.server;
  const terms = (call.url.searchParams.get("q") ?? "").split(/\s+/).filter(Boolean);
  const owners = terms.filter((term) => /^(user|org):/.test(term)).map((term) => term.replace(/^\w+:/, ""));
  const words = terms.filter((term) => !term.includes(":")).map((word) => word.toLowerCase());
  if (terms.length === 0) return failure(422, "Validation Failed");
  const inScope = world.repositories.filter(
    (one) => sees(call, one) && (owners.length === 0 || owners.some((owner) => same(owner, one.owner))),
  );
  if (inScope.length === 0) return failure(422, "Validation Failed");
  const rows = inScope.filter((one) => words.every((word) => one.name.toLowerCase().includes(word)));
  const toJson = (one: WorldRepository) => ({
    ...json.repositoryJson(world, one, addresses(call)),
    score: 1,
  });
  const wrap = (items: unknown[]) => ({ total_count: rows.length, incomplete_results: false, items });
  return paged(call, rows.slice(0, 1000), toJson, wrap);
}

export function within(call: Call, then: (call: Call, one: WorldRepository) => Answer): Answer {
  const [owner, name, id, ...parts] = call.parts;
  const rows = call.server.world.repositories.filter((one) => sees(call, one));
  const found = rows.find((one) => (id ? one.id === Number(id) : same(fullNameOf(one), `${owner}/${name}`)));
  if (found && call.isWrite && call.asker?.reach?.(found) === false)
    return failure(403, "Resource not accessible by integration");
  if (found) return then({ ...call, parts }, found);
  const former = rows.find((one) => one.formerNames.some((each) => same(each, `${owner}/${name}`)));
  return former ? moved(call, former, `${owner}/${name}`) : missing;
}

/** A former name leads on to the id, for whoever may see the repository. */
function moved(call: Call, one: WorldRepository, former: string): Answer {
  const url = call.url.href.replace(`/repos/${former}`, `/repositories/${one.id}`);
  const body = { message: "Moved Permanently", url, documentation_url: "https://docs.github.com/rest" };
  return { status: 301, body, headers: { location: url } };
}

function repository(call: Call, one: WorldRepository): Answer {
  return ok(json.fullJson(call.server.world, one, addresses(call)));
}

function branches(call: Call, one: WorldRepository): Answer {
  const names = [...one.branches.keys()].toSorted();
  return paged(call, names, (name) => json.branchJson(one, name, addresses(call)));
}

function tags(call: Call, one: WorldRepository): Answer {
  const names = [...one.tags.keys()].toSorted();
  return paged(call, names, (name) => json.tagJson(one, name, addresses(call)));
}

function commit(call: Call, one: WorldRepository): Answer {
  const ref = call.parts[0] ?? "";
  if (one.defaultBranch === null) return failure(409, "Git Repository is empty.");
  const found = commitOf(one, ref);
  if (!found) return failure(422, `No commit found for SHA: ${ref}`);
  return ok(json.commitJson(call.server.world, one, found, addresses(call)));
}

/** What git would find: a full name, a tag before a branch, an id or the beginning of one. */
export function commitOf(one: WorldRepository, ref: string): WorldCommit | undefined {
  const [, kind, name = ""] = /^(?:refs\/)?(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  const named = kind === "heads" ? one.branches.get(name) : kind && one.tags.get(name)?.sha;
  const sha = named || one.tags.get(ref)?.sha || one.branches.get(ref);
  if (sha) return one.commits.get(sha);
  if (!/^[0-9a-f]{7,40}$/i.test(ref)) return undefined;
  return [...one.commits.values()].find((each) => each.sha.startsWith(ref.toLowerCase()));
}
