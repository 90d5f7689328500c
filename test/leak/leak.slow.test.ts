import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import { authorizeAndRecord } from "@test/leak/authorization";
import { collectOutputs } from "@test/leak/collect-outputs";
import { deployAndRecord } from "@test/leak/deploy";
import { failingDatabase } from "@test/leak/failing-database";
import { type LeakFixture, makeLeakFixture } from "@test/leak/fixture";
import { callHostileHost, deployBySsh } from "@test/leak/git-remotes";
import { leakOnPurpose } from "@test/leak/leak-on-purpose";
import { type ProcessWatch, watchProcesses } from "@test/leak/outputs";
import { lineOf, startSearch } from "@test/leak/search";
import { seedHost } from "@test/leak/seed-secrets";
import { addStoredSecrets } from "@test/leak/stored-secrets";
import { asksHosts, ends, resetHostLimits, sweep, sweepDamaged } from "@test/leak/sweep";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { closeDatabase, connectionString, setDatabase } from "@/db/client";
import { sealedColumns } from "@/features/encryption-key/sealed-columns";
import { createResetLink } from "@/features/user/reset-link";
import { registry } from "@/providers/registry";
import { procedures } from "@/server/procedure-facts";
import { startWorker } from "@/server/work";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 300_000 });

const logged = vi.hoisted(() => {
  vi.stubEnv("SLIPWAY_LOG_LEVEL", "debug");
  return [] as string[];
});
vi.mock("@/lib/log", async (original) => {
  const { makeLog } = await original<typeof import("@/lib/log")>();
  return { makeLog, log: makeLog({ write: (line) => void logged.push(line) }) };
});

const search = startSearch();
testDatabase({
  SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1",
  SLIPWAY_BUILD_COMMANDS: "host",
  SLIPWAY_RATE_LIMIT: "999999",
  SLIPWAY_RATE_LIMIT_ADDRESS: "999999",
  SLIPWAY_SETUP_TOKEN: search.make("set-up token"),
  NEXTAUTH_SECRET: search.make("NEXTAUTH_SECRET"),
});

let root: string;
let fixture: LeakFixture;
let worker: { stop(): Promise<void> };
let watch: ProcessWatch;

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "slipway-leak-"));
  fixture = await makeLeakFixture(search);
  worker = await startWorker();
  watch = watchProcesses();
  for (const provider of Object.values(registry))
    fixture.hosts.push(await seedHost(search, fixture.ask, provider, root));
  const { url } = await createResetLink(fixture.owner.email);
  search.add("password reset token", url.slice(url.lastIndexOf("/") + 1));
});
afterAll(async () => {
  watch.stop();
  await worker.stop();
  await rm(root, { recursive: true, force: true });
});

const expectNoLeak = () => expect(search.found).toEqual([]);
const reads = ({ type }: { type: string }) => type === "query";
const changes = ({ type }: { type: string }) => type === "mutation";

describe("no secret leaks into an answer", () => {
  it("while members authorize connections at the hosts", async () => {
    const authorized: string[] = [];
    for (const host of fixture.hosts)
      if (await authorizeAndRecord({ search, ask: fixture.ask, cookies: fixture.callers.session }, host))
        authorized.push(host.provider.type);
    expect(authorized.length).toBeGreaterThanOrEqual(4);
    expectNoLeak();
  });

  it("in the log of a build that prints everything it can find, from any host", async () => {
    for (const { served, world, providerIds } of fixture.hosts) {
      const [repository] = world.repositories;
      const name = repository && served.host.fullName(repository);
      const [gitProviderId] = providerIds;
      if (!name || !gitProviderId) throw new Error("nothing to deploy");
      const done = await deployAndRecord(search, fixture.ask, {
        gitProviderId,
        repository: name,
        headers: fixture.callers.key,
      });
      expect(done.status).toBe("succeeded");
      Object.assign(fixture.ids, done);
    }
    expectNoLeak();
  });

  it("from any query, for any provider and caller", async () => {
    const calls = [await sweep(fixture, { only: reads })];
    for (const caller of ["session", "stranger", "nobody"] as const)
      calls.push(
        await sweep(fixture, { only: reads, caller, transport: "trpc", once: caller !== "session" }),
      );
    expect(Math.min(...calls)).toBeGreaterThan(procedures.size / 3);
    expect(await addStoredSecrets(search)).toBeGreaterThan(sealedColumns().length / 2);
    expectNoLeak();
  });

  it.each([401, 429, 500, 200, 302])(
    "from any procedure that calls a host which answers %i and repeats what it was sent",
    async (status) => {
      await resetHostLimits();
      for (const { how } of fixture.hosts) how.status = status;
      const before = fixture.hosts.map(({ how }) => how.echoed);
      await sweep(fixture, { only: asksHosts });
      const echoed = fixture.hosts.filter(({ how }, at) => how.echoed > (before[at] ?? 0));
      for (const { how } of fixture.hosts) how.status = null;
      expect(echoed.length).toBeGreaterThanOrEqual(5);
    },
  );

  it("from a deployment over SSH, or from a git server that repeats what it was sent", async () => {
    expect((await deployBySsh(fixture, path.join(root, "ssh"))).status).toBe("succeeded");
    expect(await callHostileHost(fixture)).toBeGreaterThan(10);
    expectNoLeak();
  });

  it("from any mutation, or from any procedure with damaged input", async () => {
    await resetHostLimits();
    await sweep(fixture, { only: (facts) => changes(facts) && !ends(facts) });
    await addStoredSecrets(search);
    await sweepDamaged(fixture);
    expectNoLeak();
  });

  it("while the database is away or fails with an error that holds a secret", async () => {
    const heal = await failingDatabase(search.make("words of a database"));
    await sweep(fixture, { only: changes, once: true });
    await heal();
    const address = connectionString();
    await closeDatabase();
    const password = encodeURIComponent(search.make("password of a database"));
    setDatabase(`postgresql://slipway:${password}@127.0.0.1:1/nowhere`);
    const calls = await sweep(fixture, { once: true });
    await closeDatabase();
    setDatabase(address);
    expect(calls).toBe(procedures.size - 1);
    expectNoLeak();
  });

  it("while every host is away, and when everything is removed", async () => {
    await resetHostLimits();
    for (const { served } of fixture.hosts) await served.close();
    await sweep(fixture, { only: asksHosts, once: true });
    await sweep(fixture, {
      only: (facts) => changes(facts) && ends(facts) && facts.path !== "organization.remove",
    });
    expectNoLeak();
  });
});

describe("no secret is kept in clear", () => {
  it("into the log, the tables, the backup, the data folder or a command line", async () => {
    await collectOutputs(search, { logged, watch });
    expectNoLeak();
    const counts = search.counts();
    console.log(
      `${lineOf(counts)}; ${procedures.size} procedures, ${watch.samples} samples of command lines`,
    );
    expect(counts.secrets).toBeGreaterThan(100);
    expect(counts.outputs).toBeGreaterThan(1_000);
    expect(counts.allowed.length).toBeGreaterThanOrEqual(4);
    if (existsSync("/proc/self")) expect(watch.samples).toBeGreaterThan(100);
  });

  it("the leak test finds a secret that is written into any of these outputs", async () => {
    const second = startSearch();
    await leakOnPurpose(second, fixture);
    await collectOutputs(second, { logged, watch });
    const sinks = second.found.map(({ secret, sink }) => `${secret}: ${sink.replace(/ .*\./, " ")}`);
    expect(sinks).toEqual(
      expect.arrayContaining([
        "logged: log",
        "audit: table audit_event",
        "audit: backup",
        "job: table job",
        "file: file leak/config",
        "argument: command lines",
        "answer: answer me",
      ]),
    );
  });
});
