import * as json from "@/providers/gitea/fake/json";
import {
  type Answer,
  base,
  type Call,
  DEFAULT_LIMIT,
  failure,
  MAX_LIMIT,
  ok,
  paged,
} from "@/providers/gitea/fake/page";
import { belongsTo, canSee, fullNameOf, type World, type WorldRepository } from "@/providers/simulator/world";

export interface Route {
  /** GET unless told. */
  method?: string;
  path: RegExp;
  /** Scopes that a token needs, all of them; none are asked for when absent. */
  scopes?: string[];
  /** Also for people who are not signed in. */
  open?: boolean;
  /** Where not every version has it. */
  since?(call: Call): boolean;
  answer(call: Call): Answer;
}

const repository = ["read:repository"];

export const routes: Route[] = [
  { path: /^version$/, answer: ({ server }) => ok({ version: server.version }) },
  { path: /^settings\/api$/, answer: () => ok(apiSettings) },
  {
    path: /^user$/,
    scopes: ["read:user"],
    answer: (call) => ok(json.userJson(call.server.world, login(call), base(call))),
  },
  { path: /^token$/, scopes: [], since: isNew, answer: currentToken },
  { path: /^notifications\/new$/, scopes: ["read:notification"], answer: () => ok({ new: 0 }) },
  { path: /^user\/repos$/, scopes: ["read:user", "read:repository"], answer: mine },
  { path: /^user\/orgs$/, scopes: ["read:user", "read:organization"], answer: organizations },
  {
    path: /^orgs\/([^/]+)\/repos$/,
    scopes: ["read:organization"],
    open: true,
    answer: ofOwner("organization"),
  },
  {
    path: /^users\/([^/]+)\/repos$/,
    scopes: ["read:user", "read:repository"],
    open: true,
    answer: ofOwner("any"),
  },
  { path: /^orgs\/([^/]+)$/, scopes: ["read:organization"], open: true, answer: organization },
  { path: /^users\/([^/]+)$/, scopes: ["read:user"], open: true, answer: person },
  { path: /^repos\/search$/, scopes: repository, open: true, answer: search },
  { path: /^repositories\/(\d+)$/, scopes: repository, answer: byId },
  {
    path: /^repos\/([^/]+)\/([^/]+)$/,
    scopes: repository,
    open: true,
    answer: (call) => within(call, (one) => repositoryAnswer(call, one)),
  },
  { path: /^repos\/([^/]+)\/([^/]+)\/branches$/, scopes: repository, open: true, answer: branches },
  { path: /^repos\/([^/]+)\/([^/]+)\/branches\/(.+)$/, scopes: repository, open: true, answer: branch },
  { path: /^repos\/([^/]+)\/([^/]+)\/tags$/, scopes: repository, open: true, answer: tags },
  { path: /^repos\/([^/]+)\/([^/]+)\/tags\/(.+)$/, scopes: repository, open: true, answer: tag },
];

const apiSettings = {
  max_response_items: MAX_LIMIT,
  default_paging_num: DEFAULT_LIMIT,
  default_git_trees_per_page: 1000,
  default_max_blob_size: 10_485_760,
  default_max_response_size: 104_857_600,
};

export function html(status: number): Response {
  const body =
    "<!DOCTYPE html>\n<html><head><title>Gitea: Git with a cup of tea</title></head><body></body></html>\n";
  return new Response(body, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** May this login find the repository at all? */
export function found(world: World, one: WorldRepository, name: string | null): boolean {
  return !one.owner.includes("/") && canSee(world, one, name);
}

export const missing = failure(404, "The target couldn't be found.");

function login(call: Call): string {
  return call.asker?.login ?? "";
}

/** 1.27 brought the route; Forgejo, whose numbers are its own, does not have it. */
function isNew(call: Call): boolean {
  return /^1\.(2[7-9]|[3-9]\d)/.test(call.server.version);
}

function currentToken(call: Call): Answer {
  const times = { created_at: "2026-01-05T10:00:00Z", last_used_at: "2026-05-03T10:00:00Z" };
  const user = call.server.world.users.find((one) => one.login === login(call));
  const owner = { id: user?.id ?? 0, login: login(call) };
  return ok({ id: 5, name: "slipway", scopes: call.asker?.scopes ?? [], ...times, user: owner });
}

function pagedRepositories(
  call: Call,
  rows: WorldRepository[],
  wrap?: (items: unknown[]) => unknown,
): Answer {
  const { world } = call.server;
  const seen = rows.filter((one) => found(world, one, call.asker?.login ?? null));
  return paged(
    call,
    seen,
    (one) => json.repositoryJson(world, one, base(call), belongsTo(world, one, login(call))),
    wrap,
  );
}

function byName(rows: WorldRepository[]): WorldRepository[] {
  return rows.toSorted((a, b) => (fullNameOf(a).toLowerCase() < fullNameOf(b).toLowerCase() ? -1 : 1));
}

function mine(call: Call): Answer {
  const { world } = call.server;
  return pagedRepositories(
    call,
    byName(world.repositories.filter((one) => belongsTo(world, one, login(call)))),
  );
}

/** By id, and what the asker may not see is left out after paging (`listUserRepos` in routers/api/v1/user/repo.go). */
function ofOwner(kind: "organization" | "any") {
  return (call: Call): Answer => {
    const { world } = call.server;
    const people = kind === "any" ? world.users.map((one) => one.login) : [];
    const owner = [...people, ...world.owners.map((one) => one.path)].find((one) => same(one, call.parts[0]));
    if (!owner) return missing;
    const rows = world.repositories.filter((one) => one.owner === owner).toSorted((a, b) => a.id - b.id);
    const seen = (one: WorldRepository) => found(world, one, call.asker?.login ?? null);
    const member = (one: WorldRepository) => belongsTo(world, one, login(call));
    return paged(
      call,
      rows,
      (one) => (seen(one) ? json.repositoryJson(world, one, base(call), member(one)) : null),
      (items) => items.filter((item) => item !== null),
    );
  };
}

function organization(call: Call): Answer {
  const owner = call.server.world.owners.find((one) => same(one.path, call.parts[0]));
  return owner ? ok(json.organizationJson(owner.id, owner.path, base(call))) : missing;
}

/** An organization is a user of another kind, and is found here as well. */
function person(call: Call): Answer {
  const { world } = call.server;
  const known = [...world.users.map((one) => one.login), ...world.owners.map((one) => one.path)];
  const name = known.find((one) => same(one, call.parts[0]));
  return name ? ok(json.userJson(world, name, base(call))) : missing;
}

function organizations(call: Call): Answer {
  const rows = call.server.world.owners.filter(
    (one) => one.members.includes(login(call)) && !one.path.includes("/"),
  );
  return paged(call, rows, (one) => json.organizationJson(one.id, one.path, base(call)));
}

function search(call: Call): Answer {
  const query = call.url.searchParams;
  const sort = query.get("sort") ?? "alpha";
  if (!["alpha", "created", "updated", "size", "id"].includes(sort))
    return failure(422, `Invalid sort mode: "${sort}"`);
  const rows = call.server.world.repositories
    .filter((one) => matches(one, query.get("q") ?? ""))
    .filter((one) => query.get("private") !== "false" || !one.private)
    .filter((one) => takesPart(call, one));
  const newest = rows.toSorted((a, b) => (a.pushedAt > b.pushedAt ? -1 : 1));
  const oldest = rows.toSorted((a, b) => a.id - b.id);
  const sorted = sort === "updated" ? newest : sort === "id" ? oldest : byName(rows);
  return pagedRepositories(call, sorted, (data) => ({ ok: true, data }));
}

/**
 * `SearchRepositoryCondition` in models/repo/repo_list.go. The name of the owner is compared as it is written with the
 * query in lower case, which on PostgreSQL finds no owner with a capital letter.
 */
function matches(one: WorldRepository, q: string): boolean {
  const [owner = "", name = "", ...rest] = q.toLowerCase().split("/");
  return q
    .toLowerCase()
    .split(",")
    .some((word) => {
      if (one.name.toLowerCase().includes(word)) return true;
      return (
        q.includes("/") &&
        rest.length === 0 &&
        one.owner.includes(owner) &&
        one.name.toLowerCase().includes(name)
      );
    });
}

/** With `uid`: what that user or organization owns, or a user takes part in. */
function takesPart(call: Call, one: WorldRepository): boolean {
  const uid = Number(call.url.searchParams.get("uid"));
  if (!uid) return true;
  const { world } = call.server;
  const user = world.users.find((user) => user.id === uid);
  if (user)
    return call.url.searchParams.get("exclusive") === "true"
      ? one.owner === user.login
      : belongsTo(world, one, user.login);
  return world.owners.find((owner) => owner.id === uid)?.path === one.owner;
}

function byId(call: Call): Answer {
  const one = call.server.world.repositories.find((row) => row.id === Number(call.parts[0]));
  return one && found(call.server.world, one, call.asker?.login ?? null)
    ? repositoryAnswer(call, one)
    : missing;
}

function repositoryAnswer(call: Call, one: WorldRepository): Answer {
  const { world } = call.server;
  return ok(json.repositoryJson(world, one, base(call), belongsTo(world, one, login(call))));
}

export function within(call: Call, answer: (one: WorldRepository) => Answer): Answer {
  const [owner, name] = call.parts;
  const { world } = call.server;
  const one = world.repositories.find((row) => same(row.owner, owner) && same(row.name, name));
  if (!one) return movedAnswer(call, `${owner}/${name}`);
  return found(world, one, call.asker?.login ?? null) ? answer(one) : missing;
}

/** A former name leads on to the one of today, for whoever may see the repository. */
function movedAnswer(call: Call, formerName: string): Answer {
  const { world } = call.server;
  const one = world.repositories.find((row) => row.formerNames.some((former) => same(former, formerName)));
  if (!one || !found(world, one, call.asker?.login ?? null)) return missing;
  const location =
    call.url.pathname.replace(`/repos/${formerName}`, `/repos/${fullNameOf(one)}`) + call.url.search;
  return { status: 307, headers: { location }, body: null };
}

function branches(call: Call): Answer {
  return within(call, (one) => {
    const q = isNew(call) ? (call.url.searchParams.get("q") ?? "").toLowerCase() : "";
    const names = [...one.branches.keys()].filter((name) => name.toLowerCase().includes(q)).toSorted();
    if (one.defaultBranch === null) return ok(null, { "x-total-count": "0" });
    return paged(call, names, (name) => json.branchJson(one, name, base(call)));
  });
}

function branch(call: Call): Answer {
  const name = call.parts[2] ?? "";
  return within(call, (one) =>
    one.branches.has(name) ? ok(json.branchJson(one, name, base(call))) : missing,
  );
}

function tags(call: Call): Answer {
  return within(call, (one) =>
    withoutLinks(
      paged(call, [...one.tags.keys()].toSorted().reverse(), (name) => ({
        ...json.tagJson(one, name, base(call)),
        // What git calls it where a branch has the same name.
        name: one.branches.has(name) ? `tags/${name}` : name,
      })),
    ),
  );
}

/** The list of tags tells its total and nothing else. */
function withoutLinks({ headers: { link: _none, ...headers } = {}, ...answer }: Answer): Answer {
  return { ...answer, headers };
}

function tag(call: Call): Answer {
  const name = call.parts[2] ?? "";
  return within(call, (one) => (one.tags.has(name) ? ok(json.tagJson(one, name, base(call))) : missing));
}

function same(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}
