import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, reachInMemory } from "@test/kit/provider-api";
import { simulatorOf } from "@test/kit/simulator";
import { db, transaction } from "@/db/client";
import type { GitProvider } from "@/features/git-provider/contract";
import { requestHooks } from "@/features/webhook/request";
import { env, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { Simulated } from "@/providers/simulator/simulated";
import type { World, WorldRepository } from "@/providers/simulator/world";

/** For tests: where the simulated host is. Its name is a public one, so it reaches public addresses only. */
const HOOK_HOST = "https://git.host-of-test.com/sub";

/** For tests: hosts that have webhooks. */
export const hookTypes = ["github", "gitlab", "bitbucket", "bitbucketServer", "gitea", "azureDevops"];

/** For tests: an organization with a provider of one simulated host, and an application that is deployed by pushes. */
export interface HookWorld {
  owner: TestMember;
  world: World;
  host: Simulated;
  gitProviderId: string;
  applicationId: string;
  environmentId: string;
  repository: WorldRepository;
  /** Requests to the host are answered with this instead, where it answers. */
  fault: ((request: Request) => Response | null) | null;
  /** Requests that reached the host. */
  requests: number;
  /** Another SLIPWAY_URL. */
  moveTo(url: string): void;
  /** A further application of the same repository. */
  addApplication(): Promise<{ applicationId: string; environmentId: string }>;
  plan(): Promise<void>;
}

interface HookWorldOptions {
  token?: string;
  /** Name of a repository of `acme`. */
  name?: string;
  /** Another auth method than the first one. */
  authMethod?: string;
}

export async function hookWorld(
  type: string,
  { token = BOT_TOKEN, name = "site", authMethod: chosen = "" }: HookWorldOptions = {},
): Promise<HookWorld> {
  const owner = await testMember(await testOrganization(), "owner");
  const world = seedWorld();
  const host = (await simulatorOf(type))({ world, baseUrl: HOOK_HOST, now: () => new Date() });
  const repository = world.repositories.find((one) => one.owner === "acme" && one.name === name);
  if (!repository) throw new Error(`no repository ${name}`);
  const { organizationId } = owner;
  const plan = () => transaction((tx) => requestHooks(tx, organizationId));
  const made: HookWorld = {
    ...{ owner, world, host, repository, plan, fault: null, requests: 0 },
    ...{ gitProviderId: "", applicationId: "", environmentId: "" },
    moveTo(url) {
      setEnv({ ...env(), url });
      reach();
    },
    async addApplication() {
      const added = await insertApplication(made);
      await plan();
      return added;
    },
  };
  // Other settings open connections anew, so this is done after each change of them.
  const reach = () =>
    reachInMemory(async (request) => {
      made.requests++;
      return made.fault?.(request) ?? host.respond(request);
    });
  reach();
  const { authMethod, settings, secrets } = (host.connections?.[chosen] ?? host.connection)(token);
  const given = { name: newId(), authMethod, ...settings, ...secrets };
  made.gitProviderId = (await call<GitProvider>(owner.caller, `${type}.create`, given)).gitProviderId;
  return Object.assign(made, await made.addApplication());
}

async function insertApplication({ owner, host, repository, gitProviderId }: HookWorld) {
  const { organizationId } = owner;
  const fullName = host.fullName(repository) ?? "";
  const { applicationId } = await db().application.create({
    data: {
      ...{ organizationId, gitProviderId, name: newId(), slug: newId() },
      repositoryId: host.idOf?.(repository) ?? String(repository.id),
      repositoryFullName: fullName,
      repositoryUrl: `${HOOK_HOST}/${fullName}`,
    },
  });
  const { environmentId } = await db().environment.create({
    data: {
      ...{ organizationId, applicationId, name: "production", branch: "main" },
      ...{ site: newId(), trigger: "push" },
    },
  });
  return { applicationId, environmentId };
}
