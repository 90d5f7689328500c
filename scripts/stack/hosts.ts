import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { simulate as simulateAzure, simulateEntra } from "@/providers/azureDevops/fake";
import { simulate as simulateBitbucket } from "@/providers/bitbucket/fake";
import { simulate as simulateBitbucketServer } from "@/providers/bitbucketServer/fake";
import { simulate as simulateGit } from "@/providers/git/fake";
import { simulate as simulateGitea } from "@/providers/gitea/fake";
import { simulate as simulateGithub } from "@/providers/github/fake";
import { simulate as simulateGitlab } from "@/providers/gitlab/fake";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import { type ServedFake, serveFake } from "@/providers/simulator/serve";
import type { Simulate } from "@/providers/simulator/simulated";
import { commitTo, type World, type WorldRepository } from "@/providers/simulator/world";
import { type OwnedSsh, startSsh } from "./ssh";

type Host = ServedFake & { world: World };

/** One host of each kind, by the name of its provider type. */
const kinds = {
  gitea: { simulate: simulateGitea },
  gitlab: { simulate: simulateGitlab },
  github: { simulate: simulateGithub },
  bitbucket: { simulate: simulateBitbucket },
  bitbucketServer: { simulate: simulateBitbucketServer },
  // Here the last part of the address is the organization.
  azureDevops: { simulate: simulateAzure, path: "/contoso" },
  git: { simulate: simulateGit },
} satisfies Record<string, { simulate: Simulate; path?: string }>;

export type HostName = keyof typeof kinds;

export type Hosts = Record<HostName, Host> & {
  /** Microsoft's sign-in, over the world of Azure DevOps. */
  entra: ServedFake;
  /** The repositories of `git` once more, over SSH. */
  ssh: OwnedSsh;
  /** The value of SLIPWAY_OUTBOUND_ALLOW that lets Slipway call exactly these. */
  allow: string;
  /** A token that sees every repository of the organization `acme`. */
  token: string;
  close(): Promise<void>;
};

interface Options {
  latencyMs?: number;
  seed?: (world: World, name: HostName) => void;
}

/** A host of each kind on loopback, with real repositories over git's own HTTP. */
export async function startHosts(options: Options = {}): Promise<Hosts> {
  const folder = await mkdtemp(path.join(tmpdir(), "slipway-hosts-"));
  const { latencyMs } = options;
  async function serve(name: HostName): Promise<Host> {
    const world = seedWorld();
    options.seed?.(world, name);
    const repositoriesRoot = path.join(folder, name);
    const served = await serveFake({ ...kinds[name], world, repositoriesRoot, latencyMs });
    return { ...served, world };
  }
  const names = Object.keys(kinds) as HostName[];
  const pairs = await Promise.all(names.map(async (name) => [name, await serve(name)] as const));
  const served = Object.fromEntries(pairs) as Record<HostName, Host>;
  const { world } = served.azureDevops;
  const entra = await serveFake({ simulate: simulateEntra, world, latencyMs });
  const ssh = await startSsh(path.join(folder, "git"));
  const all = [...Object.values(served), entra, ssh];
  return {
    ...served,
    entra,
    ssh,
    allow: all.map((host) => new URL(host.url).host).join(","),
    token: BOT_TOKEN,
    async close() {
      await Promise.all(all.map((host) => host.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The repository `acme/<name>` of a simulated world. */
export function repositoryOf(world: World, name: string): WorldRepository {
  const found = world.repositories.find((each) => each.owner === "acme" && each.name === name);
  if (!found) throw new Error(`the simulated host has no acme/${name}`);
  return found;
}

/** Put a page into a repository and bring it to where git reads it. Returns the commit. */
export async function publish(
  host: ServedFake,
  repository: WorldRepository,
  files: Record<string, string>,
  message: string,
): Promise<string> {
  const sha = commitTo(repository, "main", { message, files });
  await host.update(repository);
  return sha;
}
