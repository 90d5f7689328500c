import { testDatabase } from "@test/kit/database";
import { testKey, testMember, testOrganization, testOrigin } from "@test/kit/member";
import { describe, expect, it } from "vitest";
import type { Caller } from "@/access/caller";
import { type Permission, permissions } from "@/access/policy";
import { callerOf, findKey } from "@/access/resolve";
import { db } from "@/db/client";
import { allApiKeys } from "@/features/api-key/all";
import { createApiKey } from "@/features/api-key/create";
import { revokeApiKey } from "@/features/api-key/revoke";
import { newId } from "@/lib/id";

testDatabase();

async function team() {
  const organizationId = await testOrganization();
  return {
    owner: await testMember(organizationId, "owner"),
    viewer: await testMember(organizationId, "viewer"),
  };
}

async function bearer(key: string): Promise<Caller> {
  const found = await findKey(key, testOrigin);
  if (!found) throw new Error("the key is not valid");
  return callerOf(found);
}

describe("the creation of an API key", () => {
  it("shows the key once and stores its hash, its prefix and its last four characters", async () => {
    const { owner } = await team();
    const made = await createApiKey(owner.caller, { name: "ci" });
    expect(made.key).toBe(`slw_${made.prefix}_${made.key.slice(17)}`);
    expect(made.lastFour).toBe(made.key.slice(-4));
    expect([...made.permissions].sort()).toEqual([...permissions].sort());
    const row = await db().apiKey.findUniqueOrThrow({ where: { apiKeyId: made.apiKeyId } });
    expect(JSON.stringify(row)).not.toContain(made.key.slice(17));
    expect(JSON.stringify(await allApiKeys(owner.caller, { limit: 30 }))).not.toContain(
      made.key.slice(17, -4),
    );
  });

  it("needs no permission, and grants none that the creator lacks", async () => {
    const { viewer } = await team();
    const made = await createApiKey(viewer.caller, { name: "mine", permissions: ["provider:read"] });
    expect(made.permissions).toEqual(["provider:read"]);
    const beyond = createApiKey(viewer.caller, {
      name: "more",
      permissions: ["provider:read", "provider:write"],
    });
    await expect(beyond).rejects.toMatchObject({
      code: "forbidden",
      reason: { code: "key_beyond_maker", params: { permissions: ["provider:write"] } },
    });
  });

  it("refuses an expiry in the past", async () => {
    const { owner } = await team();
    const late = createApiKey(owner.caller, { name: "late", expiresAt: "2020-01-01T00:00:00Z" });
    await expect(late).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("an API key that calls", () => {
  it("without apiKey:write can do nothing with keys", async () => {
    const { owner } = await team();
    const caller = await bearer(await testKey(owner, ["provider:read"]));
    const forbidden = { code: "forbidden", reason: { params: { permission: "apiKey:write" } } };
    await expect(createApiKey(caller, { name: "x" })).rejects.toMatchObject(forbidden);
    await expect(allApiKeys(caller, { limit: 30 })).rejects.toMatchObject(forbidden);
    await expect(revokeApiKey(caller, { apiKeyId: "x" })).rejects.toMatchObject(forbidden);
  });

  it("neither creates, lists nor revokes a key that may do more than itself", async () => {
    const { owner } = await team();
    const own: Permission[] = ["apiKey:write", "provider:read"];
    const caller = await bearer(await testKey(owner, own));
    const broad = await createApiKey(owner.caller, { name: "broad" });
    const small = await createApiKey(owner.caller, { name: "small", permissions: ["provider:read"] });
    await expect(createApiKey(caller, { name: "x", permissions: [...permissions] })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect((await createApiKey(caller, { name: "same" })).permissions.sort()).toEqual(own.sort());
    const names = (await allApiKeys(caller, { limit: 30 })).items.map((key) => key.name);
    expect(names).toContain("small");
    expect(names).not.toContain("broad");
    await expect(revokeApiKey(caller, broad)).rejects.toMatchObject({ code: "not_found" });
    await expect(revokeApiKey(caller, small)).resolves.toEqual({});
  });
});

describe("the revocation of an API key", () => {
  it("takes effect at the next call", async () => {
    const { owner } = await team();
    const { key, apiKeyId } = await createApiKey(owner.caller, { name: "ci" });
    await bearer(key);
    await revokeApiKey(owner.caller, { apiKeyId });
    expect(await findKey(key, testOrigin)).toBeNull();
    await expect(revokeApiKey(owner.caller, { apiKeyId })).rejects.toMatchObject({ code: "not_found" });
  });

  it("is for one's own keys, or with the permission for those of everyone in the organization", async () => {
    const [{ owner, viewer }, other] = [await team(), await team()];
    const ofOwner = await createApiKey(owner.caller, { name: "owner's" });
    const ofViewer = await createApiKey(viewer.caller, { name: "viewer's" });
    const foreign = await createApiKey(other.owner.caller, { name: "foreign" });
    const refused = { code: "not_found" };
    await expect(revokeApiKey(viewer.caller, ofOwner)).rejects.toMatchObject(refused);
    await expect(revokeApiKey(owner.caller, foreign)).rejects.toMatchObject(refused);
    await expect(revokeApiKey(owner.caller, { apiKeyId: newId() })).rejects.toMatchObject(refused);
    await expect(revokeApiKey(owner.caller, ofViewer)).resolves.toEqual({});
  });
});

describe("the list of API keys", () => {
  it("has one's own, and everyone's with the permission, newest first in pages", async () => {
    const { owner, viewer } = await team();
    for (const name of ["a", "b"]) await createApiKey(viewer.caller, { name });
    await createApiKey(owner.caller, { name: "c" });
    const own = await allApiKeys(viewer.caller, { limit: 30 });
    expect(own.items.map((key) => key.name)).toEqual(["b", "a"]);
    const first = await allApiKeys(owner.caller, { limit: 2 });
    const rest = await allApiKeys(owner.caller, { limit: 2, cursor: first.nextCursor });
    expect([...first.items, ...rest.items].map((key) => key.name)).toEqual(["c", "b", "a"]);
  });
});
