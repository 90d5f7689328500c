import { testDatabase } from "@test/kit/database";
import { testMember, testOrganization } from "@test/kit/member";
import { call } from "@test/kit/provider-api";
import { expect, it } from "vitest";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { repositoriesOf } from "@/features/deployment/repositories-of";
import type { GitProvider } from "@/features/git-provider/contract";

testDatabase();

it("is the provider only for those who may change applications and see it, and never a dedicated one", async () => {
  const organization = await testOrganization();
  const [owner, developer] = [
    await testMember(organization, "owner"),
    await testMember(organization, "developer"),
  ];
  const input = { name: "Shared", gitUrl: "https://git.example.com" };
  const { gitProviderId } = await call<GitProvider>(owner.caller, "git.create", input);
  expect(await repositoriesOf(developer.caller, gitProviderId)).toBe(gitProviderId);
  const deploys: Caller = { ...developer.caller, permissions: new Set(["deployment:run"]) };
  expect(await repositoriesOf(deploys, gitProviderId)).toBeUndefined();
  await db().gitProvider.update({ where: { gitProviderId }, data: { visibility: "members" } });
  expect(await repositoriesOf(developer.caller, gitProviderId)).toBeUndefined();
  expect(await repositoriesOf(owner.caller, gitProviderId)).toBe(gitProviderId);
  await db().gitProvider.update({ where: { gitProviderId }, data: { visibility: "application" } });
  expect(await repositoriesOf(owner.caller, gitProviderId)).toBeUndefined();
});
