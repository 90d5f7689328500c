import type { GitRemote, RemoteRefs, RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { GitPort } from "@/providers/git-port";
import type { Forge, Provider } from "@/providers/provider";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { Simulate, Simulated } from "@/providers/simulator/simulated";
import { fullNameOf, type World, type WorldRepository } from "@/providers/simulator/world";

export const BASE = "https://git.example.com/sub";
export const NOW = new Date("2026-05-03T10:00:00Z");

export interface HarnessOptions {
  world?: World;
  token?: string;
  /** One of `Simulated.connections`, in place of that of `Simulated.connection`. */
  authMethod?: string;
  /** Answers in place of the simulated host, which it is given. */
  respond?: (request: Request, host: Simulated) => Response | Promise<Response>;
  settings?: Record<string, unknown>;
  version?: string;
}

/** One opened connection to a simulated host, and all that was sent to it. */
export interface Harness {
  provider: Provider;
  authMethod: string;
  forge: Forge;
  host: Simulated;
  world: World;
  sent: Request[];
  /** The repository of the world by `owner/name`. */
  find(name: string): WorldRepository;
  /** The id that the host gives it. */
  id(name: string): string;
  /** Its key by name only. */
  key(name: string): RepositoryKey;
  /** Its page on the host, and its address for git. */
  addresses(name: string): { url: string; cloneUrl: string };
}

export function harness(provider: Provider, simulate: Simulate, options: HarnessOptions = {}): Harness {
  const world = options.world ?? seedWorld();
  const host = simulate({ world, baseUrl: BASE, now: () => NOW, version: options.version });
  const sent: Request[] = [];
  // The clock moves on with each refusal: a token that was just made is asked with again for some seconds.
  let refusals = 0;
  const now = () => new Date(NOW.getTime() + refusals * 10_000);
  const connect = host.connections?.[options.authMethod ?? ""] ?? host.connection;
  const { settings, ...connection } = connect(options.token ?? BOT_TOKEN);
  const { authMethod } = connection;
  // With OAuth, the tokens of the simulated world have to be OAuth tokens.
  if (provider.manifest.methods[authMethod]?.renews)
    for (const token of world.tokens) token.client ??= world.clients?.[0]?.id;
  const forge = provider.open({
    ...connection,
    settings: { ...settings, ...options.settings },
    now,
    git: simulatedGit(host, world),
    http: {
      async send(request) {
        sent.push(request);
        const answer = await (options.respond ?? host.respond)(request, host);
        if (answer.status === 401) refusals++;
        return answer;
      },
    },
  });
  const find = (name: string) => {
    const one = world.repositories.find((repository) => fullNameOf(repository) === name);
    if (!one) throw new Error(`the world has no ${name}`);
    return one;
  };
  const key = (name: string) => ({ fullName: host.fullName(find(name)) ?? name });
  const id = (name: string) => host.idOf?.(find(name)) ?? String(find(name).id);
  const addresses = (name: string) => ({
    url: `${BASE}/${host.webPath?.(find(name)) ?? name}`,
    cloneUrl: addressOf(host, find(name)) ?? "",
  });
  return { provider, authMethod, forge, host, world, sent, find, id, key, addresses };
}

/** The refs that git would list for the same world, without starting a process. */
function simulatedGit(host: Simulated, world: World): GitPort {
  return {
    async lsRemote(remote) {
      const one = world.repositories.find((repository) => addressOf(host, repository) === remote.url);
      if (!one || !mayRead(host, one, remote)) throw refusal(host, world, remote);
      return refsOf(one);
    },
  };
}

function addressOf(host: Simulated, repository: WorldRepository): string | null {
  const name = host.fullName(repository);
  if (name === null || name.startsWith("https://")) return name;
  return `${BASE}/${host.gitPath?.(repository) ?? `${name}.git`}`;
}

function mayRead(host: Simulated, one: WorldRepository, { credential }: GitRemote): boolean {
  return host.mayReadGit(one, credential?.username ?? null, credential?.password ?? null);
}

/** A wrong credential is refused even for public repositories. */
function refusal(host: Simulated, world: World, remote: GitRemote): Fault {
  const isKnown = world.repositories.some((one) => !one.private && mayRead(host, one, remote));
  if (isKnown) return new Fault("not_found", { code: "host_not_found", params: { host: "git" } });
  return new Fault("credential_rejected", { code: "token_rejected", params: { host: "git" } });
}

function refsOf(repository: WorldRepository): RemoteRefs {
  return {
    defaultBranch: repository.defaultBranch,
    branches: [...repository.branches].map(([name, sha]) => ({ name, sha })),
    tags: [...repository.tags].map(([name, tag]) => ({ name, sha: tag.sha })),
  };
}
