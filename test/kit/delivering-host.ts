/** For tests: a simulated host that delivers, connected to an organization with an application of `acme/site`. */
import { testMember, testOrganization } from "@test/kit/member";
import { call, reachHosts } from "@test/kit/provider-api";
import { simulatorOf } from "@test/kit/simulator";
import type { Caller } from "@/access/caller";
import { db, transaction } from "@/db/client";
import { processDelivery } from "@/features/delivery/process/process-delivery";
import { type NewDelivery, type TakenIn, takeIn } from "@/features/delivery/receive/insert";
import { openForge } from "@/features/git-provider/client/open";
import type { GitProvider } from "@/features/git-provider/contract";
import { newId } from "@/lib/id";
import { registry } from "@/providers/registry";
import type { Outgoing, WorldEvent } from "@/providers/simulator/hooks";
import { openRequest } from "@/providers/simulator/requests";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { Simulated } from "@/providers/simulator/simulated";
import {
  commitTo,
  fullNameOf,
  tagAt,
  type World,
  type WorldPullRequest,
  type WorldRepository,
} from "@/providers/simulator/world";

/** Host names of the simulated hosts, for `reachHosts`. */
export const hostName = (type: string) => `${type.toLowerCase()}.example.com`;

interface DeliveringHost {
  type: string;
  host: Simulated;
  world: World;
  site: WorldRepository;
}

async function deliveringHost(type: string): Promise<DeliveringHost> {
  const world = seedWorld();
  const simulate = await simulatorOf(type);
  const host = simulate({ world, baseUrl: `https://${hostName(type)}/sub` });
  const site = world.repositories.find((one) => fullNameOf(one) === "acme/site");
  if (!site) throw new Error("the world has no acme/site");
  return { type, host, world, site };
}

/** A repository hook of one provider: what is sent to it arrives under its id. */
export interface TestHook {
  webhookId: string;
  gitProviderId: string;
  url: string;
  secret: string;
}

/** A new organization at a simulated host that answers in memory. */
export async function organizationAt(type: string): Promise<DeliveringOrganization> {
  const at = await deliveringHost(type);
  reachHosts({ [hostName(type)]: at.host });
  const { caller } = await testMember(await testOrganization(), "owner");
  return new DeliveringOrganization(at, caller);
}

/** Ids of the commits that were deployed to an environment, in their order. */
export async function deployedShas(environmentId: string): Promise<string[]> {
  const rows = await db().deployment.findMany({ where: { environmentId }, orderBy: { createdAt: "asc" } });
  return rows.map(({ commit }) => (commit as { sha: string }).sha);
}

export class DeliveringOrganization {
  readonly at: DeliveringHost;
  readonly caller: Caller;

  constructor(at: DeliveringHost, caller: Caller) {
    this.at = at;
    this.caller = caller;
  }

  get repositoryId(): string {
    const { host, site } = this.at;
    return host.idOf?.(site) ?? String(site.id);
  }

  get fullName(): string {
    return this.at.host.fullName(this.at.site) ?? "";
  }

  async connect(): Promise<string> {
    const { type, host } = this.at;
    const { authMethod, settings, secrets } = host.connection(BOT_TOKEN);
    const fields = { name: newId(), authMethod, ...settings, ...secrets };
    const { gitProviderId } = await call<GitProvider>(this.caller, `${type}.create`, fields);
    return gitProviderId;
  }

  /** A hook at the host, made as Slipway makes it. */
  async hook(gitProviderId: string): Promise<TestHook> {
    const webhookId = newId();
    const url = `https://slipway.example.com/api/${this.at.type}/webhook/${webhookId}`;
    const { forge } = await openForge(this.caller, gitProviderId);
    const wanted = {
      url,
      secret: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
      needs: ["push", "pullRequest"] as const,
      isNewSecret: false,
    };
    const key = { id: this.repositoryId, fullName: this.fullName };
    const made = await forge.hooks?.ensure(key, wanted);
    if (!made) throw new Error("this host has no hooks");
    return { webhookId, gitProviderId, url, secret: made.secret };
  }

  /** An application of the site, with the given environments. */
  async application(
    gitProviderId: string,
    environments: object[] = [{ name: "production", branch: "main", trigger: "push" }],
    more: object = {},
  ) {
    const { organizationId } = this.caller;
    const name = `site-${newId().slice(0, 8)}`;
    const { applicationId } = await db().application.create({
      data: {
        organizationId,
        gitProviderId,
        name,
        slug: name,
        repositoryId: this.repositoryId,
        repositoryFullName: this.fullName,
        repositoryUrl: `https://${hostName(this.at.type)}/sub/${this.fullName}`,
        ...more,
      },
    });
    for (const environment of environments as { name: string; branch: string }[])
      await db().environment.create({
        data: { organizationId, applicationId, site: `${name}--${environment.name}`, ...environment },
      });
    const rows = await db().environment.findMany({ where: { applicationId }, orderBy: { createdAt: "asc" } });
    return { applicationId, environmentIds: rows.map(({ environmentId }) => environmentId) };
  }

  /** Move a branch at the host by one commit. */
  push(
    branch: string,
    message = "Change it",
    files: Record<string, string> = {},
  ): WorldEvent & { kind: "push" } {
    const { site } = this.at;
    const before = site.branches.get(branch) ?? null;
    const content = { "site.css": newId(), ...files };
    const after = commitTo(site, branch, { message, files: content });
    return { kind: "push", ref: `refs/heads/${branch}`, before, after, files: Object.keys(content) };
  }

  /** Tag a commit at the host. */
  tag(name: string, sha: string): WorldEvent & { kind: "push" } {
    tagAt(this.at.site, name, sha);
    return { kind: "push", ref: `refs/tags/${name}`, before: null, after: sha };
  }

  /** Open a request for a new branch with one commit. */
  openRequest(branch: string, more: { from?: WorldRepository; labels?: string[] } = {}) {
    const { world, site } = this.at;
    const from = more.from ?? site;
    from.branches.set(branch, from.branches.get("main") ?? "");
    commitTo(from, branch, { message: `Add ${branch}`, files: { "index.html": newId() } });
    return openRequest(world, site, { title: `Add ${branch}`, branch, ...more });
  }

  /** What the host tells of a request as it is now. */
  requestEvent(
    request: WorldPullRequest,
    action: "opened" | "updated" | "closed" | "merged",
    from?: WorldRepository,
  ): WorldEvent {
    const { number, title, head, base, labels } = request;
    return {
      kind: "pullRequest",
      action,
      number,
      title,
      branch: head.ref,
      sha: head.sha,
      base,
      labels,
      from,
    };
  }

  /** Move a branch at the host to a commit that is there. */
  move(branch: string, to: string): WorldEvent & { kind: "push" } {
    const { site } = this.at;
    const before = site.branches.get(branch) ?? null;
    site.branches.set(branch, to);
    return { kind: "push", ref: `refs/heads/${branch}`, before, after: to, files: ["site.css"] };
  }

  /** What the host sends to a hook because of an event. */
  sent(hook: TestHook, event: WorldEvent): Outgoing[] {
    return (this.at.host.deliveries?.(this.at.site, event) ?? []).filter(({ url }) => url === hook.url);
  }

  /** Take a request in, as the address of the hook does. */
  async takeIn(
    hook: TestHook,
    { headers, body }: Outgoing,
    given: Partial<NewDelivery> = {},
  ): Promise<TakenIn> {
    const { webhooks } = registry[this.at.type] ?? {};
    const raw = { raw: Buffer.from(body), headers: new Headers(headers) };
    const delivery = webhooks?.verify(raw, [hook.secret], new Date());
    if (!webhooks || !delivery) throw new Error("the delivery is not signed correctly");
    return transaction((tx) =>
      takeIn(tx, {
        organizationId: this.caller.organizationId,
        gitProviderId: hook.gitProviderId,
        sourceId: hook.webhookId,
        source: "hook",
        hostDeliveryId: webhooks.deliveryId(delivery),
        headers: Object.fromEntries(raw.headers),
        body: raw.raw,
        ...given,
      }),
    );
  }

  /** Have an event delivered and worked. @returns the delivery as it is kept */
  async deliver(hook: TestHook, event: WorldEvent, given: Partial<NewDelivery> = {}) {
    const rows = [];
    for (const outgoing of this.sent(hook, event))
      rows.push(await this.worked(await this.takeIn(hook, outgoing, given)));
    const [row] = rows;
    if (!row) throw new Error("the host sent nothing");
    return row;
  }

  async worked(taken: TakenIn) {
    if (taken.isNew) await processDelivery(taken);
    return db().webhookDelivery.findFirstOrThrow({ where: { deliveryId: taken.deliveryId } });
  }
}

/** For tests: have the newest deployment of an environment end, and be served when it succeeded. */
export async function endDeployment(environmentId: string, status: "succeeded" | "failed" = "succeeded") {
  const { deploymentId } = await db().deployment.findFirstOrThrow({
    where: { environmentId, status: "queued" },
    orderBy: { createdAt: "desc" },
  });
  await db().deployment.update({ where: { deploymentId }, data: { status, finishedAt: new Date() } });
  if (status === "succeeded")
    await db().environment.update({ where: { environmentId }, data: { currentDeploymentId: deploymentId } });
}
