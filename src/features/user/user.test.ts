import { testDatabase } from "@test/kit/database";
import { testMember, testOrganization, testOrigin } from "@test/kit/member";
import { testPassword as password, testPasswordHash as passwordHash } from "@test/kit/password";
import { describe, expect, it, vi } from "vitest";
import { digest } from "@/access/digest";
import { startSession } from "@/access/session";
import { signIn } from "@/access/sign-in";
import { db } from "@/db/client";
import { changePassword } from "@/features/user/change-password";
import { endOwnSession } from "@/features/user/end-session";
import { me } from "@/features/user/me";
import { requestPasswordReset } from "@/features/user/request-password-reset";
import { createResetLink } from "@/features/user/reset-link";
import { resetPassword } from "@/features/user/reset-password";
import { sessions } from "@/features/user/sessions";
import { updateProfile } from "@/features/user/update-profile";
import { newId } from "@/lib/id";

// Hashing a password takes long on purpose, and longer on a busy machine.
vi.setConfig({ testTimeout: 90_000 });
testDatabase();

let address = 0;
const origin = () => ({ ...testOrigin, address: `198.51.100.${address++}` });

async function person() {
  const member = await testMember(await testOrganization(), "owner");
  await db().user.update({ where: { userId: member.userId }, data: { passwordHash } });
  return member;
}

async function sessionIds(userId: string): Promise<string[]> {
  return (await db().session.findMany({ where: { userId } })).map((session) => session.sessionId);
}

describe("signing in", () => {
  it("starts a new session each time, for the address in any case and with blanks around it", async () => {
    const { email, userId } = await person();
    const ids = [
      await signIn(origin(), email, password),
      await signIn(origin(), ` ${email.toUpperCase()} `, password),
    ];
    expect(new Set(ids).size).toBe(2);
    expect(await sessionIds(userId)).toEqual(expect.arrayContaining(ids));
  });

  it.each([
    "a@evil.example,b@corp.example",
    "b@corp.example\n@x",
    "<b@corp.example>",
    "b@corp.example\0",
    "",
    7,
    null,
    { not: "" },
  ])("refuses the address %j", async (email) => {
    expect(await signIn(origin(), email, password)).toBeNull();
  });

  it("answers the same for a wrong password and an unknown address", async () => {
    const { email } = await person();
    expect(await signIn(origin(), email, "wrong password")).toBeNull();
    expect(await signIn(origin(), "nobody@example.com", password)).toBeNull();
    expect(await signIn(origin(), email, "x".repeat(1_000_000))).toBeNull();
  });

  it("allows ten failures for one account, known or not, from any address", async () => {
    const { email } = await person();
    for (const account of [email, "unknown@example.com"]) {
      const tries = Array.from({ length: 12 }, () =>
        signIn(origin(), account, "wrong").catch((error) => error.code),
      );
      const outcomes = await Promise.all(tries);
      expect(outcomes.filter((outcome) => outcome === "rate_limited")).toHaveLength(2);
      await expect(signIn(origin(), account, password)).rejects.toMatchObject({ code: "rate_limited" });
    }
  });
});

describe("the password of a user", () => {
  it("when changed ends every other session and the old password", async () => {
    const { caller, email, sessionId, userId } = await person();
    await startSession(userId, testOrigin);
    await changePassword(caller, sessionId, { currentPassword: password, newPassword: "another password" });
    expect(await sessionIds(userId)).toEqual([sessionId]);
    expect(await signIn(origin(), email, password)).toBeNull();
    expect(await signIn(origin(), email, "another password")).toEqual(expect.any(String));
  });

  it("can only be changed by someone who knows it", async () => {
    const { caller, sessionId } = await person();
    const change = changePassword(caller, sessionId, {
      currentPassword: "guess",
      newPassword: "another password",
    });
    await expect(change).rejects.toMatchObject({ code: "forbidden", reason: { code: "password_wrong" } });
  });
});

describe("a link to reset a password", () => {
  const tokenOf = (url: string) => url.split("/").at(-1) ?? "";

  it("sets the password once and ends every session", async () => {
    const { email, userId } = await person();
    const { url } = await createResetLink(` ${email.toUpperCase()}`);
    const token = tokenOf(url);
    expect(url).toMatch(/^http:\/\/localhost:3000\/reset-password\/[\w-]{43}$/);
    await resetPassword(origin(), { token, newPassword: "a brand new one" });
    expect(await sessionIds(userId)).toEqual([]);
    expect(await signIn(origin(), email, "a brand new one")).not.toBeNull();
    const again = resetPassword(origin(), { token, newPassword: "another one again" });
    await expect(again).rejects.toMatchObject({ code: "not_found", reason: { code: "reset_link_dead" } });
  });

  it("is stored as a hash, and ends after an hour and when a newer one is made", async () => {
    const { email } = await person();
    const old = tokenOf((await createResetLink(email)).url);
    const token = tokenOf((await createResetLink(email)).url);
    expect(JSON.stringify(await db().passwordReset.findMany())).not.toContain(token);
    await db().passwordReset.update({ where: { tokenHash: digest(token) }, data: { expiresAt: new Date() } });
    for (const dead of [old, token, "", "x".repeat(200)]) {
      const use = resetPassword(origin(), { token: dead, newPassword: "a brand new one" });
      await expect(use).rejects.toMatchObject({ reason: { code: "reset_link_dead" } });
    }
  });

  it("is not created for an unknown address, and the answer does not tell", async () => {
    const { email } = await person();
    await expect(createResetLink("nobody@example.com")).rejects.toMatchObject({ code: "not_found" });
    const answers = [
      await requestPasswordReset(origin(), { email }),
      await requestPasswordReset(origin(), { email: "no@example.com" }),
    ];
    expect(answers).toEqual([{ mail: false }, { mail: false }]);
  });
});

describe("the profile of a user", () => {
  it("shows who is calling and what they may do", async () => {
    const { caller, email, organizationId } = await person();
    expect(await me(caller, caller)).toMatchObject({
      email,
      name: "owner",
      organization: { organizationId, name: "Acme", role: "owner" },
      permissions: expect.arrayContaining(["organization:delete"]),
    });
    expect(await me(caller, null)).toMatchObject({ organization: null, permissions: [] });
  });

  it("keeps fields that are not given, and a user name belongs to one person", async () => {
    const [first, second] = [await person(), await person()];
    const username = `u${newId().slice(0, 10)}`;
    await updateProfile(first.caller, first.caller, { username, lastName: "Hopper" });
    const changed = await updateProfile(first.caller, first.caller, { firstName: "Grace" });
    expect(changed).toMatchObject({ username, name: "Grace Hopper" });
    const taken = updateProfile(second.caller, second.caller, { username });
    await expect(taken).rejects.toMatchObject({ code: "conflict", reason: { code: "username_taken" } });
    expect((await updateProfile(first.caller, first.caller, { username: null })).username).toBeNull();
  });
});

describe("the sessions of a user", () => {
  it("are listed with the current one marked, and ended one by one", async () => {
    const { caller, sessionId, userId } = await person();
    const other = await startSession(userId, testOrigin);
    const { items } = await sessions(caller, sessionId);
    expect(items.map((each) => [each.sessionId, each.current]).sort()).toEqual(
      [
        [sessionId, true],
        [other, false],
      ].sort(),
    );
    await endOwnSession(caller, { sessionId: other });
    expect(await sessionIds(userId)).toEqual([sessionId]);
  });

  it("cannot be ended by anybody else", async () => {
    const [mine, theirs] = [await person(), await person()];
    for (const sessionId of [theirs.sessionId, newId()]) {
      await expect(endOwnSession(mine.caller, { sessionId })).rejects.toMatchObject({ code: "not_found" });
    }
  });
});
