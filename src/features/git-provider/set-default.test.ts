import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall } from "@test/kit/provider-api";
import { beforeEach, describe, expect, it } from "vitest";
import type { GitProvider } from "@/features/git-provider/contract";

testDatabase();

describe("the default provider", () => {
  let fresh: TestMember;
  const make = (given: string) =>
    call<GitProvider>(fresh.caller, "gitea.create", {
      name: given,
      giteaUrl: "https://git.example.com",
      accessToken: "token-1",
    });
  const defaults = async () =>
    (await call<GitProvider[]>(fresh.caller, "gitProvider.getAll")).filter((one) => one.isDefault);

  beforeEach(async () => {
    fresh = await testMember(await testOrganization("Fresh"), "owner");
  });

  it("is the first one, also when several are created at once", async () => {
    await Promise.all(Array.from({ length: 8 }, (_, n) => make(`Provider ${n}`)));
    expect(await defaults()).toHaveLength(1);
  });

  it("is exactly one after twenty concurrent changes", async () => {
    const made = await Promise.all(Array.from({ length: 4 }, (_, n) => make(`Provider ${n}`)));
    const turns = Array.from({ length: 20 }, (_, n) => made[n % 4]?.gitProviderId);
    const all = turns.map((gitProviderId) => call(fresh.caller, "gitProvider.setDefault", { gitProviderId }));
    await Promise.all(all);
    expect(await defaults()).toHaveLength(1);
  });

  it("can be unset, and stays unset", async () => {
    const { gitProviderId } = await make("First");
    await call(fresh.caller, "gitProvider.setDefault", { gitProviderId, isDefault: false });
    await make("Second");
    expect(await defaults()).toHaveLength(0);
  });

  it("cannot be a deactivated one", async () => {
    await make("First");
    const { gitProviderId } = await make("Second");
    await call(fresh.caller, "gitProvider.setStatus", { gitProviderId, status: "inactive" });
    const fault = await faultOfCall(fresh.caller, "gitProvider.setDefault", { gitProviderId });
    expect(fault).toMatchObject({ code: "conflict", reason: { code: "provider_inactive" } });
  });
});
