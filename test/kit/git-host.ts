/** A host with real repositories on loopback, for the tests of this folder. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import type { GitRemote } from "@/git/nouns";
import { type RepositorySeed, seedRepository } from "@/git/seed-repository";
import { type GitHttpOptions, gitHttpBackend } from "@/git/smart-http";
import { parseAllowList } from "@/lib/outbound/allow-list";
import type { Network } from "@/lib/outbound/target";

const opened: (() => void | Promise<void>)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "slipway-git-"));
  opened.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Serve on 127.0.0.1 and answer `http://localhost:port`. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

export function networkOf(...bases: string[]): Network {
  return {
    allow: parseAllowList(bases.map((base) => new URL(base).host)),
    lookup: async () => ["127.0.0.1"],
  };
}

export interface TestHost {
  base: string;
  /** Holds `host/` with the repositories; free for anything else. */
  folder: string;
  network: Network;
  ids: string[];
  remote: GitRemote;
}

/** A host with one repository, `acme/site`. */
export async function hostWith(
  seed: RepositorySeed,
  options: Partial<GitHttpOptions> = {},
): Promise<TestHost> {
  const folder = await freshFolder();
  const root = path.join(folder, "host");
  const ids = await seedRepository(path.join(root, "acme/site.git"), seed);
  const base = await serve(gitHttpBackend({ root, ...options }));
  return {
    base,
    folder,
    network: networkOf(base),
    ids,
    remote: { url: `${base}/acme/site.git`, credential: null },
  };
}
