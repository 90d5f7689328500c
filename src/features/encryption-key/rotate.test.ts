import { randomBytes } from "node:crypto";
import path from "node:path";
import { testDatabase, testEnv } from "@test/kit/database";
import { testOrganization } from "@test/kit/member";
import { afterEach, describe, expect, inject, it } from "vitest";
import { db } from "@/db/client";
import { verifyKeys } from "@/db/key-check";
import { addKey } from "@/features/encryption-key/add";
import { assertKeys } from "@/features/encryption-key/assert-keys";
import { dropUnused } from "@/features/encryption-key/drop";
import { rotateKeys } from "@/features/encryption-key/rotate";
import { keyStatus } from "@/features/encryption-key/status";
import { parseEnv, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { keyRing } from "@/lib/key-ring";
import { open, seal } from "@/lib/seal";

testDatabase();

const newKey = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;
const [old, fresh] = [newKey("old"), newKey("new")];
const useKeys = (...keys: string[]) => setEnv(testEnv({ SLIPWAY_ENCRYPTION_KEYS: keys.join(",") }));

afterEach(async () => {
  await db().organization.deleteMany();
  await db().instance.deleteMany();
});

/** Creates this many Gitea connections, each with a token sealed with the current first key. */
async function stored(count: number): Promise<string[]> {
  const organizationId = await testOrganization();
  const ids = Array.from({ length: count }, newId);
  const common = { organizationId, providerType: "gitea", authMethod: "token", health: {} };
  await db().gitProvider.createMany({
    data: ids.map((id) => ({ ...common, gitProviderId: id, name: id })),
  });
  await db().gitea.createMany({ data: ids.map((id) => connection(organizationId, id)) });
  return ids;
}

const giteaUrl = "https://git.example.com";

function contextOf(organizationId: string, giteaId: string) {
  const bound = [organizationId, giteaId, giteaUrl, null, null];
  return { table: "gitea", column: "accessToken", rowId: giteaId, bound };
}

function connection(organizationId: string, giteaId: string) {
  const accessToken = seal(`token of ${giteaId}`, contextOf(organizationId, giteaId));
  return { giteaId, gitProviderId: giteaId, giteaUrl, accessToken };
}

async function tokens(): Promise<string[]> {
  const include = { gitProvider: { select: { organizationId: true } } };
  const rows = await db().gitea.findMany({ orderBy: { giteaId: "asc" }, include });
  return rows.map(({ giteaId, accessToken, gitProvider }) =>
    open(accessToken ?? "", contextOf(gitProvider.organizationId, giteaId)),
  );
}

describe("the rotation of the encryption keys", () => {
  it("seals every value with the first key, so that the old one can be removed", async () => {
    useKeys(old);
    await verifyKeys();
    const ids = await stored(3);
    useKeys(fresh, old);
    expect(await rotateKeys()).toEqual({ sealed: 3, changed: 0, unreadable: [] });
    expect(await keyStatus()).toEqual([
      { keyId: "new", current: true, known: true, values: 3 },
      { keyId: "old", current: false, known: true, values: 0 },
    ]);
    useKeys(fresh);
    await verifyKeys();
    await assertKeys();
    expect(await tokens()).toEqual(ids.toSorted().map((id) => `token of ${id}`));
  });

  it("continues where it was interrupted, and has nothing to do a second time", async () => {
    useKeys(old);
    await verifyKeys();
    await stored(210);
    useKeys(fresh, old);
    const half = rotateKeys((sealed) => {
      if (sealed >= 200) throw new Error("killed");
    });
    await expect(half).rejects.toThrow("killed");
    expect((await rotateKeys()).sealed).toBe(10);
    expect((await rotateKeys()).sealed).toBe(0);
  });

  it("leaves a value that no key opens, names it, and still requires the old key", async () => {
    useKeys(old);
    await verifyKeys();
    const [first = "", second = ""] = await stored(2);
    const { accessToken } = await db().gitea.findUniqueOrThrow({ where: { giteaId: first } });
    await db().gitea.update({ where: { giteaId: second }, data: { accessToken } });
    useKeys(fresh, old);
    const { sealed, unreadable } = await rotateKeys();
    expect([sealed, unreadable]).toEqual([1, [{ table: "gitea", column: "accessToken", rowId: second }]]);
    useKeys(fresh);
    await expect(verifyKeys()).rejects.toMatchObject({ reason: { code: "keys_do_not_fit" } });
  });

  it("never overwrites a value that was stored while it ran", async () => {
    useKeys(old);
    await verifyKeys();
    const [giteaId = ""] = await stored(1);
    useKeys(fresh, old);
    const { organizationId } = await db().gitProvider.findFirstOrThrow();
    const at = contextOf(organizationId, giteaId);
    const [rotation] = await Promise.all([
      rotateKeys(),
      db().gitea.update({ where: { giteaId }, data: { accessToken: seal("newer", at) } }),
    ]);
    expect(rotation.sealed + rotation.changed).toBeLessThanOrEqual(1);
    expect(await tokens()).toEqual(["newer"]);
  });
});

describe("dropping a generated encryption key", () => {
  it("keeps the check value for the next start, also where nothing was sealed", async () => {
    setEnv(parseEnv({ SLIPWAY_DATA_DIR: path.join(inject("testFolder"), newId()) }));
    await verifyKeys();
    const added = addKey();
    expect(await dropUnused()).toEqual(["k1"]);
    expect(keyRing().map(({ id }) => id)).toEqual([added]);
    await verifyKeys();
    await assertKeys();
  });

  it("keeps the keys that a stored value needs", async () => {
    setEnv(parseEnv({ SLIPWAY_DATA_DIR: path.join(inject("testFolder"), newId()) }));
    await verifyKeys();
    await stored(1);
    addKey();
    expect(await dropUnused()).toEqual([]);
    await rotateKeys();
    expect(await dropUnused()).toEqual(["k1"]);
    expect(await tokens()).toHaveLength(1);
  });
});

describe("a start without an encryption key", () => {
  it("is refused while a stored value needs it, naming the key id and not the key", async () => {
    useKeys(old);
    await stored(2);
    useKeys(fresh);
    await verifyKeys();
    const refusal = await assertKeys().catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      reason: { code: "key_missing", params: { keyIds: ["old"], values: 2 } },
    });
    expect(String(refusal)).not.toContain(old.split(":")[1]);
  });
});
