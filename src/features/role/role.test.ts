import { testDatabase } from "@test/kit/database";
import {
  type TestMember,
  testCaller,
  testKey,
  testMember,
  testOrganization,
  testOrigin,
} from "@test/kit/member";
import { beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "@/access/caller";
import { type Permission, permissions, rolePermissions } from "@/access/policy";
import { findKey } from "@/access/resolve";
import { db } from "@/db/client";
import { acceptInvite } from "@/features/member/accept-invite";
import { allMembers } from "@/features/member/all";
import { inviteMember } from "@/features/member/invite";
import { removeMember } from "@/features/member/remove";
import { updateMemberRole } from "@/features/member/update-role";
import { all } from "@/features/role/all";
import { create } from "@/features/role/create";
import { remove } from "@/features/role/remove";
import { update } from "@/features/role/update";
import { newId } from "@/lib/id";

testDatabase();

const releaser: Permission[] = ["application:read", "deployment:read", "deployment:run"];

let organizationId: string;
let owner: TestMember;
let admin: TestMember;
beforeEach(async () => {
  organizationId = await testOrganization();
  owner = await testMember(organizationId, "owner");
  admin = await testMember(organizationId, "admin");
});

const make = (list = releaser, name = newId()) => create(owner.caller, { name, permissions: list });

describe("a custom role", () => {
  it("gives its holder exactly its permissions, in sessions and keys", async () => {
    const { role } = await make();
    const holder = await testMember(organizationId, role);
    expect([...holder.caller.permissions].sort()).toEqual([...releaser].sort());
    const found = await findKey(await testKey(holder), testOrigin);
    expect([...(found?.membership?.permissions ?? [])].sort()).toEqual([...releaser].sort());
  });

  it("narrows sessions and keys at the next call, and widens no key beyond its own list", async () => {
    const { role } = await make();
    const holder = await testMember(organizationId, role);
    const key = await testKey(holder, ["application:read", "deployment:run"]);
    await update(owner.caller, { roleId: role, permissions: ["application:read"] });
    const keyed = async () => [...((await findKey(key, testOrigin))?.membership?.permissions ?? [])];
    expect([...(await testCaller(holder.sessionId)).permissions]).toEqual(["application:read"]);
    expect(await keyed()).toEqual(["application:read"]);
    await update(owner.caller, { roleId: role, permissions: [...permissions] });
    expect((await keyed()).sort()).toEqual(["application:read", "deployment:run"]);
  });

  it("is listed beside the presets, with the number of its holders", async () => {
    const { role } = await make(releaser, "Releaser");
    await testMember(organizationId, role);
    const { items } = await all(owner.caller);
    expect(items.map(({ name, preset, memberCount }) => [name, preset, memberCount])).toEqual([
      ["owner", true, 1],
      ["admin", true, 1],
      ["developer", true, 0],
      ["viewer", true, 0],
      ["Releaser", false, 1],
    ]);
    const members = await allMembers(owner.caller, { limit: 30 });
    expect(members.items.find((each) => each.role === role)?.roleName).toBe("Releaser");
  });

  it("needs a name that no other role and no preset has", async () => {
    await make(releaser, "Releaser");
    for (const name of ["Releaser", "owner", "Admin"]) {
      await expect(make(releaser, name)).rejects.toMatchObject({ reason: { code: "name_taken" } });
    }
    const { role } = await make(releaser, "Other");
    const rename = update(owner.caller, { roleId: role, name: "Releaser" });
    await expect(rename).rejects.toMatchObject({ reason: { code: "name_taken" } });
  });

  it("with a permission that only a newer version knows gives the known ones", async () => {
    const data = { organizationId, name: "new", permissions: ["application:read", "moon:write"] };
    const { roleId } = await db().role.create({ data });
    const holder = await testMember(organizationId, roleId);
    expect([...holder.caller.permissions]).toEqual(["application:read"]);
  });
});

describe("nobody gives more permissions than they have", () => {
  const beyond = { code: "forbidden", reason: { code: "role_beyond_maker" } };
  const above = { code: "forbidden", reason: { code: "role_above_own" } };

  it("when creating a role, or changing one to more or from more", async () => {
    const all = { name: newId(), permissions: [...permissions] };
    await expect(create(admin.caller, all)).rejects.toMatchObject(beyond);
    const { role } = await make();
    const grow = update(admin.caller, { roleId: role, permissions: ["organization:delete"] });
    await expect(grow).rejects.toMatchObject(beyond);
    const { role: high } = await make([...permissions]);
    const shrink = update(admin.caller, { roleId: high, permissions: releaser });
    await expect(shrink).rejects.toMatchObject(beyond);
    await expect(remove(admin.caller, { roleId: high })).rejects.toMatchObject(beyond);
  });

  it("when giving a role, or changing a member who has one", async () => {
    const { role: high } = await make([...permissions]);
    const holder = await testMember(organizationId, high);
    const viewer = await testMember(organizationId, "viewer");
    const give = updateMemberRole(admin.caller, { memberId: viewer.memberId, role: high });
    await expect(give).rejects.toMatchObject(above);
    const demote = updateMemberRole(admin.caller, { memberId: holder.memberId, role: "viewer" });
    await expect(demote).rejects.toMatchObject(above);
    await expect(removeMember(admin.caller, { memberId: holder.memberId })).rejects.toMatchObject(above);
    const invite = inviteMember(admin.caller, { email: `${newId()}@example.com`, role: high });
    await expect(invite).rejects.toMatchObject(above);
  });

  it("when calling with a key that holds less than its creator", async () => {
    const keyed: Caller = { ...owner.caller, permissions: new Set<Permission>(["member:write"]) };
    await expect(create(keyed, { name: newId(), permissions: releaser })).rejects.toMatchObject(beyond);
    const viewer = await testMember(organizationId, "viewer");
    const give = updateMemberRole(keyed, { memberId: viewer.memberId, role: "viewer" });
    await expect(give).rejects.toMatchObject(above);
  });

  it("and nobody sends an invitation with a role as high as an owner's", async () => {
    const { role } = await make([...permissions]);
    const invite = inviteMember(owner.caller, { email: `${newId()}@example.com`, role });
    await expect(invite).rejects.toMatchObject({ reason: { code: "invite_owner" } });
  });
});

describe("a custom role in use", () => {
  const inUse = { code: "conflict", reason: { code: "role_in_use" } };

  it("cannot be removed while a member or an open invitation has it", async () => {
    const { role } = await make();
    const holder = await testMember(organizationId, role);
    await expect(remove(owner.caller, { roleId: role })).rejects.toMatchObject(inUse);
    await updateMemberRole(owner.caller, { memberId: holder.memberId, role: "viewer" });
    await inviteMember(owner.caller, { email: `${newId()}@example.com`, role });
    await expect(remove(owner.caller, { roleId: role })).rejects.toMatchObject(inUse);
    await db().invitation.deleteMany({ where: { organizationId } });
    expect(await remove(owner.caller, { roleId: role })).toEqual({});
  });

  it("that is given and removed at once is either given or removed", async () => {
    for (let round = 0; round < 5; round++) {
      const { role } = await make();
      const member = await testMember(organizationId, "viewer");
      await Promise.allSettled([
        updateMemberRole(owner.caller, { memberId: member.memberId, role }),
        remove(owner.caller, { roleId: role }),
      ]);
      const given = (await db().member.findUniqueOrThrow({ where: { memberId: member.memberId } })).role;
      const there = await db().role.count({ where: { roleId: role } });
      expect([given === role, there]).toEqual(given === role ? [true, 1] : [false, 0]);
    }
  });
});

describe("a custom role of another organization", () => {
  it("is not found by any procedure that takes one", async () => {
    const other = await testMember(await testOrganization("Other"), "owner");
    const { role } = await create(other.caller, { name: "Theirs", permissions: releaser });
    const viewer = await testMember(organizationId, "viewer");
    const missing = { code: "not_found", reason: { code: "not_found" } };
    for (const id of [role, newId()]) {
      const tries = [
        () => updateMemberRole(owner.caller, { memberId: viewer.memberId, role: id }),
        () => inviteMember(owner.caller, { email: `${newId()}@example.com`, role: id }),
        () => update(owner.caller, { roleId: id, name: "x" }),
        () => remove(owner.caller, { roleId: id }),
      ];
      for (const attempt of tries) await expect(attempt()).rejects.toMatchObject(missing);
    }
    expect((await all(owner.caller)).items.some((each) => each.name === "Theirs")).toBe(false);
  });

  it("gives its holder nothing here, even when a row names it", async () => {
    const other = await testMember(await testOrganization("Other"), "owner");
    const { role } = await create(other.caller, { name: "Theirs", permissions: releaser });
    const holder = await testMember(organizationId, "viewer");
    await db().member.update({ where: { memberId: holder.memberId }, data: { role } });
    await expect(testCaller(holder.sessionId)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("an invitation with a custom role", () => {
  it("creates a member with that role", async () => {
    const { role } = await make();
    const email = `${newId()}@example.com`;
    const { inviteUrl } = await inviteMember(owner.caller, { email, role });
    const token = inviteUrl.split("/").at(-1) ?? "";
    await acceptInvite(testOrigin, null, { token, name: "New One", password: "a long enough password" });
    const member = await db().member.findFirstOrThrow({ where: { organizationId, user: { email } } });
    expect(member.role).toBe(role);
  });
});

describe("the preset roles", () => {
  it("may each be given by an admin, and owner has every permission", async () => {
    const viewer = await testMember(organizationId, "viewer");
    for (const role of ["admin", "developer", "viewer"]) {
      await updateMemberRole(admin.caller, { memberId: viewer.memberId, role });
    }
    expect(rolePermissions.owner).toEqual(permissions);
  });
});
