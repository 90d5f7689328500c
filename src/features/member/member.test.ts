import { testDatabase } from "@test/kit/database";
import { testCaller, testKey, testMember, testOrganization, testOrigin } from "@test/kit/member";
import { describe, expect, it, vi } from "vitest";
import type { Caller, Principal } from "@/access/caller";
import { type Role, roles } from "@/access/policy";
import { limits } from "@/access/rate-limit";
import { callerOf, findKey } from "@/access/resolve";
import { db } from "@/db/client";
import { acceptInvite } from "@/features/member/accept-invite";
import { allMembers } from "@/features/member/all";
import { inviteMember } from "@/features/member/invite";
import { previewInvite } from "@/features/member/preview-invite";
import { removeMember } from "@/features/member/remove";
import { revokeInvite } from "@/features/member/revoke-invite";
import { updateMemberRole } from "@/features/member/update-role";
import { newId } from "@/lib/id";

// Hashing a password takes long on purpose, and longer on a busy machine.
vi.setConfig({ testTimeout: 90_000 });
testDatabase();

let address = 0;
const origin = () => ({ ...testOrigin, address: `198.51.100.${address++}` });
const tokenOf = (inviteUrl: string) => inviteUrl.split("/").at(-1) ?? "";
const account = { name: "Grace Hopper", password: "a long password" };

async function team() {
  const organizationId = await testOrganization();
  const [owner, admin, viewer] = await Promise.all(
    (["owner", "admin", "viewer"] as const).map((role) => testMember(organizationId, role)),
  );
  if (!owner || !admin || !viewer) throw new Error("no team");
  return { organizationId, owner, admin, viewer };
}

async function invite(caller: Caller, email = `${newId()}@example.com`, role: Role = "developer") {
  return { email, token: tokenOf((await inviteMember(caller, { email, role })).inviteUrl) };
}

describe("the role of a member", () => {
  it("is given up to one's own and to holders up to one's own, in every combination", async () => {
    for (const by of roles.filter((role) => role === "owner" || role === "admin")) {
      for (const from of roles) {
        for (const to of roles) {
          const organizationId = await testOrganization();
          await testMember(organizationId, "owner");
          const [caller, target] = [
            await testMember(organizationId, by),
            await testMember(organizationId, from),
          ];
          const change = updateMemberRole(caller.caller, { memberId: target.memberId, role: to });
          const allowed = by === "owner" || (from !== "owner" && to !== "owner");
          const outcome = await change.then(
            (member) => member.role,
            (error) => error.code,
          );
          expect([by, from, to, outcome]).toEqual([by, from, to, allowed ? to : "forbidden"]);
        }
      }
    }
  });

  it("cannot be raised by the member", async () => {
    const { admin } = await team();
    const change = updateMemberRole(admin.caller, { memberId: admin.memberId, role: "owner" });
    await expect(change).rejects.toMatchObject({ code: "forbidden", reason: { code: "role_above_own" } });
  });

  it("cannot be given by a key that may do less than the role", async () => {
    const { owner, viewer } = await team();
    const found = await findKey(await testKey(owner, ["member:read", "member:write"]), testOrigin);
    if (!found) throw new Error("no key");
    const caller = callerOf(found);
    await expect(
      updateMemberRole(caller, { memberId: viewer.memberId, role: "developer" }),
    ).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(inviteMember(caller, { email: "x@example.com", role: "admin" })).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it("takes effect at the next call", async () => {
    const { owner, admin } = await team();
    await updateMemberRole(owner.caller, { memberId: admin.memberId, role: "viewer" });
    expect((await testCaller(admin.sessionId)).permissions.has("provider:write")).toBe(false);
  });

  it("in another organization is reported as if the member did not exist", async () => {
    const [mine, theirs] = [await team(), await team()];
    const errors = await Promise.all(
      [theirs.viewer.memberId, newId()].flatMap((memberId) => [
        updateMemberRole(mine.owner.caller, { memberId, role: "admin" }).catch((error) => error),
        removeMember(mine.owner.caller, { memberId }).catch((error) => error),
      ]),
    );
    expect(new Set(errors.map((error) => `${error.code} ${error.message}`)).size).toBe(1);
    expect(errors[0]).toMatchObject({ code: "not_found" });
  });
});

describe("the last owner of an organization", () => {
  it("is neither demoted nor removed", async () => {
    const { owner } = await team();
    const { memberId } = owner;
    const refused = { code: "conflict", reason: { code: "last_owner" } };
    await expect(updateMemberRole(owner.caller, { memberId, role: "admin" })).rejects.toMatchObject(refused);
    await expect(removeMember(owner.caller, { memberId })).rejects.toMatchObject(refused);
  });

  it("stays when two owners demote, or remove, each other at once", async () => {
    for (let round = 0; round < 8; round++) {
      const organizationId = await testOrganization();
      const [a, b] = [await testMember(organizationId, "owner"), await testMember(organizationId, "owner")];
      await Promise.allSettled([
        updateMemberRole(a.caller, { memberId: b.memberId, role: "viewer" }),
        round % 2
          ? removeMember(b.caller, { memberId: a.memberId })
          : updateMemberRole(b.caller, { memberId: a.memberId, role: "viewer" }),
      ]);
      expect(await db().member.count({ where: { organizationId, role: "owner" } })).toBe(1);
    }
  });
});

describe("the removal of a member", () => {
  it("ends their keys and their sessions in the organization", async () => {
    const { owner, viewer, organizationId } = await team();
    await db().session.update({
      where: { sessionId: viewer.sessionId },
      data: { activeOrganizationId: organizationId },
    });
    const key = await testKey(viewer);
    await removeMember(owner.caller, { memberId: viewer.memberId });
    expect(await findKey(key, testOrigin)).toBeNull();
    await expect(testCaller(viewer.sessionId)).rejects.toMatchObject({ reason: { code: "no_organization" } });
  });

  it("is left to owners when the member is one", async () => {
    const { owner, admin } = await team();
    await expect(removeMember(admin.caller, { memberId: owner.memberId })).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});

describe("an invitation", () => {
  it("creates an account for the invited address and a member with that role, once", async () => {
    const { owner, organizationId } = await team();
    const { email, token } = await invite(owner.caller);
    expect(await previewInvite(origin(), { token })).toEqual({
      organizationName: "Acme",
      email,
      role: "developer",
      roleName: "developer",
      hasAccount: false,
    });
    const joined = await acceptInvite(origin(), null, { token, ...account });
    expect(joined).toMatchObject({ organizationId, email });
    const member = await db().member.findFirstOrThrow({ where: { organizationId, userId: joined.userId } });
    expect(member.role).toBe("developer");
    const dead = { code: "not_found", reason: { code: "invite_dead" } };
    await expect(acceptInvite(origin(), null, { token, ...account })).rejects.toMatchObject(dead);
    await expect(previewInvite(origin(), { token })).rejects.toMatchObject(dead);
  });

  it("can be opened often by a team behind one address, while wrong links are counted", async () => {
    const { owner } = await team();
    const { token } = await invite(owner.caller);
    const office = origin();
    for (let tries = 0; tries <= limits.token.tries; tries++) await previewInvite(office, { token });
    await acceptInvite(office, null, { token, ...account });
    for (let tries = 0; tries < limits.token.tries; tries++) {
      await expect(previewInvite(office, { token: "guess" })).rejects.toMatchObject({ code: "not_found" });
    }
    const again = previewInvite(office, { token: "guess" });
    await expect(again).rejects.toMatchObject({ code: "rate_limited" });
  });

  it("that is accepted ten times at once creates one member", async () => {
    const { owner, organizationId } = await team();
    const { token } = await invite(owner.caller);
    const tries = Array.from({ length: 10 }, () => acceptInvite(origin(), null, { token, ...account }));
    const done = (await Promise.allSettled(tries)).filter((result) => result.status === "fulfilled");
    expect(done).toHaveLength(1);
    expect(await db().member.count({ where: { organizationId } })).toBe(4);
  });

  it("is for the invited address only", async () => {
    const { owner } = await team();
    const other = await testMember(await testOrganization(), "owner");
    const mine = await testMember(await testOrganization(), "owner");
    const { token } = await invite(owner.caller, mine.email);
    const accept = (visitor: Principal | null) => acceptInvite(origin(), visitor, { token, ...account });
    await expect(accept(other.caller)).rejects.toMatchObject({ reason: { code: "invite_other_email" } });
    await expect(accept(null)).rejects.toMatchObject({
      code: "unauthenticated",
      reason: { code: "invite_sign_in" },
    });
    await expect(accept(mine.caller)).resolves.toMatchObject({ userId: mine.userId });
    expect((await testCaller(mine.sessionId)).organizationId).toBe(owner.organizationId);
  });

  it("is refused for an owner, for a role above one's own and for an existing member", async () => {
    const { owner, admin, viewer } = await team();
    const ask = (caller: Caller, role: Role, email = "new@example.com") =>
      inviteMember(caller, { email, role });
    await expect(ask(owner.caller, "owner")).rejects.toMatchObject({ reason: { code: "invite_owner" } });
    await expect(ask(admin.caller, "owner")).rejects.toMatchObject({ reason: { code: "role_above_own" } });
    await expect(ask(owner.caller, "viewer", viewer.email)).rejects.toMatchObject({
      reason: { code: "already_member" },
    });
  });

  it("ends by time, by withdrawal and by a newer one for the same address", async () => {
    const { owner } = await team();
    const dead = { code: "not_found", reason: { code: "invite_dead" } };
    const late = await invite(owner.caller);
    await db().invitation.updateMany({ where: { email: late.email }, data: { expiresAt: new Date(0) } });
    const replaced = await invite(owner.caller);
    const newer = await invite(owner.caller, replaced.email);
    const withdrawn = await invite(owner.caller);
    const row = await db().invitation.findFirstOrThrow({ where: { email: withdrawn.email } });
    await revokeInvite(owner.caller, { invitationId: row.invitationId });
    for (const { token } of [late, replaced, withdrawn]) {
      await expect(acceptInvite(origin(), null, { token, ...account })).rejects.toMatchObject(dead);
    }
    await expect(previewInvite(origin(), { token: newer.token })).resolves.toBeDefined();
  });

  it("is listed without its link, and only to those who may withdraw it", async () => {
    const { owner, viewer } = await team();
    const { token, email } = await invite(owner.caller);
    const seen = await allMembers(owner.caller, { limit: 30 });
    expect(seen.invitations).toEqual([expect.objectContaining({ email, expired: false })]);
    expect(JSON.stringify(seen)).not.toContain(token);
    expect((await allMembers(viewer.caller, { limit: 30 })).invitations).toEqual([]);
    expect(JSON.stringify(await db().invitation.findMany())).not.toContain(token);
  });

  it("of another organization cannot be withdrawn", async () => {
    const [mine, theirs] = [await team(), await team()];
    const { email } = await invite(theirs.owner.caller);
    const { invitationId } = await db().invitation.findFirstOrThrow({ where: { email } });
    await expect(revokeInvite(mine.owner.caller, { invitationId })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("the list of members", () => {
  it("is paged without repeats or gaps, and refuses the cursor of another organization", async () => {
    const [mine, theirs] = [await team(), await team()];
    const first = await allMembers(mine.owner.caller, { limit: 2 });
    const second = await allMembers(mine.owner.caller, { limit: 2, cursor: first.nextCursor });
    const ids = [...first.items, ...second.items].map((member) => member.memberId);
    expect([new Set(ids).size, second.nextCursor]).toEqual([3, null]);
    const replay = allMembers(theirs.owner.caller, { limit: 2, cursor: first.nextCursor });
    await expect(replay).rejects.toMatchObject({ code: "invalid_input", reason: { code: "cursor_invalid" } });
  });

  it("never contains a password hash", async () => {
    const { owner } = await team();
    expect(JSON.stringify(await allMembers(owner.caller, { limit: 30 }))).not.toMatch(/hash|scrypt/i);
  });
});

describe("an invitation gives no more than its sender could give now", () => {
  const dead = { code: "not_found", reason: { code: "invite_dead" } };
  const openIt = async ({ token }: { token: string }) => {
    const looked = await previewInvite(origin(), { token }).catch((error) => error);
    const joined = await acceptInvite(origin(), null, { token, ...account }).catch((error) => error);
    return [looked, joined];
  };

  it("and ends when they are removed, demoted or left without a known role", async () => {
    const losses: ((who: { memberId: string }) => Promise<unknown>)[] = [
      ({ memberId }) => db().member.delete({ where: { memberId } }),
      ({ memberId }) => db().member.update({ where: { memberId }, data: { role: "viewer" } }),
      ({ memberId }) => db().member.update({ where: { memberId }, data: { role: "gone" } }),
    ];
    for (const lose of losses) {
      const { admin, organizationId } = await team();
      const link = await invite(admin.caller, undefined, "admin");
      await lose(admin);
      expect(await openIt(link)).toMatchObject([dead, dead]);
      expect(await db().member.count({ where: { organizationId } })).toBeLessThan(4);
    }
  });

  it("and ends when its role grows beyond theirs, or to an owner's", async () => {
    const { owner, admin, organizationId } = await team();
    const permissions = ["application:read"];
    const { roleId } = await db().role.create({ data: { organizationId, name: "Small", permissions } });
    const ask = (caller: Caller) => inviteMember(caller, { email: `${newId()}@example.com`, role: roleId });
    const links = [await ask(admin.caller), await ask(owner.caller)];
    await db().role.update({
      where: { roleId },
      data: { permissions: [...permissions, "organization:delete"] },
    });
    for (const { inviteUrl } of links) {
      expect(await openIt({ token: tokenOf(inviteUrl) })).toMatchObject([dead, dead]);
    }
  });

  it("and is neither withdrawn nor replaced by anyone who could not have sent it", async () => {
    const { owner, organizationId } = await team();
    const permissions = ["member:read", "member:write"];
    const { roleId } = await db().role.create({ data: { organizationId, name: "Doorkeeper", permissions } });
    const doorkeeper = await testMember(organizationId, roleId);
    const { email, token } = await invite(owner.caller, undefined, "admin");
    const { invitationId } = await db().invitation.findFirstOrThrow({ where: { email } });
    const above = { code: "forbidden", reason: { code: "role_above_own" } };
    await expect(revokeInvite(doorkeeper.caller, { invitationId })).rejects.toMatchObject(above);
    await expect(inviteMember(doorkeeper.caller, { email, role: roleId })).rejects.toMatchObject(above);
    expect((await previewInvite(origin(), { token })).role).toBe("admin");
  });
});

describe("two changes of a member at once", () => {
  it("by owners who demote each other: one succeeds, and the other is denied", async () => {
    for (let round = 0; round < 5; round++) {
      const { organizationId, owner } = await team();
      const second = await testMember(organizationId, "owner");
      await testMember(organizationId, "owner");
      const demote = (by: Caller, { memberId }: { memberId: string }) =>
        updateMemberRole(by, { memberId, role: "viewer" });
      const ends = await Promise.allSettled([demote(owner.caller, second), demote(second.caller, owner)]);
      expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const lost = ends.find((end) => end.status === "rejected");
      expect(lost).toMatchObject({ reason: { code: "forbidden", reason: { code: "permission_denied" } } });
    }
  });

  it("by a key that was revoked meanwhile: no member is changed", async () => {
    const { organizationId, owner, viewer } = await team();
    const found = await findKey(await testKey(owner), testOrigin);
    const keyed = found && callerOf(found);
    await db().apiKey.updateMany({ where: { organizationId }, data: { revokedAt: new Date() } });
    const give = updateMemberRole(keyed as Caller, { memberId: viewer.memberId, role: "admin" });
    await expect(give).rejects.toMatchObject({ code: "forbidden" });
  });
});
