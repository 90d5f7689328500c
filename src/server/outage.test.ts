import { call } from "@test/kit/call";
import { testDatabase, testEnv } from "@test/kit/database";
import { testKey, testMember, testOrganization } from "@test/kit/member";
import { afterEach, expect, it, vi } from "vitest";
import { closeDatabase, connectionString, db, setDatabase } from "@/db/client";
import { assertDiskSpace } from "@/lib/disk";
import { setEnv } from "@/lib/env";
import { faults } from "@/lib/fault";
import { log } from "@/lib/log";
import { faultOf } from "@/rpc/error-shape";
import { readiness, setReadiness } from "@/server/readiness";

testDatabase();

const secret = "secret-5f1c";

afterEach(async () => {
  setReadiness("queue", null);
  await db().$executeRaw`UPDATE "_prisma_migrations" SET finished_at = now() WHERE finished_at IS NULL`;
});

async function key(): Promise<Record<string, string>> {
  return { "x-api-key": await testKey(await testMember(await testOrganization(), "owner")) };
}

async function answers(headers: Record<string, string>): Promise<[number, string][]> {
  const rest = await call("rest", "organization.list", { headers });
  const trpc = await call("trpc", "organization.list", { headers });
  return [
    [rest.status, await rest.text()],
    [trpc.status, await trpc.text()],
  ];
}

it("an unreachable database gives 503 over tRPC and REST without details, and calls work again afterwards", async () => {
  const headers = await key();
  const address = connectionString();
  await closeDatabase();
  setDatabase(`postgresql://secretuser:${secret}@127.0.0.1:1/nowhere`);
  const away = await answers(headers);
  const ready = await readiness();
  await closeDatabase();
  setDatabase(address);
  for (const [status, text] of away) {
    expect(status).toBe(503);
    expect(text).toContain('"fault":"unavailable"');
    expect(text).not.toMatch(new RegExp(`${secret}|127\\.0\\.0\\.1|ECONN|secretuser`));
  }
  expect(ready).toMatchObject({ ready: false, parts: { database: { ok: false }, keyRing: { ok: true } } });
  expect(JSON.stringify(ready)).not.toMatch(new RegExp(`${secret}|secretuser`));
  expect((await answers(headers)).map(([status]) => status)).toEqual([200, 200]);
});

it("a bug gives 500 with a request id, and its text is neither answered nor logged", async () => {
  const headers = await key();
  const logged = vi.spyOn(log, "error").mockImplementation(() => undefined);
  const broken = vi
    .spyOn(db().member, "findMany")
    .mockRejectedValue(new Error(`SELECT ${secret} FROM secrets`));
  const all = await answers(headers);
  broken.mockRestore();
  for (const [status, text] of all) {
    expect(status).toBe(500);
    expect(text).toMatch(/"requestId":"[a-z0-9]{24}"/);
    expect(text).not.toMatch(new RegExp(`${secret}|SELECT|at .*\\.ts`));
  }
  expect(logged).toHaveBeenCalledTimes(2);
  expect(JSON.stringify(logged.mock.calls)).toContain("organization.list");
  expect(JSON.stringify(logged.mock.calls)).not.toContain(secret);
  logged.mockRestore();
});

it("readiness says that disk space is low, and a new deployment is refused with the same reason", async () => {
  setEnv(testEnv({ SLIPWAY_DISK_FLOOR: "999999" }));
  const { parts } = await readiness();
  expect(parts.disk).toMatchObject({ ok: false, reason: { code: "disk_low" } });
  expect(parts.database).toEqual({ ok: true });
  await expect(assertDiskSpace()).rejects.toMatchObject({
    code: "unavailable",
    reason: { code: "disk_low" },
  });
  setEnv(testEnv());
  expect((await readiness()).parts.disk).toEqual({ ok: true });
});

it.each([
  Object.assign(new Error('could not extend file "base/1/2": No space left on device'), { code: "53100" }),
  Object.assign(new Error("Raw query failed. Code: `53100`. Message: `disk full`"), { code: "P2010" }),
  Object.assign(new Error("write"), { code: "ENOSPC", syscall: "write", path: "/x" }),
])("a full disk gives 503 disk_full and not an internal error: %s", (error) => {
  const fault = faultOf(error);
  expect([fault.code, fault.reason.code, faults[fault.code].http]).toEqual(["unavailable", "disk_full", 503]);
});

it("a row that something else holds for long gives 503 database_busy", async () => {
  const organizationId = await testOrganization();
  const busy = db().$transaction(async (tx) => {
    await tx.$executeRaw`UPDATE "organization" SET "name" = 'held' WHERE "organizationId" = ${organizationId}`;
    await db().$transaction(async (other) => {
      await other.$executeRaw`SET LOCAL lock_timeout = '20ms'`;
      await other.organization.update({ where: { organizationId }, data: { name: "wanted" } });
    });
  });
  const fault = faultOf(await busy.catch((error: unknown) => error));
  expect([fault.code, fault.reason.code, faults[fault.code].http]).toEqual([
    "unavailable",
    "database_busy",
    503,
  ]);
});

it("readiness names each part that does not work, and why", async () => {
  await db().$executeRaw`UPDATE "_prisma_migrations" SET finished_at = NULL`;
  setReadiness("queue", () => Promise.reject(new Error(secret)));
  const { ready, parts } = await readiness();
  expect(ready).toBe(false);
  expect(parts.database).toEqual({ ok: true });
  expect(parts.migrations.reason?.message).toContain("npm run db:migrate");
  expect(parts.queue).toEqual({ ok: false, reason: expect.objectContaining({ code: "part_not_ready" }) });
  expect(JSON.stringify(parts)).not.toContain(secret);
});

it("readiness checks each part once for all concurrent requests", async () => {
  const look = vi.fn(async () => undefined);
  setReadiness("queue", look);
  await Promise.all(Array.from({ length: 50 }, () => readiness()));
  expect(look).toHaveBeenCalledTimes(1);
  await readiness();
  expect(look).toHaveBeenCalledTimes(2);
});
