import path from "node:path";
import { testDatabase, testEnv } from "@test/kit/database";
import { testOrigin } from "@test/kit/member";
import { describe, expect, inject, it } from "vitest";
import { db } from "@/db/client";
import { initialize } from "@/features/setup/initialize";
import { setupStatus } from "@/features/setup/status";
import { firstStart, setupToken } from "@/features/setup/token";
import { setEnv } from "@/lib/env";
import { newId } from "@/lib/id";

testDatabase();

function input(index = 0, token = setupToken()) {
  return {
    setupToken: token,
    email: `owner${index}@example.com`,
    password: "a long password",
    name: "Ada King Lovelace",
    organizationName: "Acme",
  };
}

describe("the first start", () => {
  it("prints the generated setup token, and never one that the operator set", () => {
    const folder = path.join(inject("testFolder"), newId());
    setEnv(testEnv({ SLIPWAY_SETUP_TOKEN: "", SLIPWAY_DATA_DIR: folder }));
    expect(setupToken()).toMatch(/^[0-9a-f]{30}$/);
    expect(firstStart("http://x").join("\n")).toContain(setupToken());
    setEnv(testEnv({ SLIPWAY_SETUP_TOKEN: "operators-own-token" }));
    expect(firstStart("http://x").join("\n")).toContain("http://x/setup");
    expect(firstStart("http://x").join("\n")).not.toContain("operators-own-token");
    setEnv(testEnv());
  });
});

describe("the setup of an instance", () => {
  it("refuses a wrong token, and ten of them from one address block it for a while", async () => {
    const origin = { ...testOrigin, address: "192.0.2.66" };
    const tries = Array.from({ length: 12 }, () =>
      initialize(origin, input(0, "guess")).catch((error) => error.code),
    );
    const codes = (await Promise.all(tries)).sort();
    expect(codes).toEqual([...Array(10).fill("forbidden"), "rate_limited", "rate_limited"]);
    expect(await setupStatus()).toMatchObject({ initialized: false });
  });

  it("creates exactly one owner and one organization, with any number of parallel calls", async () => {
    const tries = Array.from({ length: 8 }, (_, index) =>
      initialize({ ...testOrigin, address: `198.51.100.${index}` }, input(index)).catch((error) => error),
    );
    const results = await Promise.all(tries);
    const made = results.filter((result) => "apiKey" in result);
    expect(made).toHaveLength(1);
    expect(new Set(results.filter((result) => !("apiKey" in result)).map((error) => error.code))).toEqual(
      new Set(["conflict"]),
    );
    expect([await db().user.count(), await db().organization.count(), await db().apiKey.count()]).toEqual([
      1, 1, 1,
    ]);
    expect(made[0].apiKey).toMatch(/^slw_[0-9a-z]{12}_.{43}$/);
    expect(await db().user.findFirst()).toMatchObject({
      firstName: "Ada King",
      lastName: "Lovelace",
      instanceAdmin: true,
    });
  });

  it("is closed for good afterwards, with the right token too", async () => {
    await expect(initialize(testOrigin, input(99))).rejects.toMatchObject({ code: "conflict" });
    expect(await setupStatus()).toEqual({
      initialized: true,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
  });
});
