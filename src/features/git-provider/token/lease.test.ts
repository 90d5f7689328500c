import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call } from "@test/kit/provider-api";
import { beforeAll, describe, expect, it } from "vitest";
import { pool } from "@/db/client";
import type { GitProvider } from "@/features/git-provider/contract";
import { type Lease, readRenewal, releaseLost, takeLease } from "@/features/git-provider/token/lease";
import { newId } from "@/lib/id";

testDatabase();

let owner: TestMember;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

async function makeProvider(): Promise<string> {
  const given = { name: newId(), giteaUrl: "https://git.example.com", accessToken: newId() };
  return (await call<GitProvider>(owner.caller, "gitea.create", given)).gitProviderId;
}

const first = { credentialVersion: 1, renewalVersion: 0 };
const taken = (all: (Lease | null)[]) => all.filter((lease) => lease !== null);

describe("the lease of a token refresh", () => {
  it("is acquired by one of twenty concurrent callers", async () => {
    const id = await makeProvider();
    const all = await Promise.all(Array.from({ length: 20 }, () => takeLease(id, first)));
    expect(taken(all)).toHaveLength(1);
    expect((await readRenewal(id))?.held).toBe(true);
    expect(await takeLease(id, first)).toBeNull();
  });

  it("goes to one other caller when its holder has died, who learns that an answer was lost", async () => {
    const id = await makeProvider();
    await takeLease(id, first);
    await pool().query(
      `UPDATE "git_provider" SET "renewalHeldUntil" = now() - interval '1 second' WHERE "gitProviderId" = $1`,
      [id],
    );
    const all = await Promise.all(Array.from({ length: 20 }, () => takeLease(id, first)));
    expect(taken(all)).toMatchObject([{ lost: 1 }]);
  });

  it("can be acquired when its end is so far in the future that the clock must have gone back", async () => {
    const id = await makeProvider();
    await takeLease(id, first);
    await pool().query(
      `UPDATE "git_provider" SET "renewalHeldUntil" = now() + interval '1 day' WHERE "gitProviderId" = $1`,
      [id],
    );
    expect((await readRenewal(id))?.held).toBe(false);
    expect(await takeLease(id, first)).not.toBeNull();
    expect((await readRenewal(id))?.held).toBe(true);
  });

  it("cannot be acquired for a token that was replaced meanwhile", async () => {
    const id = await makeProvider();
    expect(await takeLease(id, { ...first, renewalVersion: 1 })).toBeNull();
    expect(await takeLease(id, { ...first, credentialVersion: 2 })).toBeNull();
  });

  it("is released by its holder only", async () => {
    const id = await makeProvider();
    const lease = await takeLease(id, first);
    if (!lease) throw new Error("the lease was not to be had");
    await releaseLost({ ...lease, heldUntil: new Date(lease.heldUntil.getTime() - 60_000) });
    expect((await readRenewal(id))?.held).toBe(true);
    await releaseLost(lease);
    expect((await readRenewal(id))?.held).toBe(false);
  });
});
