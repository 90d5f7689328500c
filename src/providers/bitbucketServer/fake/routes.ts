import * as json from "@/providers/bitbucketServer/fake/json";
import { projectKeyOf } from "@/providers/bitbucketServer/fake/json";
import { type Answer, base, type Call, failure, ok, paged } from "@/providers/bitbucketServer/fake/page";
import { belongsTo, canSee, type World, type WorldRepository } from "@/providers/simulator/world";

export interface Route {
  /** GET unless told. */
  method?: string;
  path: RegExp;
  /** Also without signing in. */
  open?: boolean;
  answer(call: Call): Answer;
}

export const REPOSITORY = "projects/([^/]+)/repos/([^/]+)";

export const routes: Route[] = [
  { path: /^application-properties$/, open: true, answer: properties },
  { path: /^users\/([^/]+)$/, answer: user },
  { path: /^projects$/, open: true, answer: projects },
  { path: /^projects\/([^/]+)$/, answer: (call) => inProject(call, projectAnswer) },
  { path: /^repos$/, open: true, answer: repositories },
  { path: /^projects\/([^/]+)\/repos$/, answer: (call) => inProject(call, ofProject) },
  { path: new RegExp(`^${REPOSITORY}$`), open: true, answer: (call) => within(call, repository) },
  {
    path: new RegExp(`^${REPOSITORY}/default-branch$`),
    open: true,
    answer: (call) => within(call, defaultBranch),
  },
  { path: new RegExp(`^${REPOSITORY}/branches$`), open: true, answer: (call) => within(call, branches) },
  { path: new RegExp(`^${REPOSITORY}/tags$`), open: true, answer: (call) => within(call, tags) },
];

/** Projects do not nest. */
export function holds(one: WorldRepository): boolean {
  return !one.owner.includes("/");
}

export function sees(world: World, login: string | null, one: WorldRepository): boolean {
  return holds(one) && canSee(world, one, login);
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function properties({ server }: Call): Answer {
  const version = server.version ?? "9.4.0";
  return ok({ version, buildNumber: "9004000", buildDate: "1731542400000", displayName: "Bitbucket" });
}

function user(call: Call): Answer {
  const { world } = call.server;
  const found = world.users.find((one) => same(one.login, call.parts[0] ?? ""));
  if (!found) return failure(404, "The requested user does not exist.", "user.NoSuchUserException");
  return ok(json.userJson(world, found.login, base(call)));
}

function ownersOf(world: World): string[] {
  return [...world.owners.map((one) => one.path), ...world.users.map((one) => one.login)].filter(
    (path) => !path.includes("/"),
  );
}

/** With `permission`: those that were given to the account, not only what is open to everybody. */
function projects(call: Call): Answer {
  const { world } = call.server;
  const members = new Map(world.owners.map((one) => [one.path, one.members]));
  const rows = ownersOf(world).filter(
    (path) => path === call.login || members.get(path)?.includes(call.login ?? ""),
  );
  return paged(call, rows.toSorted(), (owner) => json.projectJson(world, owner, base(call)));
}

function inProject(call: Call, then: (call: Call, owner: string) => Answer): Answer {
  const { world } = call.server;
  const owner = ownersOf(world).find((path) => same(projectKeyOf(world, path), call.parts[0] ?? ""));
  if (owner) return then(call, owner);
  return failure(404, `Project ${call.parts[0]} does not exist.`, "project.NoSuchProjectException");
}

function projectAnswer(call: Call, owner: string): Answer {
  return ok(json.projectJson(call.server.world, owner, base(call)));
}

function ofProject(call: Call, owner: string): Answer {
  const { world } = call.server;
  const rows = world.repositories.filter((one) => one.owner === owner && sees(world, call.login, one));
  return paged(call, rows, (one) => json.repositoryJson(world, one, base(call)));
}

/** What is open to everybody may be read by the account as well, and so is listed. */
function repositories(call: Call): Answer {
  const { world } = call.server;
  const query = call.url.searchParams;
  const name = (query.get("name") ?? "").trim().toLowerCase();
  const key = (query.get("projectkey") ?? "").trim();
  const isAdmin = query.get("permission") === "REPO_ADMIN";
  const rows = world.repositories
    .filter((one) => sees(world, call.login, one) && one.name.toLowerCase().includes(name))
    .filter((one) => key === "" || same(projectKeyOf(world, one.owner), key))
    .filter((one) => query.get("archived") === "ALL" || !one.archived)
    .filter((one) => !isAdmin || belongsTo(world, one, call.login ?? ""));
  return paged(call, rows, (one) => json.repositoryJson(world, one, base(call)));
}

/** To people who are signed in the same refusal is given as to a stranger. */
export function within(call: Call, then: (call: Call, one: WorldRepository) => Answer): Answer {
  const [key = "", name = "", ...parts] = call.parts;
  const { world } = call.server;
  const found = world.repositories.find(
    (one) => holds(one) && same(projectKeyOf(world, one.owner), key) && same(one.name, name),
  );
  if (!found)
    return failure(404, `Repository ${key}/${name} does not exist.`, "repository.NoSuchRepositoryException");
  if (!sees(world, call.login, found))
    return failure(401, "You are not permitted to access this resource", "AuthorisationException");
  return then({ ...call, parts }, found);
}

function repository(call: Call, one: WorldRepository): Answer {
  return ok(json.repositoryJson(call.server.world, one, base(call)));
}

/** Of an empty repository the branch that a first push would make. */
function defaultBranch(_call: Call, one: WorldRepository): Answer {
  return ok(json.refJson("heads", one.defaultBranch ?? "main"));
}

function filtered(call: Call, names: Iterable<string>): string[] {
  const text = (call.url.searchParams.get("filterText") ?? "").toLowerCase();
  return [...names].filter((name) => name.toLowerCase().includes(text)).toSorted();
}

function branches(call: Call, one: WorldRepository): Answer {
  return paged(call, filtered(call, one.branches.keys()), (name) => json.branchJson(one, name));
}

function tags(call: Call, one: WorldRepository): Answer {
  return paged(call, filtered(call, one.tags.keys()), (name) => json.tagJson(one, name));
}
