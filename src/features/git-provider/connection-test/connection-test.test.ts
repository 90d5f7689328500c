import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts, reachInMemory, said } from "@test/kit/provider-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { openForge } from "@/features/git-provider/client/open";
import type { GitProvider, GitProviderDetail } from "@/features/git-provider/contract";
import { newId } from "@/lib/id";
import type { Report } from "@/providers/connection/report";
import { simulate } from "@/providers/gitea/fake";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

const giteaUrl = "https://git.example.com/sub";
let owner: TestMember;
let requests: string[];

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

beforeEach(() => {
  const world = seedWorld();
  requests = reachHosts({ "git.example.com": simulate({ world, baseUrl: giteaUrl }) }).requests;
});

afterAll(() => {
  expect(said.filter((text) => text.includes(BOT_TOKEN))).toEqual([]);
});

async function make(
  fields: Record<string, unknown> = {},
): Promise<{ giteaId: string; gitProviderId: string }> {
  const given = { name: `Gitea ${newId()}`, giteaUrl, accessToken: BOT_TOKEN, ...fields };
  const { gitea, gitProviderId } = await call<GitProvider>(owner.caller, "gitea.create", given);
  return { giteaId: String(gitea?.giteaId), gitProviderId };
}

const test = (fields: Record<string, unknown>) => call<Report>(owner.caller, "gitea.testConnection", fields);
const one = (gitProviderId: string) =>
  call<GitProviderDetail>(owner.caller, "gitProvider.one", { gitProviderId });

describe("testing a connection", () => {
  it("is not done when a provider is created: no host is called", async () => {
    await make();
    expect(requests).toEqual([]);
  });

  it("by id alone stores the result as the health of the provider", async () => {
    const { giteaId, gitProviderId } = await make();
    const report = await test({ giteaId });
    expect(report).toMatchObject({ ok: true, account: { name: "acme-bot" } });
    const after = await one(gitProviderId);
    expect(after.health.state).toBe("ok");
    expect(after.health.checkedAt).not.toBeNull();
    expect(after).toMatchObject({ account: { name: "acme-bot" }, report: { ok: true } });
  });

  it("with a refused token shows the provider as broken", async () => {
    const { giteaId, gitProviderId } = await make({ accessToken: "wrong-token" });
    expect(await test({ giteaId })).toMatchObject({ ok: false });
    expect((await one(gitProviderId)).health).toMatchObject({ state: "broken" });
  });

  it("leads to the page of Slipway on which an authorization is started, not to a page of the host", async () => {
    const given = { name: `Gitea ${newId()}`, giteaUrl, clientId: "slipway", clientSecret: "sealed away" };
    const made = await call<GitProvider & { authorizeUrl: string }>(owner.caller, "gitea.create", given);
    const { checks } = await test({ giteaId: made.gitea?.giteaId });
    const { fix } = checks.find(({ id }) => id === "credential") ?? {};
    expect(fix).toEqual({ text: "Finish the authorization in the browser.", url: made.authorizeUrl });
  });

  it("leads to the page on which a refused token is replaced, beside the page of the host", async () => {
    const { giteaId, gitProviderId } = await make({ accessToken: "wrong-token" });
    const { checks } = await test({ giteaId });
    const { fix } = checks.find(({ id }) => id === "credential") ?? {};
    expect(fix?.url).toContain("git.example.com");
    expect(fix?.page?.label).toBe("Replace the credential");
    const page = new URL(fix?.page?.url ?? "");
    expect(page.pathname).toMatch(new RegExp(`^/o/[^/]+/providers/${gitProviderId}$`));
    expect(page.search).toBe("?tab=settings&dialog=rotate");
  });

  it("with other fields beside the id saves nothing", async () => {
    const { giteaId, gitProviderId } = await make();
    await test({ giteaId, organizationName: "acme" });
    await test({ giteaId, accessToken: "wrong-token" });
    expect((await one(gitProviderId)).health.state).toBe("pending");
  });

  it("never sends the stored token to another address", async () => {
    const { giteaId } = await make();
    for (const fields of [
      { giteaUrl: "https://evil.example.com" },
      { giteaInternalUrl: "https://evil.example.com" },
    ]) {
      const fault = await faultOfCall(owner.caller, "gitea.testConnection", { giteaId, ...fields });
      expect(fault.issues).toMatchObject([{ path: "accessToken" }]);
    }
    expect(requests).toEqual([]);
    await test({ giteaId, giteaUrl: "https://evil.example.com", accessToken: "another" });
    expect(requests.every((url) => url.startsWith("https://evil.example.com/"))).toBe(true);
  });

  it("works with all fields given and nothing saved yet", async () => {
    const before = await call<GitProvider[]>(owner.caller, "gitProvider.getAll");
    expect(await test({ giteaUrl, accessToken: BOT_TOKEN })).toMatchObject({ ok: true });
    expect((await faultOfCall(owner.caller, "gitea.testConnection", { giteaUrl })).code).toBe(
      "invalid_input",
    );
    expect(await call<GitProvider[]>(owner.caller, "gitProvider.getAll")).toHaveLength(before.length);
  });

  it("needs the permission to change providers", async () => {
    const { giteaId } = await make();
    const viewer = await testMember(owner.organizationId, "viewer");
    expect((await faultOfCall(viewer.caller, "gitea.testConnection", { giteaId })).code).toBe("forbidden");
  });
});

describe("the health of a provider in use", () => {
  it("turns broken when the host refuses the token in use, and stays as it is when the host is down", async () => {
    const { gitProviderId, giteaId } = await make();
    await test({ giteaId });
    reachInMemory(async () => new Response("{}", { status: 503 }));
    const { forge } = await openForge(owner.caller, gitProviderId);
    await expect(forge.repositories?.list({ limit: 1 })).rejects.toMatchObject({ code: "unavailable" });
    expect((await one(gitProviderId)).health.state).toBe("ok");
    reachInMemory(async () => new Response("{}", { status: 401 }));
    const again = await openForge(owner.caller, gitProviderId);
    await expect(again.forge.refs.list({ fullName: "a/b" }, { kind: "branch", limit: 1 })).rejects.toThrow();
    expect((await one(gitProviderId)).health).toMatchObject({
      state: "broken",
      reason: { code: "token_rejected" },
    });
  });

  it("stops calling a rate-limited host until the time that the host named", async () => {
    const { gitProviderId } = await make();
    const limited = reachInMemory(
      async () => new Response("{}", { status: 429, headers: { "retry-after": "120" } }),
    );
    const { forge } = await openForge(owner.caller, gitProviderId);
    await expect(forge.repositories?.list({ limit: 1 })).rejects.toMatchObject({ code: "rate_limited" });
    expect(limited.requests).toHaveLength(1);
    await expect(openForge(owner.caller, gitProviderId)).rejects.toMatchObject({
      code: "rate_limited",
      retryAt: expect.any(Date),
    });
    await db().$executeRaw`UPDATE "git_provider"
      SET "health" = jsonb_set("health", '{limitedUntil}', '"2026-01-01T00:00:00Z"')
      WHERE "gitProviderId" = ${gitProviderId}`;
    await expect(openForge(owner.caller, gitProviderId)).resolves.toBeDefined();
  });

  it("comes with the time when the provider was last used", async () => {
    const { gitProviderId } = await make();
    expect((await one(gitProviderId)).lastUsedAt).toBeNull();
    await openForge(owner.caller, gitProviderId);
    expect((await one(gitProviderId)).lastUsedAt).not.toBeNull();
  });
});
