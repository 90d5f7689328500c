import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { testMember, testOrganization } from "@/access/test-member";
import { db } from "@/db/client";
import { testDatabase } from "@/db/test-database";
import { removeOrganization } from "@/features/organization/remove";
import { currentRoot } from "@/features/site/find-file";
import { mirrorFolder, releaseFolder } from "@/features/site/folder";
import { pointCurrent, pointSite, siteEnvironment } from "@/features/site/link";
import { newId } from "@/lib/id";

testDatabase();

/** An organization with one application whose site is published. */
async function published() {
  const organizationId = await testOrganization("Gone Soon");
  const { caller } = await testMember(organizationId, "owner");
  const provider = { name: "git", providerType: "git", authMethod: "public", health: { state: "pending" } };
  const { gitProviderId } = await db().gitProvider.create({ data: { ...provider, organizationId } });
  const site = `site-${newId().slice(0, 12)}`;
  const repository = { repositoryFullName: "a/b", repositoryUrl: "https://git.example.com/a/b" };
  const { applicationId } = await db().application.create({
    data: { organizationId, gitProviderId, name: "site", slug: site, ...repository },
  });
  const { environmentId } = await db().environment.create({
    data: { organizationId, applicationId, name: "production", branch: "main", site, watchPaths: [] },
  });
  mkdirSync(releaseFolder(environmentId, "one"), { recursive: true });
  writeFileSync(path.join(releaseFolder(environmentId, "one"), "index.html"), "hello");
  mkdirSync(mirrorFolder(applicationId), { recursive: true });
  await pointCurrent(environmentId, "one");
  await pointSite(site, environmentId);
  return { caller, site, applicationId, environmentId };
}

it("takes the sites and the code of a removed organization away with it, and of no other", async () => {
  const [gone, kept] = [await published(), await published()];
  expect(await currentRoot(gone.site)).not.toBeNull();
  await removeOrganization(gone.caller, { name: "Gone Soon" });
  expect(await siteEnvironment(gone.site)).toBeNull();
  expect(await currentRoot(gone.site)).toBeNull();
  expect(() => mkdirSync(mirrorFolder(gone.applicationId))).not.toThrow();
  expect(await currentRoot(kept.site)).not.toBeNull();
  expect(await db().environment.count({ where: { environmentId: kept.environmentId } })).toBe(1);
});
