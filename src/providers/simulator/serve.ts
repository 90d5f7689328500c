import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type GitRequest, type GitVerdict, gitHttpBackend, isGitPath } from "@/git/smart-http";
import type { Simulate, Simulated } from "@/providers/simulator/simulated";
import { fullNameOf, type World, type WorldRepository } from "@/providers/simulator/world";
import { writeRepositories, writeRepository } from "@/providers/simulator/write-repositories";

export interface ServeOptions {
  simulate: Simulate;
  world: World;
  /** Folder for the bare repositories that git is served from; without one there is only the API. */
  repositoriesRoot?: string;
  /** A free one unless given. */
  port?: number;
  /** Sub-path of the host, such as `/git`. */
  path?: string;
  /** Milliseconds that every answer takes longer. */
  latencyMs?: number;
  version?: string;
}

export interface ServedFake {
  /** Base address: `http://127.0.0.1:4000/git`. */
  url: string;
  host: Simulated;
  /** `GET /git/api/…` of every request, oldest first. Never a credential. */
  requests: string[];
  /** Bring what was added to a repository of the world to where git reads it. */
  update(repository: WorldRepository): Promise<void>;
  close(): Promise<void>;
}

/** A simulated host on loopback: its API, and its repositories over git's smart HTTP with its own check of credentials. */
export async function serveFake(options: ServeOptions): Promise<ServedFake> {
  const { world, repositoriesRoot: root } = options;
  if (root) await writeRepositories(world, root);
  const requests: string[] = [];
  let listener: RequestListener = (_req, res) => res.writeHead(503).end();
  const server = createServer((req, res) => {
    requests.push(`${req.method} ${req.url}`);
    wait(options.latencyMs ?? 0).then(
      () => listener(req, res),
      () => res.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${portOf(server.address())}${options.path ?? ""}`;
  const host = options.simulate({ world, baseUrl: url, version: options.version });
  listener = listenerOf(options, host, url);
  return {
    url,
    host,
    requests,
    update: async (repository) => void (root && (await writeRepository(repository, root))),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function portOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}

function listenerOf(options: ServeOptions, host: Simulated, url: string): RequestListener {
  const { repositoriesRoot: root, path: prefix = "" } = options;
  const git =
    root && gitHttpBackend({ root, prefix, authorize: (request) => verdictOf(options, host, url, request) });
  return (req, res) => {
    const { pathname } = new URL(req.url ?? "/", url);
    if (git && isGitPath(pathname, prefix)) {
      req.url = folderUrl(options, host, req.url ?? "/");
      return git(req, res);
    }
    answer(req, res, host, url).catch((error: unknown) =>
      res.destroy(error instanceof Error ? error : undefined),
    );
  };
}

/** A host does not tell a stranger which repositories there are. */
function verdictOf(options: ServeOptions, host: Simulated, url: string, request: GitRequest): GitVerdict {
  const { username, password } = request;
  const mayRead = (one: WorldRepository) => host.mayReadGit(one, username, password);
  const found = options.world.repositories.find((one) => gitPath(host, one, url) === request.repository);
  if (found && mayRead(found)) return request.write ? "forbid" : "allow";
  if (password === null) return "deny";
  return options.world.repositories.some((one) => !one.private && mayRead(one)) ? "missing" : "deny";
}

/** Where a host has addresses of another form for git, the one that names the repository's folder. */
function folderUrl({ world, path: prefix = "" }: ServeOptions, host: Simulated, address: string): string {
  for (const one of host.gitPath ? world.repositories : []) {
    const start = `${prefix}/${host.gitPath?.(one)}/`;
    if (address.startsWith(start)) return `${prefix}/${fullNameOf(one)}.git/${address.slice(start.length)}`;
  }
  return address;
}

/** The path below the base, for kinds of hosts that name a repository by its address as well. */
function gitPath(host: Simulated, repository: WorldRepository, url: string): string | null {
  if (host.gitPath) return fullNameOf(repository);
  const name = host.fullName(repository);
  return name?.startsWith(`${url}/`) ? name.slice(url.length + 1).replace(/\.git$/, "") : name;
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  host: Simulated,
  url: string,
): Promise<void> {
  const response = await host.respond(await requestOf(req, url));
  const body = Buffer.from(await response.arrayBuffer());
  res.writeHead(response.status, Object.fromEntries(response.headers));
  res.end(req.method === "HEAD" ? undefined : body);
}

async function requestOf(req: IncomingMessage, url: string): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) headers.set(name, String(value));
  const hasBody = req.method !== "GET" && req.method !== "HEAD";
  return new Request(new URL(req.url ?? "/", url), {
    method: req.method,
    headers,
    body: hasBody ? Buffer.concat(chunks) : undefined,
  });
}
