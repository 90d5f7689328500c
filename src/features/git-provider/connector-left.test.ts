import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call } from "@test/kit/provider-api";
import { beforeAll, expect, it } from "vitest";
import { db } from "@/db/client";
import type { GitProvider, GitProviderHealthList } from "@/features/git-provider/contract";
import { newId } from "@/lib/id";

testDatabase();

let owner: TestMember;
let made: GitProvider;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
  const leaver = await testMember(owner.organizationId, "admin");
  const given = { name: newId(), giteaUrl: "https://git.example.com", accessToken: "a-token" };
  made = await call<GitProvider>(leaver.caller, "gitea.create", given);
  await settle();
  await db().member.delete({ where: { memberId: leaver.memberId } });
});

const settle = () =>
  db().gitProvider.updateMany({ data: { health: { state: "ok", checkedAt: "2026-01-01T00:00:00Z" } } });

async function health() {
  const [first] = await call<GitProviderHealthList>(owner.caller, "gitProvider.health");
  return first?.health;
}

it("a provider whose connecting person has left is a warning until someone gives another credential", async () => {
  expect(await health()).toMatchObject({ state: "warning", reason: { code: "connector_left" } });
  const { giteaId } = made.gitea ?? {};
  await call(owner.caller, "gitea.update", { giteaId, description: "x" });
  expect(await health()).toMatchObject({ state: "warning" });
  const after = await call<GitProvider>(owner.caller, "gitea.update", { giteaId, accessToken: "another" });
  expect(after.userId).toBe(owner.userId);
  await settle();
  expect((await health())?.state).toBe("ok");
});
