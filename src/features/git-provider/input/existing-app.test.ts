import { generateKeyPairSync } from "node:crypto";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall } from "@test/kit/provider-api";
import { beforeAll, describe, expect, it } from "vitest";
import type { CreatedGitProvider, GitProvider } from "@/features/git-provider/contract";
import { newId } from "@/lib/id";

testDatabase();

const newKey = () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
};
const key = newKey();
const app = {
  githubAppId: 123456,
  githubClientId: "Iv1.abc123def456",
  githubClientSecret: "the-client-secret",
  githubInstallationId: "789012",
  githubPrivateKey: key,
  githubWebhookSecret: "the-webhook-secret",
};
let owner: TestMember;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

const create = (fields: Record<string, unknown>) =>
  call<CreatedGitProvider>(owner.caller, "github.create", { name: `App ${newId()}`, ...fields });
const refusal = (fields: Record<string, unknown>) =>
  faultOfCall(owner.caller, "github.create", { name: `App ${newId()}`, ...fields });
const update = (made: GitProvider, fields: Record<string, unknown>) =>
  call<GitProvider>(owner.caller, "github.update", { githubId: made.github?.githubId, ...fields });

describe("a GitHub App entered by hand", () => {
  it("needs no step in the browser when all its fields are given, whatever line breaks the key has", async () => {
    for (const githubPrivateKey of [key, key.replaceAll("\n", "\\n"), key.replaceAll("\n", "\r\n")]) {
      const made = await create({ ...app, githubPrivateKey });
      expect(made).toMatchObject({ authMethod: "app", github: { hasGithubPrivateKey: true } });
      expect(made.authorizeUrl).toBeUndefined();
    }
  });

  it("accepts its id as text, as a form sends it", async () => {
    const made = await create({ ...app, githubAppId: "123456" });
    expect(made.github?.githubAppId).toBe(123456);
  });

  it("is created in the browser when no field is given", async () => {
    const made = await create({ organization: "acme" });
    expect(made).toMatchObject({ authMethod: "app", health: { state: "pending" } });
    expect(made.authorizeUrl).toContain(made.gitProviderId);
  });

  it("is installed in the browser when the installation is missing", async () => {
    const made = await create({ githubAppId: 123456, githubPrivateKey: key });
    expect(made.authorizeUrl).toContain(made.gitProviderId);
  });

  it.each([
    ["the App ID", { githubPrivateKey: key }, "githubAppId"],
    ["the key", { githubAppId: 7 }, "githubPrivateKey"],
    ["the key", { githubInstallationId: "789012", githubAppId: 7 }, "githubPrivateKey"],
  ])("is refused without %s", async (_what, fields, missing) => {
    const { issues } = await refusal({ authMethod: "app", ...fields });
    expect(issues?.map(({ path }) => path)).toEqual([missing]);
  });

  it.each([
    ["a key of another kind", { githubPrivateKey: "-----BEGIN PUBLIC KEY-----\nMIIB" }, /public key/],
    ["an installation that is no number", { githubInstallationId: "../1" }, /is a number/],
  ])("is refused with %s", async (_what, wrong, words) => {
    const { issues = [] } = await refusal({ ...app, ...wrong });
    expect(issues.map(({ message }) => message).join()).toMatch(words);
    expect(JSON.stringify(issues)).not.toContain("MIIB");
  });
});

describe("the stored installation token of a GitHub App", () => {
  const minted = { authMethod: "app", accessToken: "ghs_minted", expiresAt: 2_000_000_000 };

  it("is kept while name and description change", async () => {
    const made = await create({ ...app, ...minted });
    const after = await update(made, { description: "Ours", githubAppId: app.githubAppId });
    expect(after.github).toMatchObject({ hasAccessToken: true, expiresAt: 2_000_000_000 });
  });

  it.each<[string, Record<string, unknown>]>([
    ["installation", { githubInstallationId: "789013" }],
    ["App", { githubAppId: 7 }],
    ["key", { githubPrivateKey: newKey() }],
  ])("is dropped when another %s is entered", async (_what, fields) => {
    const made = await create({ ...app, ...minted });
    const after = await update(made, fields);
    expect(after.github).toMatchObject({ hasAccessToken: false, expiresAt: null, hasGithubPrivateKey: true });
    expect(after.health.state).toBe("pending");
  });

  it("does not count as a personal token: changing the method asks for one", async () => {
    const made = await create({ ...app, ...minted });
    const given = { githubId: made.github?.githubId, authMethod: "token" };
    const { issues } = await faultOfCall(owner.caller, "github.update", given);
    expect(issues?.map(({ path }) => path)).toEqual(["accessToken"]);
  });

  it("is not kept for another address, and neither is the key", async () => {
    const made = await create({ ...app, ...minted });
    const given = { githubId: made.github?.githubId, githubUrl: "https://git.example.com" };
    const { issues } = await faultOfCall(owner.caller, "github.update", given);
    expect(issues?.map(({ path }) => path)).toEqual(["githubPrivateKey"]);
  });
});
