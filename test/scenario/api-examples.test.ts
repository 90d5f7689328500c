import { generateKeyPairSync } from "node:crypto";
import { faultIn, owner, post } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { reachHosts } from "@test/kit/provider-api";
import { beforeAll, describe, expect, it } from "vitest";
import { organizationPath } from "@/access/organization-slug";
import type { GitProvider } from "@/features/git-provider/contract";
import { env } from "@/lib/env";
import { simulate as bitbucket } from "@/providers/bitbucket/fake";
import { simulate as gitea } from "@/providers/gitea/fake";
import { simulate as github } from "@/providers/github/fake";
import { simulate as gitlab } from "@/providers/gitlab/fake";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

/** The request bodies of existing clients, with their extra fields. */
let key: Record<string, string>;
beforeAll(async () => {
  ({ key } = await owner());
  const on = (simulate: typeof gitea, baseUrl: string) => simulate({ world: seedWorld(), baseUrl });
  const cloud = on(bitbucket, "https://bitbucket.org");
  reachHosts({
    "gitlab.com": on(gitlab, "https://gitlab.com"),
    "github.example.com": on(github, "https://github.example.com"),
    "api.bitbucket.org": { ...cloud, respond: (request) => cloud.respond(toBitbucket(request)) },
    "gitea.example.com": on(gitea, "https://gitea.example.com"),
  });
});

/** The simulated Bitbucket serves its API below its web address, and the real one on a host of its own. */
function toBitbucket(request: Request): Request {
  return new Request(
    request.url.replace("https://api.bitbucket.org/", "https://bitbucket.org/!api/"),
    request,
  );
}

async function sent<Answer>(name: string, body: object): Promise<Answer> {
  const answer = await post("trpc", name, body, key);
  const text = await answer.text();
  expect([name, answer.status, text]).toEqual([name, 200, text]);
  return JSON.parse(text).result.data;
}

describe("the API example for GitHub", () => {
  it("accepts the fields of an existing App", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const made = await sent<GitProvider>("github.create", {
      name: "Production GitHub",
      githubAppName: "prod",
      githubAppId: 123456,
      githubClientId: "Iv1.abc123def456",
      githubClientSecret: "client-secret-of-the-app",
      githubInstallationId: "789012",
      githubPrivateKey: privateKey.export({ type: "pkcs1", format: "pem" }),
      githubWebhookSecret: "webhook-secret-of-the-app",
    });
    expect(made).toMatchObject({
      authMethod: "app",
      github: {
        githubUrl: "https://github.com",
        githubAppId: 123456,
        githubInstallationId: "789012",
        hasGithubPrivateKey: true,
        hasGithubClientSecret: true,
        hasGithubWebhookSecret: true,
      },
    });
    expect(made).not.toHaveProperty("authorizeUrl");
  });

  it("lists branches by a query sent with POST", async () => {
    const { github } = await sent<GitProvider>("github.create", {
      name: "Hub",
      githubUrl: "https://github.example.com",
      accessToken: BOT_TOKEN,
    });
    const githubId = github?.githubId;
    const page = await sent<{ items: { name: string }[] }>("github.branches", {
      owner: "acme",
      repo: "site",
      githubId,
    });
    expect(page.items.map(({ name }) => name)).toContain("main");
  });
});

describe("the API example for GitLab", () => {
  it("accepts an OAuth application, and tests it before anybody has authorized it", async () => {
    const made = await sent<GitProvider & { authorizeUrl: string }>("gitlab.create", {
      name: "GitLab Production",
      gitlabUrl: "https://gitlab.com",
      gitlabInternalUrl: null,
      applicationId: "application-id",
      secret: "application-secret",
      redirectUri: `${env().url}/api/gitlab/callback`,
      groupName: "my-organization",
      authId: "auth-123",
    });
    expect(made).toMatchObject({ authMethod: "oauth", health: { state: "pending" } });
    const home = await organizationPath(made.organizationId);
    expect(made.authorizeUrl).toBe(`${env().url}${home}/providers/${made.gitProviderId}/authorize`);
    const report = await sent<{ ok: boolean; summary: string }>("gitlab.testConnection", {
      gitlabId: made.gitlab?.gitlabId,
      groupName: "my-organization",
    });
    expect(report.ok).toBe(false);
  });

  it("refuses a redirect address of another origin, and names the setting", async () => {
    const answer = await post(
      "trpc",
      "gitlab.create",
      {
        name: "Elsewhere",
        gitlabUrl: "https://gitlab.com",
        applicationId: "a",
        secret: "s",
        redirectUri: "https://evil.example.com/api/gitlab/callback",
      },
      key,
    );
    expect(answer.status).toBe(400);
    expect(await answer.clone().text()).toContain("SLIPWAY_URL");
    expect(await faultIn(answer)).toBe("invalid_input");
  });
});

describe("the API example for Bitbucket", () => {
  it("accepts an app password and reports when those ended", async () => {
    const made = await sent<GitProvider>("bitbucket.create", {
      name: "Bitbucket Main",
      bitbucketUsername: "johndoe",
      bitbucketEmail: "john@example.com",
      appPassword: "ATBB-app-password",
      bitbucketWorkspaceName: "my-workspace",
      authId: "auth-123",
    });
    const report = await sent<{ ok: boolean; summary: string }>("bitbucket.testConnection", {
      bitbucketId: made.bitbucket?.bitbucketId,
      bitbucketUsername: "johndoe",
      bitbucketEmail: "john@example.com",
      workspaceName: "my-workspace",
      appPassword: "ATBB-app-password",
    });
    expect(report).toMatchObject({ ok: false, summary: expect.stringContaining("2026") });
  });
});

describe("the API example for Gitea", () => {
  it("accepts an OAuth application with an internal address and scopes named as at GitHub", async () => {
    const made = await sent<GitProvider & { authorizeUrl: string }>("gitea.create", {
      name: "Gitea Production",
      giteaUrl: "https://gitea.example.com",
      giteaInternalUrl: "http://gitea.internal:3000",
      clientId: "client-id",
      clientSecret: "client-secret",
      redirectUri: `${env().url}/api/gitea/callback`,
      scopes: "repo,repo:status,read:user,read:org",
    });
    expect(made).toMatchObject({
      authMethod: "oauth",
      gitea: { giteaInternalUrl: "http://gitea.internal:3000" },
    });
    expect(made.authorizeUrl).toContain(made.gitProviderId);
  });

  it("lists the provider with the others, finds it for an application, and removes it", async () => {
    const made = await sent<GitProvider>("gitea.create", {
      name: "Token",
      giteaUrl: "https://gitea.example.com",
      accessToken: BOT_TOKEN,
    });
    const { gitProviderId } = made;
    const all = await sent<GitProvider[]>("gitProvider.getAll", {});
    expect(all.map((one) => one.gitProviderId)).toContain(gitProviderId);
    const { applicationId } = await sent<{ applicationId: string }>("application.create", {
      name: "My App",
      gitProviderId,
      repository: "acme/site",
      branch: "main",
    });
    await sent("application.deploy", { applicationId });
    expect((await post("trpc", "gitProvider.remove", { gitProviderId }, key)).status).toBe(409);
    await sent("application.remove", { applicationId });
    await sent("gitProvider.remove", { gitProviderId });
  });
});
