import { testDatabase } from "@test/kit/database";
import { type Bench, seedApplication, startBench } from "@test/kit/deployment";
import { seedPublished } from "@test/kit/site";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { closeDatabase, db, setDatabase } from "@/db/client";
import { stopListening } from "@/db/listen";
import { servedSite } from "@/features/site/served";
import { env } from "@/lib/env";

testDatabase();
let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  stopListening();
  await bench.stop();
});

const seed = { commits: [{ message: "one", files: { "index.html": "one" } }] };
const soon = { timeout: 2_000, interval: 20 };

describe("the cached state of a served site", () => {
  it("follows changes of its row at once, and is not read from the database for each visit", async () => {
    const application = await seedApplication(bench, seed);
    const { environmentId, site } = application;
    expect(await servedSite(site)).toEqual({ environmentId, releaseId: null, spaFallback: false });
    const first = await seedPublished(application, { "index.html": "one" });
    await vi.waitFor(async () => expect((await servedSite(site))?.releaseId).toBe(first), soon);
    const reads = vi.spyOn(db().environment, "findUnique");
    for (let n = 0; n < 20; n++) await servedSite(site);
    expect(reads.mock.calls.length).toBeLessThanOrEqual(1);
    await db().environment.update({ where: { environmentId }, data: { spaFallback: true } });
    await vi.waitFor(async () => expect((await servedSite(site))?.spaFallback).toBe(true), soon);
    await db().environment.update({ where: { environmentId }, data: { site: `${site}-new` } });
    await vi.waitFor(async () => expect(await servedSite(site)).toBeNull(), soon);
    await db().application.delete({ where: { applicationId: application.applicationId } });
    await vi.waitFor(async () => expect(await servedSite(`${site}-new`)).toBeNull(), soon);
  });

  it("is kept while the database is unreachable, and an uncached site fails instead of counting as unknown", async () => {
    const application = await seedApplication(bench, seed);
    const releaseId = await seedPublished(application, { "index.html": "one" });
    await vi.waitFor(
      async () => expect((await servedSite(application.site))?.releaseId).toBe(releaseId),
      soon,
    );
    const address = env().databaseUrl ?? "";
    stopListening();
    await closeDatabase();
    setDatabase("postgresql://nobody@127.0.0.1:1/none", { poolSize: 1 });
    expect((await servedSite(application.site))?.releaseId).toBe(releaseId);
    await expect(servedSite("never-asked-for")).rejects.toThrow();
    await closeDatabase();
    setDatabase(address, { poolSize: 5 });
    expect((await servedSite(application.site))?.releaseId).toBe(releaseId);
  });
});
