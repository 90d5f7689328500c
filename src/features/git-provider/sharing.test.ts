import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall } from "@test/kit/provider-api";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db, transaction } from "@/db/client";
import { openForge, openForgeForOrganization } from "@/features/git-provider/client/open";
import type { GitProvider, GitProviderDetail, GitProviderUsage } from "@/features/git-provider/contract";
import { insert, prepare } from "@/features/git-provider/input/insert";
import { newId } from "@/lib/id";
import { gitea } from "@/providers/gitea";

testDatabase();

let owner: TestMember;
let admin: TestMember;
let developer: TestMember;
let viewer: TestMember;
let shared: GitProvider;

const fields = () => ({
  name: `Gitea ${newId()}`,
  giteaUrl: "https://git.example.com",
  accessToken: "token-1",
});
const seenBy = async (member: TestMember) =>
  (await call<GitProvider[]>(member.caller, "gitProvider.getAll")).map((one) => one.gitProviderId);
const share = (members: { memberId: string; access: "use" | "manage" }[]) =>
  call<GitProvider>(owner.caller, "gitProvider.setVisibility", {
    gitProviderId: shared.gitProviderId,
    visibility: "members",
    members,
  });

beforeAll(async () => {
  const organizationId = await testOrganization();
  owner = await testMember(organizationId, "owner");
  admin = await testMember(organizationId, "admin");
  developer = await testMember(organizationId, "developer");
  viewer = await testMember(organizationId, "viewer");
});

beforeEach(async () => {
  shared = await call<GitProvider>(owner.caller, "gitea.create", fields());
});

function makeApplication(gitProviderId: string) {
  const { organizationId } = owner;
  const name = newId();
  const repository = { repositoryFullName: "acme/site", repositoryUrl: "https://git.example.com/acme/site" };
  return db().application.create({
    data: { organizationId, gitProviderId, name, slug: name, ...repository },
  });
}

describe("sharing a provider", () => {
  it("shows a provider to everyone, newest first, until it is shared with chosen members", async () => {
    expect((await seenBy(viewer))[0]).toBe(shared.gitProviderId);
    await share([{ memberId: developer.memberId, access: "use" }]);
    expect(await seenBy(viewer)).not.toContain(shared.gitProviderId);
    for (const member of [owner, admin, developer])
      expect(await seenBy(member)).toContain(shared.gitProviderId);
  });

  it("hides it from other members like one that does not exist", async () => {
    await share([]);
    const { gitProviderId } = shared;
    const giteaId = shared.gitea?.giteaId;
    const faults = [
      await faultOfCall(viewer.caller, "gitProvider.one", { gitProviderId }),
      await faultOfCall(viewer.caller, "gitProvider.usage", { gitProviderId }),
      await faultOfCall(viewer.caller, "gitea.one", { giteaId }),
      await faultOfCall(viewer.caller, "gitea.repositories", { giteaId }),
      await faultOfCall(viewer.caller, "gitea.branches", { giteaId, owner: "a", repo: "b" }),
      await openForge(viewer.caller, gitProviderId).catch((error) => error),
    ];
    for (const fault of faults) expect(fault.code).toBe("not_found");
    await expect(openForgeForOrganization(owner.organizationId, gitProviderId)).resolves.toBeDefined();
  });

  it("lets a member who may only use it change nothing", async () => {
    const caller = {
      ...developer.caller,
      permissions: new Set(["provider:read", "provider:write", "provider:delete"] as const),
    };
    const { gitProviderId } = shared;
    await share([{ memberId: developer.memberId, access: "use" }]);
    expect((await call<GitProvider>(caller, "gitProvider.one", { gitProviderId })).access).toBe("use");
    for (const [path, input] of [
      ["gitea.update", { giteaId: shared.gitea?.giteaId, name: "Mine" }],
      ["gitProvider.setDefault", { gitProviderId }],
      ["gitProvider.setStatus", { gitProviderId, status: "inactive" }],
      ["gitProvider.setVisibility", { gitProviderId, visibility: "everyone" }],
      ["gitProvider.remove", { gitProviderId }],
    ] as const) {
      expect((await faultOfCall(caller, path, input)).reason.code, path).toBe("provider_use_only");
    }
    await share([{ memberId: developer.memberId, access: "manage" }]);
    const given = { giteaId: shared.gitea?.giteaId, description: "Changed" };
    expect((await call<GitProvider>(caller, "gitea.update", given)).description).toBe("Changed");
  });

  it("lets nobody manage it whose role may not change providers, even when it is shared with everyone", async () => {
    const seen = (member: TestMember) =>
      call<GitProviderDetail>(member.caller, "gitProvider.one", { gitProviderId: shared.gitProviderId });
    expect((await seen(viewer)).access).toBe("use");
    expect((await seen(admin)).access).toBe("manage");
    const [listed] = await call<GitProvider[]>(viewer.caller, "gitProvider.getAll");
    expect(listed?.access).toBe("use");
  });

  it("shows whom it is shared with only to those who manage it", async () => {
    await share([{ memberId: developer.memberId, access: "use" }]);
    const seen = (member: TestMember) =>
      call<GitProviderDetail>(member.caller, "gitProvider.one", { gitProviderId: shared.gitProviderId });
    expect((await seen(admin)).members).toEqual([{ memberId: developer.memberId, access: "use" }]);
    expect((await seen(developer)).members).toEqual([]);
  });

  it("accepts members of this organization only", async () => {
    const stranger = await testMember(await testOrganization("Other"), "owner");
    await expect(share([{ memberId: stranger.memberId, access: "use" }])).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await call<GitProvider>(owner.caller, "gitProvider.one", shared)).visibility).toBe("everyone");
  });
});

describe("permissions on providers", () => {
  it("let a viewer read, and change nothing", async () => {
    const { gitProviderId } = shared;
    await call(viewer.caller, "gitProvider.one", { gitProviderId });
    await call(viewer.caller, "gitProvider.types");
    for (const [path, input] of [
      ["gitea.create", fields()],
      ["gitea.update", { giteaId: shared.gitea?.giteaId }],
      ["gitProvider.setDefault", { gitProviderId }],
      ["gitProvider.setStatus", { gitProviderId, status: "inactive" }],
      ["gitProvider.setVisibility", { gitProviderId, visibility: "everyone" }],
      ["gitProvider.remove", { gitProviderId }],
    ] as const) {
      expect((await faultOfCall(viewer.caller, path, input)).code, path).toBe("forbidden");
    }
  });
});

describe("a provider of one application", () => {
  it("works for that application only and is never the default", async () => {
    const applicationId = newId();
    const of = { organizationId: owner.organizationId, userId: owner.userId, applicationId };
    const gitProviderId = await transaction((tx) => insert(tx, of, prepare(gitea, fields())));
    await expect(openForge(owner.caller, gitProviderId, { applicationId })).resolves.toBeDefined();
    await expect(openForge(owner.caller, gitProviderId)).rejects.toMatchObject({
      reason: { code: "provider_of_application" },
    });
    await expect(openForge(owner.caller, gitProviderId, { applicationId: newId() })).rejects.toMatchObject({
      reason: { code: "provider_of_application" },
    });
    for (const [path, input] of [
      ["gitProvider.setDefault", { gitProviderId }],
      ["gitProvider.setVisibility", { gitProviderId, visibility: "everyone" }],
    ] as const) {
      expect((await faultOfCall(owner.caller, path, input)).reason.code).toBe("provider_of_application");
    }
  });
});

describe("removing a provider", () => {
  it("is refused with the list of applications while any uses it", async () => {
    const { gitProviderId } = shared;
    const { applicationId, name } = await makeApplication(gitProviderId);
    const fault = await faultOfCall(owner.caller, "gitProvider.remove", { gitProviderId });
    expect(fault).toMatchObject({
      code: "conflict",
      details: { count: 1, applications: [{ applicationId, name }] },
    });
    const caller = { ...owner.caller, permissions: new Set(["provider:delete"] as const) };
    const blind = await faultOfCall(caller, "gitProvider.remove", { gitProviderId });
    expect(blind.details).toEqual({ count: 1, applications: [] });
    const usage = await call<GitProviderUsage>(owner.caller, "gitProvider.usage", { gitProviderId });
    expect(usage).toMatchObject({ applicationCount: 1, environmentCount: 0, applications: [{ name }] });
  });

  it("deletes its secrets, cached lists and sharing", async () => {
    const { gitProviderId } = shared;
    await share([{ memberId: developer.memberId, access: "use" }]);
    expect(await call(owner.caller, "gitProvider.remove", { gitProviderId })).toMatchObject({
      removed: true,
    });
    for (const count of [
      await db().gitProvider.count({ where: { gitProviderId } }),
      await db().gitea.count({ where: { gitProviderId } }),
      await db().gitProviderMember.count({ where: { gitProviderId } }),
    ]) {
      expect(count).toBe(0);
    }
    expect((await faultOfCall(owner.caller, "gitProvider.remove", { gitProviderId })).code).toBe("not_found");
  });
});
