import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BOT_TOKEN, seedWorld } from "@/providers/conformance/seed";
import { type ServedFake, serveFake } from "@/providers/conformance/serve";
import { commitTo, type World, type WorldRepository } from "@/providers/conformance/world";
import { simulate as simulateGitea } from "@/providers/gitea/fake";
import { simulate as simulateGithub } from "@/providers/github/fake";
import { simulate as simulateGitlab } from "@/providers/gitlab/fake";

export interface Hosts {
  gitea: ServedFake & { world: World };
  gitlab: ServedFake & { world: World };
  github: ServedFake & { world: World };
  /** The value of SLIPWAY_OUTBOUND_ALLOW that lets Slipway call exactly these. */
  allow: string;
  /** A token that sees every repository of the organization `acme`. */
  token: string;
  close(): Promise<void>;
}

/** A Gitea-, a GitLab- and a GitHub-shaped host on loopback, with real repositories over git's own HTTP. */
export async function startHosts(
  options: { latencyMs?: number; seed?: (world: World) => void } = {},
): Promise<Hosts> {
  const folder = await mkdtemp(path.join(tmpdir(), "slipway-hosts-"));
  async function serve(name: string, simulate: typeof simulateGitea) {
    const world = seedWorld();
    options.seed?.(world);
    const repositoriesRoot = path.join(folder, name);
    const served = await serveFake({ simulate, world, repositoriesRoot, latencyMs: options.latencyMs });
    return { ...served, world };
  }
  const gitea = await serve("gitea", simulateGitea);
  const gitlab = await serve("gitlab", simulateGitlab);
  const github = await serve("github", simulateGithub);
  return {
    gitea,
    gitlab,
    github,
    allow: [gitea, gitlab, github].map((host) => new URL(host.url).host).join(","),
    token: BOT_TOKEN,
    async close() {
      await Promise.all([gitea, gitlab, github].map((host) => host.close()));
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
