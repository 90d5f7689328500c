import {
  commitTo,
  emptyRepository,
  tagAt,
  type World,
  type WorldRepository,
} from "@/providers/simulator/world";

/** Tokens of the seeded world, in the order of what they may do. */
export const BOT_TOKEN = "bot-7f3c9a51e0d24b6688aa10c2";
export const EXPIRED_TOKEN = "old-0b1d4c7720aa4f5e9d3c61f8";
export const LONELY_TOKEN = "lonely-55aa0bd3c1e24f7f93b2";

/** An OAuth application that is registered on every simulated host. */
export const CLIENT = { id: "slipway-client-01", secret: "cs-4e1f7a20b98c4d53a6f0e2d1", name: "Slipway" };

/** Branch names that break a careless URL. */
export const ODD_BRANCHES = ["feature/a#1", "dependabot/npm_and_yarn/@types/node-1", "hot%2Ffix", "größe"];

const PAGE = "<!doctype html><title>Hello</title><h1>Hello</h1>\n";

/**
 * The world that every simulated host starts from: the organization `acme` with private, public, archived and empty
 * repositories, a sub-group, a look-alike organization that the bot cannot see into, and people.
 */
export function seedWorld(): World {
  return {
    users: [
      { id: 11, login: "acme-bot", fullName: "Acme Bot" },
      { id: 12, login: "ada", fullName: "Ada Example" },
      { id: 13, login: "lonely", fullName: "Nobody's Friend" },
    ],
    owners: [
      { id: 21, path: "acme", members: ["acme-bot", "ada"] },
      { id: 22, path: "acme-evil", members: [] },
      { id: 23, path: "acme/platform", members: [] },
    ],
    tokens: [
      { value: BOT_TOKEN, login: "acme-bot", scopes: null },
      { value: EXPIRED_TOKEN, login: "acme-bot", scopes: null, expiresOn: "2020-01-01" },
      { value: LONELY_TOKEN, login: "lonely", scopes: null },
    ],
    clients: [{ ...CLIENT, redirectUris: [] }],
    repositories: [
      site(),
      emptyRepository({ id: 102, owner: "acme", name: "empty", private: true }),
      small({ id: 103, owner: "acme", name: "old", archived: true }),
      small({ id: 104, owner: "acme", name: "Handbook" }),
      small({ id: 105, owner: "acme/platform", name: "deploy", private: true }),
      small({ id: 106, owner: "acme-evil", name: "site" }),
      small({ id: 107, owner: "acme-evil", name: "secret", private: true }),
      small({ id: 108, owner: "acme-bot", name: "dotfiles", private: true }),
      small({ id: 109, owner: "ada", name: "shared", private: true, collaborators: ["acme-bot"] }),
      small({ id: 110, owner: "ada", name: "diary", private: true }),
    ],
  };
}

/** The repository to deploy: two commits on `main`, odd branches, a light and an annotated tag. */
function site(): WorldRepository {
  const repository = emptyRepository({ id: 101, owner: "acme", name: "site", private: true });
  const first = commitTo(repository, "main", { message: "First page", files: { "index.html": PAGE } });
  for (const branch of ODD_BRANCHES) repository.branches.set(branch, first);
  tagAt(repository, "v1.0.0", first);
  tagAt(repository, "release/1", first, true);
  const files = {
    "index.html": PAGE,
    "public/style.css": "h1 { color: teal }\n",
    "public/img/dot.svg": "<svg/>\n",
  };
  commitTo(repository, "main", { message: "Add a style\n\nTeal it is.", files });
  repository.protectedBranches.push("main");
  return repository;
}

function small(at: Parameters<typeof emptyRepository>[0]): WorldRepository {
  const repository = emptyRepository(at);
  commitTo(repository, "main", { message: "Start", files: { "README.md": `# ${at.name}\n` } });
  return repository;
}

/** Add `count` repositories `<owner>/bulk-00001…` that share one content. */
export function addRepositories(world: World, owner: string, count: number): void {
  const content = small({ id: 0, owner, name: "bulk" });
  for (let n = 1; n <= count; n++) {
    const name = `bulk-${String(n).padStart(5, "0")}`;
    world.repositories.push({ ...content, id: 100_000 + n, name, private: n % 2 === 0 });
  }
}

/** Add `count` branches `topic/00001…` to a repository, all at its newest commit. */
export function addBranches(repository: WorldRepository, count: number): void {
  const sha = repository.branches.get(repository.defaultBranch ?? "");
  if (!sha) return;
  for (let n = 1; n <= count; n++) repository.branches.set(`topic/${String(n).padStart(5, "0")}`, sha);
}
