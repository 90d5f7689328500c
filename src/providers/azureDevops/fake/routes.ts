import * as json from "@/providers/azureDevops/fake/json";
import { guidOf } from "@/providers/azureDevops/fake/json";
import type { SimulateOptions } from "@/providers/simulator/simulated";
import { belongsTo, type World, type WorldRepository } from "@/providers/simulator/world";

export interface Call {
  server: SimulateOptions;
  /** Address of the organization without a slash. */
  root: string;
  url: URL;
  login: string;
  /** Decoded parts of the path. */
  parts: string[];
  /** JSON that was sent; empty when there was none. */
  body: Record<string, unknown>;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export interface Route {
  /** GET unless told. */
  method?: string;
  path: RegExp;
  answer(call: Call): Answer;
}

export const REPOSITORY = "(?:([^/]+)/)?_apis/git/repositories/([^/]+)";

export const routes: Route[] = [
  {
    path: /^_apis\/connectionData$/,
    answer: ({ server, login }) => ok(json.connectionJson(server.world, login)),
  },
  { path: /^_apis\/projects$/, answer: projects },
  { path: /^(?:([^/]+)\/)?_apis\/git\/repositories$/, answer: repositories },
  { path: new RegExp(`^${REPOSITORY}$`), answer: (call) => within(call, repository) },
  { path: new RegExp(`^${REPOSITORY}/refs$`), answer: (call) => within(call, refs) },
];

export function ok(body: unknown, headers?: Record<string, string>): Answer {
  return headers ? { status: 200, body, headers } : { status: 200, body };
}

export function failure(status: number, message: string, typeKey: string): Answer {
  return { status, body: { $id: "1", innerException: null, message, typeKey, errorCode: 0, eventId: 3000 } };
}

/** Projects do not nest, and all that is in one is as private as the project. */
export function holds(one: WorldRepository): boolean {
  return !one.owner.includes("/");
}

export function sees(world: World, login: string, one: WorldRepository): boolean {
  return holds(one) && belongsTo(world, one, login);
}

function same(a: string, b: string | undefined): boolean {
  return a.toLowerCase() === b?.toLowerCase();
}

function visible({ server, login }: Call): WorldRepository[] {
  return server.world.repositories.filter((one) => sees(server.world, login, one));
}

function projects(call: Call): Answer {
  const { world } = call.server;
  const owners = [...new Set(visible(call).map((one) => one.owner))].toSorted();
  return paged(call, owners, (owner) => json.projectJson(world, owner, call.root), "100");
}

function repositories(call: Call): Answer {
  const [project] = call.parts;
  const { world } = call.server;
  const rows = visible(call).filter((one) => !project || same(one.owner, project));
  const known = [...world.owners.map((one) => one.path), ...world.users.map((one) => one.login)];
  if (project && !known.some((name) => same(name, project)))
    return failure(
      404,
      `TF200016: The following project does not exist: ${project}.`,
      "ProjectDoesNotExistWithNameException",
    );
  const value = rows.map((one) => json.repositoryJson(world, one, call.root));
  return ok({ value, count: value.length });
}

/** By name within a project, or by id anywhere. */
export function within(call: Call, then: (call: Call, one: WorldRepository) => Answer): Answer {
  const [project, name = "", ...parts] = call.parts;
  const found = visible(call).find((one) => {
    if (project && !same(one.owner, project)) return false;
    return guidOf(one.id) === name || (Boolean(project) && same(one.name, name));
  });
  if (found) return then({ ...call, parts }, found);
  return failure(
    404,
    `TF401019: The Git repository with name or identifier ${name} does not exist or you do not have permissions for the operation you are attempting.`,
    "GitRepositoryNotFoundException",
  );
}

function repository({ server, root }: Call, one: WorldRepository): Answer {
  return ok(json.repositoryJson(server.world, one, root));
}

/** `filter` compares the beginning behind `refs/`, `filterContains` any part. */
function refs(call: Call, one: WorldRepository): Answer {
  const query = call.url.searchParams;
  const names = [
    ...[...one.branches.keys()].map((name) => `refs/heads/${name}`),
    ...[...one.tags.keys()].map((name) => `refs/tags/${name}`),
  ];
  const rows = names
    .filter((name) => name.startsWith(`refs/${query.get("filter") ?? ""}`))
    .filter((name) => name.toLowerCase().includes((query.get("filterContains") ?? "").toLowerCase()))
    .toSorted();
  const isPeeled = query.get("peelTags") === "true";
  return paged(call, rows, (name) => json.refJson(one, name, isPeeled, call.root), "1000");
}

/** The token says where to go on; the last page has none. */
function paged<Row>(call: Call, rows: Row[], toJson: (row: Row) => unknown, most: string): Answer {
  const query = call.url.searchParams;
  const start = Number(query.get("continuationToken") ?? 0);
  const end = start + Math.min(Number(query.get("$top") ?? most), 1000);
  const value = rows.slice(start, end).map(toJson);
  const headers: Record<string, string> = end < rows.length ? { "x-ms-continuationtoken": String(end) } : {};
  return ok({ value, count: value.length }, headers);
}
