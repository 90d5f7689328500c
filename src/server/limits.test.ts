import { call, faultIn, owner, send } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { testKey } from "@test/kit/member";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/id";
import { addressHeader } from "@/rpc/context";

testDatabase({ SLIPWAY_RATE_LIMIT: "20", SLIPWAY_RATE_LIMIT_ADDRESS: "60" });

let mine: Awaited<ReturnType<typeof owner>>;
beforeAll(async () => {
  mine = await owner();
});

async function spend(transport: "trpc" | "rest", count: number, headers: Record<string, string>) {
  const answers = [];
  for (let n = 0; n < count; n++) answers.push(await call(transport, "gitProvider.getAll", { headers }));
  return answers;
}

describe.each(["trpc", "rest"] as const)("a caller with too many calls over %s", (transport) => {
  it("gets 429 with Retry-After, and other keys are not affected", async () => {
    const address = { [addressHeader]: `198.51.100.${transport === "trpc" ? 1 : 2}` };
    const key = { "x-api-key": await testKey(mine), ...address };
    const answers = await spend(transport, 21, key);
    expect(answers.slice(0, 20).map(({ status }) => status)).toEqual(Array(20).fill(200));
    const last = answers[20];
    expect(last?.status).toBe(429);
    expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await faultIn(last ?? new Response("{}"))).toBe("rate_limited");
    const other = { "x-api-key": await testKey(mine), ...address };
    expect((await spend(transport, 1, other))[0]?.status).toBe(200);
  });
});

describe("an address with too many calls", () => {
  it("gets 429 for every caller, counting each call of a batch, and other addresses are not affected", async () => {
    const flooding = { [addressHeader]: "198.51.100.77" };
    const name = Array(10).fill("setup.status").join(",");
    const batch = { headers: flooding, query: "?batch=1&input={}" };
    for (let n = 0; n < 6; n++) expect((await call("trpc", name, batch)).status).toBe(200);
    const key = { "x-api-key": await testKey(mine), ...flooding };
    const ways = [
      () => call("rest", "setup.status", { headers: flooding }),
      () => call("rest", "gitProvider.getAll", { headers: key }),
      () => send("/api/auth/session", { headers: flooding }),
    ];
    for (const ask of ways) {
      // On a slow machine one or the other comes back meanwhile: a call a second.
      const answers = await Promise.all(Array.from({ length: 15 }, ask));
      expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(5);
    }
    const elsewhere = { [addressHeader]: "198.51.100.78", "x-request-id": newId() };
    expect((await call("rest", "setup.status", { headers: elsewhere })).status).toBe(200);
  });
});
