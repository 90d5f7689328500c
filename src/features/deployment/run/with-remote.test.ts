import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, reachInMemory } from "@test/kit/provider-api";
import { type TokenHost, tokenHost } from "@test/kit/token-host";
import { beforeAll, describe, expect, it } from "vitest";
import { withRemote } from "@/features/deployment/run/with-remote";
import { openForge } from "@/features/git-provider/client/open";
import type { GitProvider } from "@/features/git-provider/contract";
import type { GitRemote } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { CLIENT } from "@/providers/simulator/seed";

testDatabase();

const gitlabUrl = "https://git.example.com";
const site = { fullName: "acme/site" };
const refused = new Fault("credential_rejected", { code: "git_auth_failed", params: { host: null } });
let owner: TestMember;
let host: TokenHost;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

async function connect(fields: (host: TokenHost) => Promise<object>): Promise<string> {
  host = tokenHost(gitlabUrl);
  reachInMemory(async (request) => (await host.respond(request)) as Response);
  const given = { name: newId(), gitlabUrl, ...(await fields(host)) };
  host.asked = 0;
  return (await call<GitProvider>(owner.caller, "gitlab.create", given)).gitProviderId;
}

const withTokens = async (at: TokenHost) => ({
  authMethod: "oauth",
  applicationId: CLIENT.id,
  secret: CLIENT.secret,
  ...(await at.authorize()),
});

/** What git does with a token that the host knows, or no longer. */
function git(used: string[], before: (time: number) => Promise<void> = async () => undefined) {
  return async ({ credential }: GitRemote): Promise<string> => {
    used.push(credential?.password ?? "");
    await before(used.length);
    if (host.world.tokens.some(({ value }) => value === credential?.password)) return "fetched";
    throw refused;
  };
}

describe("a fetch refused for its token", () => {
  it("is retried once with the token that another process stored meanwhile", async () => {
    const gitProviderId = await connect(withTokens);
    const opened = await openForge(owner.caller, gitProviderId);
    const used: string[] = [];
    const elsewhere = async (time: number) => {
      if (time > 1) return;
      host.world.tokens = [];
      await (await openForge(owner.caller, gitProviderId)).forge.repositories?.list({ limit: 1 });
    };
    expect(await withRemote(opened, site, git(used, elsewhere))).toBe("fetched");
    expect(used).toHaveLength(2);
    expect(new Set(used).size).toBe(2);
    expect(host.asked).toBe(1);
  });

  it("is retried with a token that it refreshes itself when nobody else did", async () => {
    const opened = await openForge(owner.caller, await connect(withTokens));
    host.world.tokens = [];
    expect(await withRemote(opened, site, git([]))).toBe("fetched");
    expect(host.asked).toBe(1);
  });

  it("ends with git's error when the new token is refused as well", async () => {
    const opened = await openForge(owner.caller, await connect(withTokens));
    const used: string[] = [];
    const always = withRemote(opened, site, async ({ credential }) => {
      used.push(credential?.password ?? "");
      host.world.tokens = [];
      throw refused;
    });
    await expect(always).rejects.toBe(refused);
    expect(used).toHaveLength(2);
  });
});

describe("a fetch that fails", () => {
  it("is not retried with the same token", async () => {
    const opened = await openForge(owner.caller, await connect(withTokens));
    let times = 0;
    const failing = withRemote(opened, site, async () => {
      times += 1;
      throw refused;
    });
    await expect(failing).rejects.toBe(refused);
    expect([times, host.asked]).toEqual([1, 0]);
  });

  it("is not retried with a pasted token, which cannot be refreshed", async () => {
    const gitProviderId = await connect(async () => ({ accessToken: "glpat-of-somebody" }));
    const opened = await openForge(owner.caller, gitProviderId);
    let asked = 0;
    host.before = async () => {
      asked += 1;
      return null;
    };
    await expect(withRemote(opened, site, git([]))).rejects.toBe(refused);
    expect(asked).toBe(0);
  });
});
