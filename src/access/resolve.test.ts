import { testDatabase } from "@test/kit/database";
import { testCookie, testKey, testMember, testOrganization, testOrigin } from "@test/kit/member";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Permission, rolePermissions } from "@/access/policy";
import { callerOf, prefixOf, resolve } from "@/access/resolve";
import { db, pool } from "@/db/client";
import { newId } from "@/lib/id";

testDatabase();

let address = 0;
/** Each call from an address of its own, so that the limit on bad keys stays out of the way. */
function from(headers: Record<string, string>, at = `198.51.100.${address++}`) {
  return resolve(new Headers(headers), { ...testOrigin, address: at });
}

async function member() {
  return testMember(await testOrganization(), "admin");
}

const unauthenticated = { code: "unauthenticated" };

async function constraintOf(name: string): Promise<string> {
  const text = "SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = $1";
  return String((await pool().query(text, [name])).rows[0]?.definition);
}

describe("an API key", () => {
  it("acts as its member in its organization", async () => {
    const { memberId, organizationId, ...rest } = await member();
    const found = await from({ "x-api-key": await testKey({ memberId, organizationId }) });
    expect(callerOf(found)).toMatchObject({ memberId, organizationId, userId: rest.userId, role: "admin" });
    expect(found.principal.via).toMatchObject({ kind: "key", keyName: "test" });
  });

  it("may do what both its permissions and its member's current role allow", async () => {
    const someone = await member();
    const list: Permission[] = ["provider:read", "member:write", "organization:delete"];
    const key = await testKey(someone, list);
    const now = async () => [...callerOf(await from({ "x-api-key": key })).permissions].sort();
    expect(await now()).toEqual(["member:write", "provider:read"]);
    await db().member.update({ where: { memberId: someone.memberId }, data: { role: "viewer" } });
    expect(await now()).toEqual(["provider:read"]);
  });

  it("is refused when revoked, expired, cut, lengthened or changed", async () => {
    const someone = await member();
    const past = new Date(Date.now() - 1000);
    const good = await testKey(someone);
    const bad = [
      await testKey(someone, [], { revokedAt: past }),
      await testKey(someone, [], { expiresAt: past }),
      good.slice(0, -1),
      `${good}x`,
      `${good} ${good}`,
      `${good}, ${good}`,
      good.toUpperCase(),
      good.slice(0, -1) + (good.endsWith("A") ? "B" : "A"),
      `slw_${newId().slice(0, 12)}_${good.slice(17)}`,
    ];
    for (const key of bad) await expect(from({ "x-api-key": key })).rejects.toMatchObject(unauthenticated);
  });

  it("that is malformed is refused without a database query", () => {
    for (const text of ["", " ", "x".repeat(1_000_000), "slw__", "schlüssel-ключ", "' OR 1=1 --"]) {
      expect(prefixOf(text)).toBeNull();
    }
    fc.assert(fc.property(fc.string(), (text) => prefixOf(text) === null));
  });

  it("in an empty or Latin-1 header is refused as a wrong key, not as an error", async () => {
    for (const key of ["", "\u00e9\u00e8\u00fc", "x".repeat(1_000_000)]) {
      await expect(from({ "x-api-key": key })).rejects.toMatchObject(unauthenticated);
    }
  });

  it("is refused when it is wrong, even when a valid session comes with it", async () => {
    const { sessionId } = await member();
    const cookie = await testCookie(sessionId);
    await expect(from({ cookie, "x-api-key": "slw_wrong" })).rejects.toMatchObject(unauthenticated);
  });

  it("takes precedence over another person's session sent with it", async () => {
    const [reader, owner] = [await member(), await member()];
    const key = await testKey(reader, ["provider:read"]);
    const caller = callerOf(await from({ cookie: await testCookie(owner.sessionId), "x-api-key": key }));
    expect(caller.userId).toBe(reader.userId);
    expect([...caller.permissions]).toEqual(["provider:read"]);
  });

  it("is deleted with the membership", async () => {
    const someone = await member();
    const key = await testKey(someone);
    await db().member.delete({ where: { memberId: someone.memberId } });
    await expect(from({ "x-api-key": key })).rejects.toMatchObject(unauthenticated);
    expect(await db().apiKey.count({ where: { memberId: someone.memberId } })).toBe(0);
  });

  it("is refused without its membership, even if its row were left behind", async () => {
    const someone = await member();
    const key = await testKey(someone);
    const constraint = "api_key_organizationId_memberId_fkey";
    const definition = await constraintOf(constraint);
    await pool().query(`ALTER TABLE api_key DROP CONSTRAINT "${constraint}"`);
    await db().member.delete({ where: { memberId: someone.memberId } });
    await expect(from({ "x-api-key": key })).rejects.toMatchObject(unauthenticated);
    expect((await db().apiKey.deleteMany({ where: { memberId: someone.memberId } })).count).toBe(1);
    await pool().query(`ALTER TABLE api_key ADD CONSTRAINT "${constraint}" ${definition}`);
  });

  it("is stored as a hash only", async () => {
    const key = await testKey(await member());
    const rows = JSON.stringify(await db().apiKey.findMany());
    expect(rows).not.toContain(key);
    expect(rows).not.toContain(key.slice(17));
    expect(rows).toContain(key.slice(4, 16));
  });

  it("makes the bearer an instance admin only when it is not limited", async () => {
    const someone = await member();
    await db().user.update({ where: { userId: someone.userId }, data: { instanceAdmin: true } });
    const limited = await from({ "x-api-key": await testKey(someone, ["provider:read"]) });
    const full = await from({ "x-api-key": await testKey(someone) });
    expect([limited.principal.instanceAdmin, full.principal.instanceAdmin]).toEqual([false, true]);
  });

  it("guessed too often from one address is rate-limited; valid keys from there still work", async () => {
    const key = await testKey(await member());
    const guess = () => from({ "x-api-key": "slw_guess" }, "203.0.113.9").catch((error: unknown) => error);
    const answers = await Promise.all(Array.from({ length: 110 }, guess));
    const limited = answers.filter((each) => (each as { code: string }).code === "rate_limited");
    expect(limited).toHaveLength(10);
    expect(limited[0]).toMatchObject({ retryAt: expect.any(Date) });
    await expect(from({ "x-api-key": key }, "203.0.113.9")).resolves.toBeDefined();
  });
});

describe("a session", () => {
  it("acts in the chosen organization, else in the oldest one", async () => {
    const someone = await member();
    const other = await testOrganization("Other");
    await db().member.create({ data: { organizationId: other, userId: someone.userId, role: "viewer" } });
    const cookie = await testCookie(someone.sessionId);
    expect(callerOf(await from({ cookie })).organizationId).toBe(someone.organizationId);
    await db().session.update({
      where: { sessionId: someone.sessionId },
      data: { activeOrganizationId: other },
    });
    const caller = callerOf(await from({ cookie }));
    expect([caller.organizationId, caller.role]).toEqual([other, "viewer"]);
    expect([...caller.permissions].sort()).toEqual([...rolePermissions.viewer].sort());
  });

  it("without any organization belongs to a person who cannot act in one", async () => {
    const someone = await member();
    await db().member.delete({ where: { memberId: someone.memberId } });
    const found = await from({ cookie: await testCookie(someone.sessionId) });
    expect(found.membership).toBeNull();
    expect(() => callerOf(found)).toThrowError(expect.objectContaining({ code: "forbidden" }));
  });

  it("ends when its row is deleted, after 14 idle days, and after 60 days in any case", async () => {
    const day = 86_400_000;
    const ago = (days: number) => new Date(Date.now() - days * day);
    const changes = [{ lastSeenAt: ago(15) }, { createdAt: ago(61) }, { expiresAt: ago(1) }];
    for (const data of changes) {
      const { sessionId } = await member();
      const cookie = await testCookie(sessionId);
      await expect(from({ cookie })).resolves.toBeDefined();
      await db().session.update({ where: { sessionId }, data });
      await expect(from({ cookie })).rejects.toMatchObject(unauthenticated);
    }
  });

  it("is not accepted from a forged cookie", async () => {
    const { sessionId } = await member();
    const cookie = await testCookie(sessionId);
    const [name = ""] = cookie.split("=");
    for (const value of [
      "",
      sessionId,
      cookie.slice(name.length + 1, -4),
      "a.b.c",
      "%00",
      "eyJhbGciOiJub25lIn0..",
    ]) {
      await expect(from({ cookie: `${name}=${value}` })).rejects.toMatchObject(unauthenticated);
    }
  });
});
