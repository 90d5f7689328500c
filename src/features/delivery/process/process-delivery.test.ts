import { testDatabase } from "@test/kit/database";
import {
  DeliveringOrganization,
  deliveringHost,
  endDeployment,
  hostName,
  type TestHook,
} from "@test/kit/delivering-host";
import { testMember, testOrganization } from "@test/kit/member";
import { reachHosts } from "@test/kit/provider-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { storedDecisions } from "@/features/delivery/process/stored";
import { closeQueue } from "@/queue/queue";

testDatabase();
afterAll(() => closeQueue());

const types = ["github", "gitlab", "bitbucket", "bitbucketServer", "gitea", "azureDevops"];

async function shasOf(environmentId: string): Promise<string[]> {
  const rows = await db().deployment.findMany({ where: { environmentId }, orderBy: { createdAt: "asc" } });
  return rows.map(({ commit }) => (commit as { sha: string }).sha);
}

async function organizationAt(type: string): Promise<DeliveringOrganization> {
  const at = await deliveringHost(type);
  reachHosts({ [hostName(type)]: at.host });
  const { caller } = await testMember(await testOrganization(), "owner");
  return new DeliveringOrganization(at, caller);
}

describe.each(types)("deliveries of %s", (type) => {
  let acme: DeliveringOrganization;
  let hook: TestHook;
  let production = "";

  beforeAll(async () => {
    acme = await organizationAt(type);
    const gitProviderId = await acme.connect();
    hook = await acme.hook(gitProviderId);
    const made = await acme.application(gitProviderId);
    production = made.environmentIds[0] ?? "";
  });

  it("lead from a push to one deployment of its commit", async () => {
    const event = acme.push("main");
    const delivery = await acme.deliver(hook, event);
    expect(delivery).toMatchObject({ decision: "deployed", event: "push", ref: "main", sha: event.after });
    expect(await shasOf(production)).toEqual([event.after]);
    const [first] = storedDecisions(delivery);
    expect(first).toMatchObject({ environmentId: production, decision: "deployed", reason: null });
    expect(first?.trace.map(({ rule }) => rule)).toContain("head");
    const again = await acme.deliver(hook, event);
    expect(again).toMatchObject({ decision: "coalesced", reasonCode: "hook_duplicate" });
    await endDeployment(production);
  });
});
