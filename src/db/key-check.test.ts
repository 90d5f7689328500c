import { randomBytes } from "node:crypto";
import { testDatabase, testEnv } from "@test/kit/database";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { verifyKeys } from "@/db/key-check";
import { setEnv } from "@/lib/env";

testDatabase();

const newKey = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;
const useKeys = (...keys: string[]) => setEnv(testEnv({ SLIPWAY_ENCRYPTION_KEYS: keys.join(",") }));

beforeEach(async () => {
  await db().instance.deleteMany();
});

describe("the check of the encryption keys at start", () => {
  it("stores its check value in an empty database and accepts the same keys later", async () => {
    await verifyKeys();
    const first = await db().instance.findMany();
    expect(first).toHaveLength(1);
    expect(first[0]).toMatchObject({ initializedAt: null, keyCheck: expect.stringMatching(/^v1:test:/) });
    await verifyKeys();
    expect(await db().instance.findMany()).toEqual(first);
  });

  it("allows two first starts at once", async () => {
    await Promise.all([verifyKeys(), verifyKeys(), verifyKeys()]);
    expect(await db().instance.count()).toBe(1);
  });

  it("accepts a new key in front of the old one, and refuses to start when the old one is missing", async () => {
    const [old, fresh] = [newKey("old"), newKey("new")];
    useKeys(old);
    await verifyKeys();
    useKeys(fresh, old);
    await verifyKeys();
    useKeys(fresh);
    await expect(verifyKeys()).rejects.toThrow(/key "old"/);
  });

  it("refuses another key with the same id and writes nothing", async () => {
    useKeys(newKey("k"));
    await verifyKeys();
    const before = await db().instance.findMany();
    useKeys(newKey("k"));
    await expect(verifyKeys()).rejects.toMatchObject({ reason: { code: "keys_do_not_fit" } });
    expect(await db().instance.findMany()).toEqual(before);
  });
});
