import { randomBytes } from "node:crypto";
import { testDatabase, testEnv } from "@test/kit/database";
import { afterEach, describe, expect, it } from "vitest";
import { closeDatabase, connectionString, db } from "@/db/client";
import { setEnv } from "@/lib/env";
import { boot } from "@/server/boot";
import { stopAll } from "@/server/stop";

testDatabase();
afterEach(stopAll);

async function start(keys: string): Promise<void> {
  await stopAll();
  setEnv(testEnv({ DATABASE_URL: connectionString(), SLIPWAY_ENCRYPTION_KEYS: keys }));
  await boot("helper");
}

const newKey = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;

describe("starting an instance", () => {
  it("stores a proof of its master keys, and is refused with other keys of the same name", async () => {
    const keys = newKey("k");
    await start(keys);
    await start(keys);
    const before = await db().instance.findMany();
    expect(before).toHaveLength(1);
    await closeDatabase();
    await expect(start(newKey("k"))).rejects.toMatchObject({ reason: { code: "keys_do_not_fit" } });
    expect(await db().instance.findMany()).toEqual(before);
  });

  it.each(["k:", `k:${Buffer.alloc(32).toString("base64")}`, `k:${"changeme".repeat(5)}`])(
    "is refused with %j for a key",
    async (keys) => {
      await expect(start(keys)).rejects.toMatchObject({ reason: { code: "key_wrong" } });
    },
  );
});
