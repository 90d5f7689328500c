import type { Simulate, SimulateOptions } from "@/providers/simulator/simulated";
import { belongsTo, canSee, fullNameOf, isWithin, type WorldRepository } from "@/providers/simulator/world";

/** The toy host over a seeded world. */
export const simulate: Simulate = (options) => ({
  respond: async (request) => respond(options, request),
  fullName: fullNameOf,
  mayReadGit: (repository, _username, password) => {
    if (password === null) return !repository.private;
    const login = loginOf(options, password);
    return login !== null && canSee(options.world, repository, login);
  },
  connection: (token) => ({
    authMethod: "token",
    settings: { toyUrl: options.baseUrl },
    secrets: { accessToken: token },
  }),
  scopes: ["read"],
});

function loginOf({ world, now }: SimulateOptions, value: string): string | null {
  const token = world.tokens.find((one) => one.value === value);
  const at = (now?.() ?? new Date()).getTime();
  return token && !(token.expiresOn && Date.parse(token.expiresOn) <= at) ? token.login : null;
}

function respond(options: SimulateOptions, request: Request): Response {
  const url = new URL(request.url);
  const path = url.pathname.replace(`${new URL(options.baseUrl).pathname.replace(/\/$/, "")}/toy/`, "");
  if (path === "version") return Response.json({ product: "Toy", version: options.version ?? "1.0" });
  const login = loginOf(options, request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "");
  if (login === null) return refusal(401, "token");
  const query = Object.fromEntries(url.searchParams);
  if (path === "me") return Response.json({ login });
  if (path === "owners") return Response.json(ownersOf(options, login));
  if (path === "repositories") return repositories(options, login, query);
  const found = findRepository(options, login, query);
  if (!found) return refusal(404, "repository");
  if (path === "repository") return Response.json(shape(options, found));
  if (path === "refs") return refs(found, query);
  return path === "commit" ? commit(options, found, query.ref ?? "") : refusal(404, "path");
}

function refusal(status: number, what: string): Response {
  return Response.json({ refused: what }, { status });
}

type Query = Record<string, string>;

function ownersOf({ world }: SimulateOptions, login: string): string[] {
  return world.owners.filter(({ members }) => members.includes(login)).map(({ path }) => path);
}

function repositories(options: SimulateOptions, login: string, query: Query): Response {
  const { world } = options;
  const { owner = "", search = "" } = query;
  const known = [...world.owners.map(({ path }) => path), ...world.users.map((user) => user.login)];
  if (owner && !known.includes(owner)) return refusal(404, "owner");
  const rows = world.repositories.filter(
    (one) =>
      belongsTo(world, one, login) &&
      (!owner || isWithin(one.owner, owner)) &&
      one.name.toLowerCase().includes(search.toLowerCase()),
  );
  return page(rows, query, (one) => shape(options, one));
}

function page<Row>(rows: Row[], query: Query, shown: (row: Row) => unknown): Response {
  const [number, size] = [Number(query.page), Number(query.size)];
  const items = rows.slice((number - 1) * size, number * size).map(shown);
  return Response.json({ items, total: rows.length });
}

function findRepository(
  { world }: SimulateOptions,
  login: string,
  { id, name }: Query,
): WorldRepository | null {
  const found = world.repositories.find((one) => (id ? String(one.id) === id : fullNameOf(one) === name));
  return found && canSee(world, found, login) ? found : null;
}

function shape({ baseUrl }: SimulateOptions, one: WorldRepository) {
  const fullName = fullNameOf(one);
  return {
    id: String(one.id),
    name: one.name,
    owner: one.owner,
    fullName,
    url: `${baseUrl}/${fullName}`,
    cloneUrl: `${baseUrl}/${fullName}.git`,
    defaultBranch: one.defaultBranch,
    private: one.private,
    archived: one.archived,
    empty: one.branches.size === 0,
    pushedAt: one.pushedAt,
  };
}

function refs(found: WorldRepository, query: Query): Response {
  const tags = [...found.tags].map(([name, { sha }]) => ({ name, sha }));
  const main = found.defaultBranch;
  const branches = [...found.branches].map(([name, sha]) => ({ name, sha, default: name === main }));
  const rows = query.kind === "tag" ? tags : branches;
  const search = (query.search ?? "").toLowerCase();
  return page(
    rows.filter(({ name }) => name.toLowerCase().includes(search)),
    query,
    (row) => row,
  );
}

function commit({ baseUrl }: SimulateOptions, found: WorldRepository, ref: string): Response {
  const branch = found.branches.get(ref.replace(/^refs\/heads\//, ""));
  const sha = branch ?? found.tags.get(ref.replace(/^refs\/tags\//, ""))?.sha ?? ref;
  const known = found.commits.get(sha);
  if (!known) return refusal(404, "commit");
  return Response.json({
    sha,
    subject: known.message.split("\n")[0] ?? "",
    author: known.author.name,
    committedAt: new Date(known.author.at * 1000).toISOString(),
    url: `${baseUrl}/${fullNameOf(found)}/commit/${sha}`,
  });
}
