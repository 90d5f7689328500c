import type { Simulate, SimulateOptions } from "@/providers/simulator/simulated";
import { canSee, fullNameOf, type WorldRepository } from "@/providers/simulator/world";

/**
 * A plain git server over a seeded world: `<base>/<owner>/<name>.git`. Here it begins a fetch as git's smart HTTP
 * protocol says; the fetch itself is served by the real git beside it.
 */
export const simulate: Simulate = (options) => ({
  respond: async (request) => answer(options, request),
  fullName: (repository) => addressOf(options, repository),
  mayReadGit: (repository, _username, password) => mayRead(options, repository, password),
  connection: (token) => ({
    authMethod: "https",
    settings: { gitUrl: baseOf(options), username: null },
    secrets: { password: token },
  }),
  scopes: [],
});

function answer(options: SimulateOptions, request: Request): Response {
  const url = new URL(request.url);
  const address = `${url.origin}${url.pathname}`.replace(/\/info\/refs$/, "");
  const found = options.world.repositories.find((one) => addressOf(options, one) === address);
  if (!url.pathname.endsWith("/info/refs")) return page(200);
  if (!found || url.searchParams.get("service") !== "git-upload-pack") return page(404);
  if (!mayRead(options, found, passwordOf(request))) return unauthorized();
  return new Response(advertisement(found), {
    headers: { "content-type": "application/x-git-upload-pack-advertisement", "cache-control": "no-cache" },
  });
}

function mayRead(options: SimulateOptions, repository: WorldRepository, password: string | null): boolean {
  const { world, now } = options;
  const token = world.tokens.find((one) => one.value === password);
  // A wrong password is refused even where none is needed.
  if (password !== null && !token) return false;
  if (token?.expiresOn && Date.parse(token.expiresOn) <= (now?.() ?? new Date()).getTime()) return false;
  return canSee(world, repository, token?.login ?? null);
}

/** The first answer of a fetch: every ref behind the name of the service, each line with its length before it. */
function advertisement(repository: WorldRepository): string {
  const head = repository.branches.get(repository.defaultBranch ?? "");
  const refs = [
    ...(head ? [[head, "HEAD"]] : []),
    ...[...repository.branches].map(([name, sha]) => [sha, `refs/heads/${name}`]),
    ...[...repository.tags].map(([name, tag]) => [tag.object, `refs/tags/${name}`]),
  ];
  const lines = refs.length > 0 ? refs.map((ref) => ref.join(" ")) : [`${"0".repeat(40)} capabilities^{}`];
  const capable = `symref=HEAD:refs/heads/${repository.defaultBranch ?? "main"} agent=git/2.47.0`;
  const packets = lines.map((line, index) => packet(index === 0 ? `${line}\0${capable}\n` : `${line}\n`));
  return `${packet("# service=git-upload-pack\n")}0000${packets.join("")}0000`;
}

function packet(line: string): string {
  const length = Buffer.byteLength(line) + 4;
  return length.toString(16).padStart(4, "0") + line;
}

function passwordOf(request: Request): string | null {
  const encoded = /^Basic (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (!encoded) return null;
  return Buffer.from(encoded, "base64").toString().split(":").slice(1).join(":");
}

function unauthorized(): Response {
  return new Response("", { status: 401, headers: { "www-authenticate": 'Basic realm="git"' } });
}

function page(status: number): Response {
  return new Response("<!doctype html><title>git</title>", {
    status,
    headers: { "content-type": "text/html" },
  });
}

function addressOf(options: SimulateOptions, repository: WorldRepository): string {
  return `${baseOf(options)}/${fullNameOf(repository)}.git`;
}

function baseOf({ baseUrl }: SimulateOptions): string {
  return baseUrl.replace(/\/+$/, "");
}
