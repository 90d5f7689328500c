import { commits, compare, statuses } from "@/providers/gitlab/fake/commits";
import * as shape from "@/providers/gitlab/fake/json";
import { mergeRequests } from "@/providers/gitlab/fake/merge-requests";
import { type Call, json, message, pageOf, refPage } from "@/providers/gitlab/fake/page";
import { belongsTo, canSee, fullNameOf, isWithin, type WorldRepository } from "@/providers/simulator/world";

const readers = ["api", "read_api"];
const profileReaders = [...readers, "read_user"];

/** The answer to a call by the decoded segments of its path. */
export function route(call: Call, path: string[]): Response {
  const [first, second = "", third, ...rest] = path;
  if (call.method !== "GET" && !(first === "projects" && third === "merge_requests"))
    return json({ error: "405 Not Allowed" }, 405);
  if (first === "personal_access_tokens" && second === "self" && path.length === 2) return self(call);
  if (first === "user" && path.length === 1) return signedIn(call, profileReaders, user);
  if ((first === "version" || first === "metadata") && path.length === 1)
    return signedIn(call, profileReaders, version);
  const lacking = lackingScope(call, call.method === "GET" ? readers : ["api"]);
  if (lacking) return lacking;
  if (first === "projects" && path.length === 1) return projects(call);
  if (first === "groups" && path.length === 1) return groups(call);
  if (first === "groups" && third === "projects" && path.length === 3) return groupProjects(call, second);
  if (first === "users" && third === "projects" && path.length === 3) return userProjects(call, second);
  if (first === "projects") return project(call, second, third, rest);
  return json({ error: "404 Not Found" }, 404);
}

function signedIn(call: Call, scopes: string[], then: (call: Call) => Response): Response {
  if (!call.token) return message(401, "401 Unauthorized");
  return lackingScope(call, scopes) ?? then(call);
}

function self(call: Call): Response {
  if (!call.token) return message(401, "401 Unauthorized");
  if (call.token.client)
    return message(400, "400 Bad request - This endpoint requires token type to be a personal access token");
  return json(shape.tokenJson(call.token, call.world, call.scopes));
}

function user({ world, token, base }: Call): Response {
  const found = world.users.find((one) => one.login === token?.login);
  return found ? json(shape.userJson(found, base)) : message(401, "401 Unauthorized");
}

function version(call: Call): Response {
  return json({ version: call.version, revision: "0e1d2c3b4a5", enterprise: true });
}

function projects(call: Call): Response {
  const login = call.token?.login ?? null;
  const mine = call.url.searchParams.get("membership") === "true";
  return projectPage(call, (repository) =>
    mine && login !== null ? belongsTo(call.world, repository, login) : canSee(call.world, repository, login),
  );
}

function groupProjects(call: Call, id: string): Response {
  const group = call.world.owners.find((owner) => isSame(owner.path, id) || String(owner.id) === id);
  if (!group) return message(404, "404 Group Not Found");
  const deep = call.url.searchParams.get("include_subgroups") === "true";
  return projectPage(call, ({ owner }) => (deep ? isWithin(owner, group.path) : isSame(owner, group.path)));
}

function userProjects(call: Call, id: string): Response {
  const owner = call.world.users.find((one) => isSame(one.login, id) || String(one.id) === id);
  if (!owner) return message(404, "404 User Not Found");
  return projectPage(call, (repository) => repository.owner === owner.login);
}

function projectPage(call: Call, includes: (repository: WorldRepository) => boolean): Response {
  const query = call.url.searchParams;
  const archived = query.get("archived");
  const rows = call.world.repositories.filter(
    (repository) =>
      includes(repository) &&
      canSee(call.world, repository, call.token?.login ?? null) &&
      (archived === null || String(repository.archived) === archived) &&
      matches(repository, query.get("search") ?? "", query.get("search_namespaces") === "true"),
  );
  const sorted = rows.sort((a, b) => b.pushedAt.localeCompare(a.pushedAt) || b.id - a.id);
  const form = query.get("simple") === "true" || !call.token ? "simple" : "full";
  return pageOf(sorted, call.url, (repository) => shape.projectJson(repository, call.base, form), true);
}

/** Fewer than three letters match a whole name only. */
function matches(repository: WorldRepository, search: string, namespaces: boolean): boolean {
  const wanted = search.toLowerCase();
  const text = (namespaces ? fullNameOf(repository) : repository.name).toLowerCase();
  return wanted.length < 3 ? wanted === "" || text.split("/").includes(wanted) : text.includes(wanted);
}

function groups(call: Call): Response {
  const login = call.token?.login ?? "";
  const mine = call.world.owners.filter((group) =>
    call.world.owners.some((above) => above.members.includes(login) && isWithin(group.path, above.path)),
  );
  return pageOf(mine, call.url, (group) => shape.groupJson(group, call.base));
}

function project(call: Call, id: string, area: string | undefined, rest: string[]): Response {
  const found = call.world.repositories.find((one) =>
    /^\d+$/.test(id) ? String(one.id) === id : isSame(fullNameOf(one), id),
  );
  if (!found || !canSee(call.world, found, call.token?.login ?? null))
    return message(404, "404 Project Not Found");
  if (area === undefined) return json(shape.projectJson(found, call.base, call.token ? "full" : "simple"));
  if (area === "merge_requests") return mergeRequests(call, found, rest);
  if (area !== "repository") return json({ error: "404 Not Found" }, 404);
  return repository(call, found, rest);
}

function repository(call: Call, found: WorldRepository, [kind, name, ...more]: string[]): Response {
  if (kind === "compare" && name === undefined) return compare(call, found);
  if (kind === "commits" && name === undefined) return commits(call, found);
  if (kind === "commits" && more.join("/") === "statuses") return statuses(call, found, name ?? "");
  if (more.length > 0 || name === "") return json({ error: "404 Not Found" }, 404);
  if (kind === "branches") return branches(call, found, name);
  if (kind === "tags") return tags(call, found, name);
  if (kind === "commits" && name !== undefined) return commit(call, found, name);
  return json({ error: "404 Not Found" }, 404);
}

function branches(call: Call, found: WorldRepository, name: string | undefined): Response {
  const toJson = (branch: string) => shape.branchJson(found, branch, call.base);
  if (name !== undefined)
    return found.branches.has(name) ? json(toJson(name)) : message(404, "404 Branch Not Found");
  const all = sortedBranches(found, call.url);
  return refPage(all, searched(all, call.url), call.url, toJson);
}

function sortedBranches(found: WorldRepository, url: URL): string[] {
  const names = [...found.branches.keys()].sort();
  if (url.searchParams.get("sort") !== "updated_desc") return names;
  const at = (name: string) => found.commits.get(found.branches.get(name) ?? "")?.author.at ?? 0;
  return names.sort((a, b) => at(b) - at(a));
}

/** Until something is pushed there may be no repository at all (`repo_exists?` in lib/api/tags.rb). */
function tags(call: Call, found: WorldRepository, name: string | undefined): Response {
  if (found.branches.size === 0) return message(404, "404 Not Found");
  const toJson = (tag: string) => shape.tagJson(found, tag, call.base);
  if (name !== undefined)
    return found.tags.has(name) ? json(toJson(name)) : message(404, "404 Tag Not Found");
  const all = [...found.tags.keys()].reverse();
  return refPage(all, searched(all, call.url), call.url, toJson);
}

function commit(call: Call, found: WorldRepository, ref: string): Response {
  const sha = found.tags.get(ref)?.sha ?? found.branches.get(ref) ?? ref;
  const body = shape.commitJson(found, sha, call.base);
  return body ? json(body) : message(404, "404 Commit Not Found");
}

/** `^` at the start and `$` at the end tie the search to that end of the name. */
function searched(names: string[], url: URL): string[] {
  const search = (url.searchParams.get("search") ?? "").toLowerCase();
  const text = search.replace(/^\^/, "").replace(/\$$/, "");
  return names.filter((name) => {
    const at = name.toLowerCase();
    if (search.startsWith("^") && !at.startsWith(text)) return false;
    return search.endsWith("$") ? at.endsWith(text) : at.includes(text);
  });
}

function lackingScope(call: Call, enough: string[]): Response | null {
  if (!call.token || enough.some((scope) => call.scopes.includes(scope))) return null;
  const error_description = "The request requires higher privileges than provided by the access token.";
  return json({ error: "insufficient_scope", error_description, scope: enough.join(" ") }, 403);
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
