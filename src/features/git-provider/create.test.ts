import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, said } from "@test/kit/provider-api";
import { simulatorOf } from "@test/kit/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db, pool } from "@/db/client";
import { openForge } from "@/features/git-provider/client/open";
import type { CreatedGitProvider, GitProvider } from "@/features/git-provider/contract";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import { registry } from "@/providers/registry";
import { seedWorld } from "@/providers/simulator/seed";

testDatabase({ SLIPWAY_URL: "https://slipway.example.com" });

const secret = "secret-4b7d1f0c9e";
let owner: TestMember;
const name = () => `Provider ${newId()}`;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

afterAll(() => {
  // Checks every answer and every error that the tests of this file got.
  expect(said.length).toBeGreaterThan(10);
  expect(said.filter((text) => text.includes(secret))).toEqual([]);
});

function makeGitea(fields: Record<string, unknown> = {}) {
  const given = { name: name(), giteaUrl: "https://git.example.com/sub/", accessToken: `${secret}-token` };
  return call<CreatedGitProvider>(owner.caller, "gitea.create", { ...given, ...fields });
}

/** One of any type, with what its simulated host is signed in to with. */
async function makeOne(type: string): Promise<void> {
  const simulate = await simulatorOf(type);
  const host = simulate({ world: seedWorld(), baseUrl: "https://git.example.com" });
  const { settings, secrets } = host.connection(`${secret}-${type}`);
  await call(owner.caller, `${type}.create`, { name: name(), ...settings, ...secrets });
}

describe("creating a provider", () => {
  it("saves it untested, and shows which secrets are set", async () => {
    const made = await makeGitea({ description: "Ours", organizationName: "acme" });
    expect(made).toMatchObject({
      providerType: "gitea",
      authMethod: "token",
      status: "active",
      visibility: "everyone",
      description: "Ours",
      organizationId: owner.organizationId,
      userId: owner.userId,
      health: { state: "pending", checkedAt: null },
      applicationCount: 0,
      access: "manage",
      gitlab: null,
      github: null,
      gitea: { organizationName: "acme", hasAccessToken: true, hasClientSecret: false },
    });
    expect(made.gitea?.giteaUrl).toBe("https://git.example.com/sub");
    expect(made).not.toHaveProperty("credentialVersion");
  });

  it("accepts the request bodies of existing clients", async () => {
    const gitlab = await call<CreatedGitProvider>(owner.caller, "gitlab.create", {
      name: "GitLab Production",
      gitlabUrl: "https://gitlab.com",
      gitlabInternalUrl: null,
      applicationId: "app",
      secret,
      redirectUri: "https://slipway.example.com/api/gitlab/callback",
      groupName: "my-organization",
      authId: "auth-123",
      userId: "someone-else",
      isDefault: true,
      organizationId: "another",
    });
    expect(gitlab).toMatchObject({ authMethod: "oauth", userId: owner.userId, isDefault: false });
    expect(gitlab.gitlab).toMatchObject({ hasSecret: true, hasAccessToken: false, gitlabInternalUrl: null });
    expect(gitlab.authorizeUrl).toContain(gitlab.gitProviderId);
    expect(gitlab.health).toMatchObject({ state: "pending", reason: { code: "authorize_pending" } });
    const gitea = await call<CreatedGitProvider>(owner.caller, "gitea.create", {
      name: "Gitea Production",
      giteaUrl: "https://gitea.example.com",
      giteaInternalUrl: "http://gitea.internal:3000",
      clientId: "id",
      clientSecret: secret,
      redirectUri: "https://slipway.example.com/api/gitea/callback",
      scopes: "repo,repo:status,read:user,read:org",
    });
    expect(gitea).toMatchObject({ authMethod: "oauth", gitea: { hasClientSecret: true } });
    const bitbucket = await call<CreatedGitProvider>(owner.caller, "bitbucket.create", {
      name: "Bitbucket Main",
      bitbucketUsername: "johndoe",
      bitbucketEmail: "john@example.com",
      appPassword: secret,
      bitbucketWorkspaceName: "my-workspace",
      authId: "auth-123",
    });
    expect(bitbucket).toMatchObject({
      authMethod: "appPassword",
      bitbucket: {
        bitbucketUrl: "https://bitbucket.org",
        bitbucketUsername: "johndoe",
        bitbucketEmail: "john@example.com",
        bitbucketWorkspaceName: "my-workspace",
        hasAppPassword: true,
        hasApiToken: false,
      },
    });
  });

  it("accepts a token without an address where the type has a default address", async () => {
    const github = await call<CreatedGitProvider>(owner.caller, "github.create", {
      name: name(),
      accessToken: secret,
      githubAppId: 123456,
    });
    expect(github).toMatchObject({
      authMethod: "token",
      github: { githubUrl: "https://github.com", githubAppId: 123456, hasAccessToken: true },
    });
    const given = { name: name(), bitbucketEmail: "a@example.com", apiToken: secret, workspaceName: "acme" };
    expect(await call<CreatedGitProvider>(owner.caller, "bitbucket.create", given)).toMatchObject({
      authMethod: "apiToken",
      bitbucket: { bitbucketWorkspaceName: "acme" },
    });
  });

  it("accepts an Azure DevOps token without an address, and a Bitbucket Data Center token with one", async () => {
    const given = { name: name(), organizationName: "https://dev.azure.com/acme", accessToken: secret };
    expect(await call<CreatedGitProvider>(owner.caller, "azureDevops.create", given)).toMatchObject({
      authMethod: "token",
      azureDevops: {
        azureDevopsUrl: "https://dev.azure.com",
        organizationName: "acme",
        hasAccessToken: true,
      },
    });
    const own = { name: name(), bitbucketServerUrl: "https://git.example.com/bb/", accessToken: secret };
    expect(await call<CreatedGitProvider>(owner.caller, "bitbucketServer.create", own)).toMatchObject({
      authMethod: "token",
      bitbucketServer: { bitbucketServerUrl: "https://git.example.com/bb", hasAccessToken: true },
    });
  });

  it.each([
    ["apiToken", { apiToken: secret, bitbucketEmail: "a@example.com" }],
    ["accessToken", { accessToken: secret, bitbucketWorkspaceName: "acme" }],
    ["appPassword", { appPassword: secret, bitbucketUsername: "ada" }],
  ])("infers the auth method %s from its secret", async (method, fields) => {
    const given = { name: name(), ...fields };
    const made = await call<CreatedGitProvider>(owner.caller, "bitbucket.create", given);
    expect(made.authMethod).toBe(method);
  });

  it("infers the auth method from the given fields", async () => {
    const open = await call<GitProvider>(owner.caller, "git.create", { name: name(), password: null });
    expect(open.authMethod).toBe("public");
    const fields = { name: name(), gitUrl: "https://git.example.com/team", password: secret };
    expect((await call<GitProvider>(owner.caller, "git.create", fields)).authMethod).toBe("https");
    const all = { clientId: "id", clientSecret: secret, refreshToken: secret, expiresAt: 1_900_000_000 };
    expect(await makeGitea(all)).toMatchObject({ authMethod: "oauth", gitea: { expiresAt: 1_900_000_000 } });
  });

  it.each([
    [{ accessToken: null }, "accessToken"],
    [{ accessToken: "  " }, "accessToken"],
    [{ accessToken: `${secret}\r\nx-evil: 1` }, "accessToken"],
    [{ accessToken: `${secret}Ω` }, "accessToken"],
    [{ giteaUrl: null }, "giteaUrl"],
    [{ giteaUrl: "ftp://git.example.com" }, "giteaUrl"],
    [{ giteaUrl: "https://user:pass@git.example.com" }, "giteaUrl"],
    [{ giteaUrl: "https://0x7f.1/" }, "giteaUrl"],
    [{ giteaUrl: "https://git.example.com/?a=b" }, "giteaUrl"],
    [{ giteaInternalUrl: "javascript:alert(1)" }, "giteaInternalUrl"],
    [{ organizationName: "acme\nevil" }, "organizationName"],
    [{ redirectUri: "https://evil.example.com/api/gitea/callback" }, "redirectUri"],
    [{ authMethod: "app" }, "authMethod"],
    [{ expiresAt: 1e12 }, "expiresAt"],
    [{ expiresAt: 1.5 }, "expiresAt"],
  ])("refuses %j and names the field", async (fields, field) => {
    const given = { name: name(), giteaUrl: "https://git.example.com", accessToken: secret, ...fields };
    const fault = await faultOfCall(owner.caller, "gitea.create", given);
    expect(fault.code).toBe("invalid_input");
    expect(fault.issues?.map(({ path }) => path)).toContain(field);
  });

  it("refuses a redirect URI on another origin and names SLIPWAY_URL", async () => {
    const fault = await faultOfCall(owner.caller, "gitlab.create", {
      name: name(),
      gitlabUrl: "https://gitlab.com",
      applicationId: "a",
      secret,
      redirectUri: "https://evil.example.com/api/gitlab/callback",
    });
    expect(fault.message).toContain("SLIPWAY_URL");
  });

  it("lets one of twenty concurrent requests have a name, and tells the others that it is taken", async () => {
    const taken = name();
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => makeGitea({ name: taken })));
    const refused = all.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toHaveLength(19);
    for (const fault of refused) {
      expect(fault).toMatchObject({ code: "conflict", reason: { code: "name_taken" } });
    }
    const { organizationId } = owner;
    expect(await db().gitProvider.count({ where: { organizationId, name: taken } })).toBe(1);
  });

  it("allows the same name in another organization", async () => {
    const other = await testMember(await testOrganization("Other"), "owner");
    const made = await makeGitea();
    const given = { name: made.name, giteaUrl: "https://git.example.com", accessToken: secret };
    expect((await call<GitProvider>(other.caller, "gitea.create", given)).name).toBe(made.name);
  });
});

describe("secrets at rest", () => {
  it("are sealed in every column that the schema marks, and nowhere in clear", async () => {
    await makeGitea({ clientId: "id", clientSecret: secret, refreshToken: secret });
    for (const type of Object.keys(registry)) {
      await makeOne(type);
      const columns = secretColumnsInSchema(type);
      expect(columns).toEqual(Object.keys(registry[type]?.secrets.shape ?? {}).sort());
      const { rows } = await pool().query<Record<string, unknown>>(`SELECT * FROM "${type}"`);
      expect(rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(rows)).not.toContain(secret);
      const stored = rows.flatMap((row) => columns.map((column) => row[column])).filter(Boolean);
      for (const value of stored) expect(value).toMatch(/^v1:test:[\w-]+:[\w-]+:[\w-]+$/);
      expect(new Set(stored).size).toBe(stored.length);
    }
  });

  it("do not open in another row, and only that provider is shown as broken", async () => {
    const [mine, other] = [await makeGitea(), await makeGitea()];
    await db().$executeRaw`UPDATE "gitea" SET "accessToken" =
      (SELECT "accessToken" FROM "gitea" WHERE "gitProviderId" = ${other.gitProviderId})
      WHERE "gitProviderId" = ${mine.gitProviderId}`;
    await expect(openForge(owner.caller, mine.gitProviderId)).rejects.toMatchObject({
      reason: { code: "secret_unreadable" },
    });
    const { session } = await openForge(owner.caller, other.gitProviderId);
    expect(session.secrets.accessToken).toBe(`${secret}-token`);
    const seen = await call<GitProvider>(owner.caller, "gitProvider.one", {
      gitProviderId: mine.gitProviderId,
    });
    expect(seen.health).toMatchObject({ state: "broken", reason: { code: "secret_unreadable" } });
  });

  it("are marked as secret in the schema wherever a column name sounds like one", () => {
    const lines = schemaText().split("\n");
    const suspects = lines.flatMap((line, at) => {
      const [, column = ""] = /^\s+(\w*(?:token|secret|password|key)\w*)\s+String/i.exec(line) ?? [];
      const harmless = column === "" || /(Hash|Id)$/.test(column) || lines[at - 1]?.includes("@secret");
      return harmless ? [] : [column];
    });
    // Sealed itself, it proves that the keys open what is stored; public halves of keys; the short name of a project.
    expect(suspects.toSorted()).toEqual(["hostKeys", "keyCheck", "projectKey", "publicKey"]);
  });

  function schemaText(): string {
    const folder = path.resolve("prisma/schema");
    return readdirSync(folder)
      .map((file) => readFileSync(path.join(folder, file), "utf8"))
      .join("\n");
  }

  function secretColumnsInSchema(type: string): string[] {
    const text = schemaText();
    const model = new RegExp(`model \\w+ \\{([^}]*@@map\\("${type}"\\))`).exec(text)?.[1] ?? "";
    return [...model.matchAll(/\/\/\/ @secret\s+(\w+)/g)].map(([, column = ""]) => column).sort();
  }
});

it("tells pages all types as plain data, with the callback address of this instance", async () => {
  const types = await call<{ type: string; hasRepositories: boolean; callbackUrl: string }[]>(
    owner.caller,
    "gitProvider.types",
  );
  expect(types.map(({ type }) => type)).toEqual(Object.keys(registry));
  expect(types.find(({ type }) => type === "git")?.hasRepositories).toBe(false);
  for (const { callbackUrl, type } of types) expect(callbackUrl).toBe(`${env().url}/api/${type}/callback`);
});
