import { testDatabase } from "@test/kit/database";
import { testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts, said } from "@test/kit/provider-api";
import { expect, it } from "vitest";
import type { GitProvider, GitProviderDetail, RotateResult } from "@/features/git-provider/contract";
import { simulate } from "@/providers/bitbucket/fake";
import type { Report } from "@/providers/connection/report";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

const bitbucketUrl = "https://git.example.com/sub";

it("an app password that no longer works can be replaced by an API token", async () => {
  const { requests } = reachHosts({
    "git.example.com": simulate({ world: seedWorld(), baseUrl: bitbucketUrl }),
  });
  const { caller } = await testMember(await testOrganization(), "owner");
  const old = {
    bitbucketUsername: "acme-bot",
    bitbucketEmail: "acme-bot@example.com",
    appPassword: "ATBB-gone",
  };
  const made = await call<GitProvider>(caller, "bitbucket.create", { name: "Main", bitbucketUrl, ...old });
  expect(made.authMethod).toBe("appPassword");
  const at = { bitbucketId: String(made.bitbucket?.bitbucketId) };

  const refused = await call<Report>(caller, "bitbucket.testConnection", {
    ...at,
    ...old,
    workspaceName: "acme",
  });
  expect(refused).toMatchObject({ ok: false, summary: expect.stringContaining("28 July 2026") });
  expect(refused.checks.find((check) => check.id === "credential")).toMatchObject({
    status: "fail",
    fix: {
      // Pasted into the field of the app password it would be refused again.
      text: expect.stringMatching(/choose the method API token.*`read:repository:bitbucket`/),
      url: "https://id.atlassian.com/manage-profile/security/api-tokens",
    },
  });

  const token = { authMethod: "apiToken", apiToken: BOT_TOKEN, workspaceName: "acme" };
  await call<GitProvider>(caller, "bitbucket.update", { ...at, ...token });
  const mended = await call<Report>(caller, "bitbucket.testConnection", at);
  expect(mended).toMatchObject({ ok: true, account: { name: "acme-bot" }, repositoryCount: 3 });
  expect(requests.length).toBeGreaterThan(3);
  expect(said.filter((text) => text.includes(BOT_TOKEN) || text.includes("ATBB-gone"))).toEqual([]);
});

it("a rotation from an app password to an API token changes method, user name and secret together", async () => {
  reachHosts({ "git.example.com": simulate({ world: seedWorld(), baseUrl: bitbucketUrl }) });
  const { caller } = await testMember(await testOrganization(), "owner");
  const old = { bitbucketUsername: "acme-bot", appPassword: "ATBB-gone" };
  const { gitProviderId } = await call<GitProvider>(caller, "bitbucket.create", {
    name: "Main",
    bitbucketUrl,
    ...old,
  });
  const fresh = { apiToken: BOT_TOKEN, bitbucketEmail: "acme-bot@example.com", tokenExpiresOn: "2099-05-01" };
  const answer = await call<RotateResult>(caller, "gitProvider.rotate", { gitProviderId, ...fresh });
  expect(answer).toMatchObject({ rotated: true });
  const detail = await call<GitProviderDetail>(caller, "gitProvider.one", { gitProviderId });
  expect(detail).toMatchObject({
    authMethod: "apiToken",
    tokenExpiresOn: "2099-05-01",
    bitbucket: { bitbucketEmail: "acme-bot@example.com", hasAppPassword: false, hasApiToken: true },
    previousCredential: { authMethod: "appPassword" },
  });
  const fault = await faultOfCall(caller, "gitProvider.restore", { gitProviderId });
  expect(fault).toMatchObject({ reason: { code: "previous_credential_refused" } });
});
