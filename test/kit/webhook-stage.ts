/** For tests and figures: a simulated Gitea with a repository, and applications that follow its main branch. */
import path from "node:path";
import type { LoadHook } from "@test/kit/webhook-load";
import { db, transaction } from "@/db/client";
import { insert, prepare } from "@/features/git-provider/input/insert";
import { addSecret, generateHookSecret } from "@/features/webhook/secrets";
import { newId } from "@/lib/id";
import { simulate } from "@/providers/gitea/fake";
import { registry } from "@/providers/registry";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import { type ServedFake, serveFake } from "@/providers/simulator/serve";
import { commitTo, type WorldRepository } from "@/providers/simulator/world";

export interface WebhookStage {
  /** The value of SLIPWAY_OUTBOUND_ALLOW that lets Slipway call the host. */
  allow: string;
  hooks: LoadHook[];
  /** Move the main branch by a commit. */
  advance(): Promise<void>;
  /** A push as the host tells it: of the main branch, or of a branch that nothing follows. */
  push(branch: "main" | string): { body: string; headers: Record<string, string> };
  close(): Promise<void>;
}

/** The host. Its address has to be allowed before anything is connected to it. */
export async function serveStageHost(folder: string): Promise<ServedFake & { site: WorldRepository }> {
  const world = seedWorld();
  const served = await serveFake({ simulate, world, repositoriesRoot: path.join(folder, "repositories") });
  const site = world.repositories.find(({ owner, name }) => owner === "acme" && name === "site");
  if (!site) throw new Error("the simulated host has no acme/site");
  return { ...served, site };
}

/** Connect an organization to it, with applications in the database of this process. */
export async function webhookStage(
  host: ServedFake & { site: WorldRepository },
  applications: number,
): Promise<WebhookStage> {
  const { site } = host;
  const { organizationId } = await db().organization.create({ data: { name: "Acme" } });
  const hooks: LoadHook[] = [];
  for (let n = 0; n < applications; n++) hooks.push(await connect(host, organizationId));
  let before = "0".repeat(40);
  return {
    allow: new URL(host.url).host,
    hooks,
    async advance() {
      before = site.branches.get("main") ?? before;
      commitTo(site, "main", { message: "Change it", files: { "index.html": newId() } });
      await host.update(site);
    },
    push: (branch) => {
      const after = branch === "main" ? (site.branches.get("main") ?? "") : newId().padEnd(40, "0");
      const payload = {
        ref: `refs/heads/${branch}`,
        before: branch === "main" ? before : "1".repeat(40),
        after: branch === "main" ? after : hexOf(after),
        commits: [],
        total_commits: 0,
        repository: { id: site.id, full_name: "acme/site", padding: "x".repeat(2_000) },
      };
      const headers = { "x-gitea-event": "push", "x-gitea-event-type": "push" };
      return { body: JSON.stringify(payload), headers };
    },
    close: () => host.close(),
  };
}

const hexOf = (text: string) => Buffer.from(text).toString("hex").slice(0, 40);

async function connect(
  host: ServedFake & { site: WorldRepository },
  organizationId: string,
): Promise<LoadHook> {
  const { gitea } = registry;
  if (!gitea) throw new Error("Gitea is not registered");
  const { authMethod, settings, secrets } = host.host.connection(BOT_TOKEN);
  const prepared = prepare(gitea, { name: newId(), authMethod, ...settings, ...secrets });
  const gitProviderId = await transaction((tx) => insert(tx, { organizationId, userId: "nobody" }, prepared));
  const name = `site-${newId().slice(0, 8)}`;
  await db().application.create({
    data: {
      organizationId,
      gitProviderId,
      name,
      slug: name,
      repositoryId: String(host.site.id),
      repositoryFullName: "acme/site",
      repositoryUrl: `${host.url}/acme/site`,
      environments: { create: { name: "production", branch: "main", trigger: "push", site: name } },
    },
  });
  const { webhookId } = await db().webhook.create({
    data: {
      organizationId,
      gitProviderId,
      repositoryId: String(host.site.id),
      repositoryFullName: "acme/site",
      mode: "manual",
      url: "https://slipway.example.com",
      needs: ["push"],
    },
  });
  const secret = generateHookSecret();
  await addSecret(db(), { organizationId, webhookId }, secret);
  return { type: "gitea", path: `/api/gitea/webhook/${webhookId}`, secret };
}
