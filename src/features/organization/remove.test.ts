import { existsSync, mkdirSync } from "node:fs";
import { testDatabase } from "@test/kit/database";
import { testKey, testMember, testOrganization, testOrigin } from "@test/kit/member";
import { call, reachHosts } from "@test/kit/provider-api";
import { publishedText, seedPublished } from "@test/kit/site";
import { afterEach, describe, expect, it } from "vitest";
import { findKey } from "@/access/resolve";
import { db, pool } from "@/db/client";
import type { GitProvider } from "@/features/git-provider/contract";
import { removeOrganization } from "@/features/organization/remove";
import { environmentFolder, mirrorFolder } from "@/features/site/folder";
import { servedSite } from "@/features/site/served";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { simulate } from "@/providers/gitea/fake";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

/** An organization with one application whose site is published. */
async function published() {
  const organizationId = await testOrganization("Gone Soon");
  const { caller } = await testMember(organizationId, "owner");
  const provider = { name: "git", providerType: "git", authMethod: "public", health: { state: "pending" } };
  const { gitProviderId } = await db().gitProvider.create({
    data: { ...provider, organizationId, git: { create: { gitUrl: "https://git.example.com" } } },
  });
  const site = `site-${newId().slice(0, 12)}`;
  const repository = { repositoryFullName: "a/b", repositoryUrl: "https://git.example.com/a/b" };
  const { applicationId } = await db().application.create({
    data: { organizationId, gitProviderId, name: "site", slug: site, ...repository },
  });
  const { environmentId } = await db().environment.create({
    data: { organizationId, applicationId, name: "production", branch: "main", site, watchPaths: [] },
  });
  mkdirSync(mirrorFolder(applicationId), { recursive: true });
  await seedPublished({ organizationId, applicationId, environmentId }, { "index.html": "hello" });
  return { caller, site, applicationId, environmentId };
}

it("removing an organization deletes its sites and repository mirrors, and those of no other", async () => {
  const [gone, kept] = [await published(), await published()];
  expect(await publishedText({ site: gone.site })).toBe("hello");
  const files = environmentFolder(gone.environmentId);
  await removeOrganization(gone.caller, { name: "Gone Soon" });
  expect(await servedSite(gone.site)).toBeNull();
  expect(existsSync(files)).toBe(false);
  expect(() => mkdirSync(mirrorFolder(gone.applicationId))).not.toThrow();
  expect(await publishedText({ site: kept.site })).toBe("hello");
  expect(await db().environment.count({ where: { environmentId: kept.environmentId } })).toBe(1);
});

describe("the credentials of a removed organization", () => {
  const giteaUrl = "https://git.example.com";
  const gitea = registry.gitea as Provider;
  const { revoke } = gitea;
  afterEach(() => {
    gitea.revoke = revoke;
  });

  /** An organization with two connections to Gitea, one of them in use. */
  async function connected() {
    const { caller } = await published();
    reachHosts({ "git.example.com": simulate({ world: seedWorld(), baseUrl: giteaUrl }) });
    const make = () =>
      call<GitProvider>(caller, "gitea.create", { name: newId(), giteaUrl, accessToken: BOT_TOKEN });
    const { gitProviderId } = await make();
    await make();
    const { organizationId } = caller;
    await db().application.updateMany({ where: { organizationId }, data: { gitProviderId } });
    return caller;
  }

  it("are revoked at their hosts once nothing uses them, before their rows are deleted", async () => {
    const caller = await connected();
    const { organizationId } = caller;
    const seen: unknown[] = [];
    gitea.revoke = async ({ secrets }) => {
      const applications = await db().application.count({ where: { organizationId } });
      seen.push([
        secrets.accessToken,
        applications,
        await db().gitProvider.count({ where: { organizationId } }),
      ]);
      return { done: [{ code: "test_found", params: { text: "The token was deleted." } }], left: [] };
    };
    const report = await removeOrganization(caller, { name: "Gone Soon" });
    expect(seen).toEqual([
      [BOT_TOKEN, 0, 3],
      [BOT_TOKEN, 0, 3],
    ]);
    expect(report.left).toEqual([]);
    expect(report.done.map(({ code }) => code)).toEqual(["test_found", "test_found", "organization_gone"]);
  });

  it("are named for a person where the host cannot be reached, and the organization is removed all the same", async () => {
    const caller = await connected();
    gitea.revoke = async () => Promise.reject(new Fault("unavailable", { code: "host_error" }));
    const { removed, left } = await removeOrganization(caller, { name: "Gone Soon" });
    expect([removed, left.map(({ code }) => code)]).toEqual([
      true,
      ["credential_not_ended", "credential_not_ended"],
    ]);
    expect(await db().organization.count({ where: { organizationId: caller.organizationId } })).toBe(0);
  });
});

it("removing an organization deletes its rows from every table except the audit, and none of another", async () => {
  const [gone, kept] = [await published(), await published()];
  const key = await testKey(gone.caller);
  const elsewhere = await testOrganization("Elsewhere");
  await db().member.create({
    data: { organizationId: elsewhere, userId: gone.caller.userId, role: "owner" },
  });
  const { rows: tables } = await pool().query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = current_schema() AND column_name = 'organizationId' AND table_name <> 'audit_event'`,
  );
  const count = async (organizationId: string) => {
    const counts = tables.map(async ({ name }) => {
      const text = `SELECT count(*)::int AS n FROM "${name}" WHERE "organizationId" = $1`;
      return [name, (await pool().query<{ n: number }>(text, [organizationId])).rows[0]?.n ?? 0] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  };
  const before = await count(kept.caller.organizationId);
  expect(await count(gone.caller.organizationId)).toMatchObject({ application: 1, api_key: 1, member: 1 });
  await removeOrganization(gone.caller, { name: "Gone Soon" });
  const after = Object.entries(await count(gone.caller.organizationId));
  expect(after.filter(([, rows]) => rows > 0)).toEqual([]);
  expect(tables.length).toBeGreaterThan(12);
  expect(await count(kept.caller.organizationId)).toEqual(before);
  expect(await findKey(key, testOrigin)).toBeNull();
});
