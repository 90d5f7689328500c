import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, reachHosts, reachInMemory } from "@test/kit/provider-api";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { openForge } from "@/features/git-provider/client/open";
import type { GitProvider } from "@/features/git-provider/contract";
import { newId } from "@/lib/id";
import type { Report } from "@/providers/connection/report";
import { simulate } from "@/providers/gitea/fake";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

const giteaUrl = "https://git.example.com";
let owner: TestMember;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

let gitProviderId: string;
let giteaId: string;
beforeEach(async () => {
  const given = { name: `Gitea ${newId()}`, giteaUrl, accessToken: BOT_TOKEN };
  const made = await call<GitProvider>(owner.caller, "gitea.create", given);
  gitProviderId = made.gitProviderId;
  giteaId = String(made.gitea?.giteaId);
});

function works(): { requests: string[] } {
  return reachHosts({ "git.example.com": simulate({ world: seedWorld(), baseUrl: giteaUrl }) });
}

function blocks(): { requests: string[] } {
  const message = "This account is prohibited from signing in, please contact your site administrator.";
  return reachInMemory(async ({ headers }) =>
    headers.has("authorization")
      ? Response.json({ message }, { status: 403 })
      : Response.json({ version: "1.22.0" }),
  );
}

function refuses(): { requests: string[] } {
  return reachInMemory(async () => new Response("{}", { status: 401 }));
}

/** The fault of one call with the stored secret, null when it went well. */
async function use(): Promise<string | null> {
  try {
    const { forge } = await openForge(owner.caller, gitProviderId);
    await forge.repositories?.list({ limit: 1 });
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

async function useTimes(count: number): Promise<void> {
  for (let time = 0; time < count; time++) expect(await use()).toBe("credential_rejected");
}

describe("a secret that the host refuses", () => {
  it("is no longer sent after three refusals in a row, and the reason is still shown", async () => {
    const { requests } = refuses();
    await useTimes(3);
    const sent = requests.length;
    await useTimes(2);
    expect(requests).toHaveLength(sent);
    await expect(openForge(owner.caller, gitProviderId)).rejects.toMatchObject({
      reason: { code: "token_rejected" },
    });
  });

  it("is counted for each of several concurrent callers", async () => {
    refuses();
    await Promise.all([use(), use(), use(), use()]);
    const { rejectionCount } = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
    expect(rejectionCount).toBe(4);
  });

  it("starts the count anew after the host accepted it", async () => {
    refuses();
    await useTimes(2);
    works();
    expect(await use()).toBeNull();
    refuses();
    await useTimes(2);
    works();
    expect(await use()).toBeNull();
  });

  it("is sent again in a connection test, and afterwards if the host accepts it", async () => {
    refuses();
    await useTimes(3);
    const { requests } = refuses();
    expect((await call<Report>(owner.caller, "gitea.testConnection", { giteaId })).ok).toBe(false);
    expect(requests.length).toBeGreaterThan(0);
    const sent = requests.length;
    expect(await use()).toBe("credential_rejected");
    expect(requests).toHaveLength(sent);
    works();
    expect((await call<Report>(owner.caller, "gitea.testConnection", { giteaId })).ok).toBe(true);
    expect(await use()).toBeNull();
  });

  it("has a background check due once the host takes it again, which corrects the health", async () => {
    refuses();
    await useTimes(1);
    works();
    expect(await use()).toBeNull();
    const { checkDueAt } = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
    expect(checkDueAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it("does not keep a newly stored secret from being sent", async () => {
    refuses();
    await useTimes(3);
    works();
    await call(owner.caller, "gitea.update", { giteaId, accessToken: BOT_TOKEN });
    expect(await use()).toBeNull();
  });

  it("does not keep a refreshed token from being sent", async () => {
    refuses();
    await useTimes(3);
    works();
    await db().gitProvider.update({ where: { gitProviderId }, data: { renewalVersion: { increment: 1 } } });
    expect(await use()).toBeNull();
  });
});

describe("a secret of an account that is blocked", () => {
  it("is still sent after many refusals and a failed test, since the account may be permitted again", async () => {
    blocks();
    await useTimes(4);
    const report = await call<Report>(owner.caller, "gitea.testConnection", { giteaId });
    expect(report).toMatchObject({ ok: false, accountBlocked: true });
    const { health } = await call<GitProvider>(owner.caller, "gitProvider.one", { gitProviderId });
    expect(health).toMatchObject({ state: "broken", reason: { code: "account_blocked" } });
    works();
    expect(await use()).toBeNull();
    const { checkDueAt } = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
    expect(checkDueAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });
});
