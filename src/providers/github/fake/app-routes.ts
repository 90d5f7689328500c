import * as json from "@/providers/github/fake/app-json";
import {
  addToken,
  appsOf,
  type FakeInstallation,
  type Grants,
  reaches,
  signer,
} from "@/providers/github/fake/apps";
import { appHookRoutes } from "@/providers/github/fake/deliveries";
import { repositoryJson } from "@/providers/github/fake/json";
import {
  type Answer,
  addresses,
  type Call,
  failure,
  ok,
  paged,
  type Signed,
  type SignedRoute,
} from "@/providers/github/fake/page";
import { fullNameOf, type WorldRepository } from "@/providers/simulator/world";

/** What an App signs itself, and what it does with the token of an installation. */

const missing = failure(404, "Not Found");

const signedRoutes: SignedRoute[] = [
  ...appHookRoutes,
  {
    method: "GET",
    path: /^app$/,
    answer: (call) => ok(json.appJson(call.server.world, call.app, addresses(call))),
  },
  { method: "GET", path: /^app\/installations$/, answer: installations },
  { method: "GET", path: /^app\/installation-requests$/, answer: requests },
  {
    method: "GET",
    path: /^app\/installations\/(\d+)$/,
    answer: (call) => within(call, (one) => ok(installationJson(call, one))),
  },
  {
    method: "POST",
    path: /^app\/installations\/(\d+)\/access_tokens$/,
    answer: (call) => within(call, (one) => token(call, one)),
  },
  {
    method: "GET",
    path: /^(?:repos\/([^/]+)\/([^/]+)|repositories\/(\d+))\/installation$/,
    answer: ofRepository,
  },
];

/** Null for a call that no App signs. */
export function signedAnswer(
  call: Omit<Call, "asker" | "parts">,
  request: Request,
  path: string,
  now: Date,
): Answer | null {
  const code = /^app-manifests\/([^/]+)\/conversions$/.exec(path)?.[1];
  if (code !== undefined)
    return request.method === "POST" ? conversion({ ...call, asker: null, parts: [code] }, now) : missing;
  for (const route of signedRoutes) {
    const parts = request.method === route.method && route.path.exec(path)?.slice(1);
    if (!parts) continue;
    const app = signer(call.server.world, request.headers.get("authorization"), now);
    if ("status" in app) return failure(app.status, app.message, { date: now.toUTCString() });
    return route.answer({ ...call, asker: null, parts: parts.map((part) => part ?? ""), app, now });
  }
  return null;
}

function installationJson(call: Signed, one: FakeInstallation) {
  return json.installationJson(call.server.world, call.app, one, addresses(call));
}

function own(call: Signed): FakeInstallation[] {
  return appsOf(call.server.world).installations.filter((one) => one.appId === call.app.id);
}

function installations(call: Signed): Answer {
  return paged(call, own(call), (one) => {
    const { account, ...shown } = installationJson(call, one);
    // In the list it is told without this one.
    const { user_view_type: _, ...person } = account;
    return { ...shown, account: person };
  });
}

function requests(call: Signed): Answer {
  const { world } = call.server;
  const rows = appsOf(world).requests.filter((one) => one.appId === call.app.id);
  return paged(call, rows, (one) => json.requestJson(world, one, addresses(call)));
}

function within(call: Signed, then: (one: FakeInstallation) => Answer): Answer {
  const found = own(call).find((one) => one.id === Number(call.parts[0]));
  return found ? then(found) : missing;
}

/** Once, within the hour. */
function conversion(call: Call, now: Date): Answer {
  const { world } = call.server;
  const { codes } = appsOf(world);
  const code = call.parts[0] ?? "";
  const found = codes.get(code);
  codes.delete(code);
  if (!found || found.until < now.getTime()) return missing;
  return { ...ok(json.conversionJson(world, found.app, addresses(call))), status: 201 };
}

const levels = ["none", "read", "write", "admin"];

function token(call: Signed, one: FakeInstallation): Answer {
  const { world } = call.server;
  if (one.suspendedAt) return failure(403, "This installation has been suspended");
  const asked = askedOf(call.body);
  const reached = world.repositories.filter((each) => reaches(one, each));
  const ids = asked.repository_ids;
  if (ids && !ids.every((id) => reached.some((each) => each.id === id)))
    return failure(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  if (
    !Object.entries(asked.permissions ?? {}).every(([name, level]) => isWithin(one.permissions[name], level))
  )
    return failure(422, "The permissions requested are not granted to this installation.");
  const made = addToken(world, one, call.now, {
    ...(asked.permissions && { permissions: asked.permissions }),
    ...(ids && { repositoryIds: ids }),
  });
  const shown = reached.filter((each) => ids?.includes(each.id));
  return {
    status: 201,
    body: {
      token: made.value,
      expires_at: new Date(made.endsAt).toISOString().replace(".000Z", "Z"),
      permissions: made.permissions,
      repository_selection: ids ? "selected" : one.repositoryIds === null ? "all" : "selected",
      ...(ids && { repositories: shown.map((each) => repositoryJson(world, each, addresses(call))) }),
    },
  };
}

function askedOf(body: Call["body"]): { repository_ids?: number[]; permissions?: Grants } {
  return body;
}

function isWithin(granted: string | undefined, asked: string): boolean {
  return levels.indexOf(asked) > 0 && levels.indexOf(granted ?? "none") >= levels.indexOf(asked);
}

function ofRepository(call: Signed): Answer {
  const [owner = "", name = "", id] = call.parts;
  const full = `${owner}/${name}`.toLowerCase();
  const isIt = (one: WorldRepository) =>
    id ? one.id === Number(id) : fullNameOf(one).toLowerCase() === full;
  const { repositories } = call.server.world;
  const found = repositories.find(isIt);
  const one = found && own(call).find((each) => reaches(each, found));
  if (one) return ok(installationJson(call, one));
  const former = repositories.find((each) => each.formerNames.some((each) => each.toLowerCase() === full));
  if (!former || !own(call).some((each) => reaches(each, former))) return missing;
  const location = call.url.href.replace(/\/repos\/[^/]+\/[^/]+\//, `/repositories/${former.id}/`);
  return { status: 301, body: { message: "Moved Permanently", url: location }, headers: { location } };
}
