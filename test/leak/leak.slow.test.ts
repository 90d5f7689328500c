import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import { walkAndLook } from "@test/leak/authorization";
import { lookEverywhere } from "@test/leak/collect-everywhere";
import { harvest } from "@test/leak/collect-outputs";
import { deployAndLook } from "@test/leak/deploy";
import { failingDatabase } from "@test/leak/failing-database";
import { type Bed, makeBed } from "@test/leak/fixture";
import { leakEverywhere } from "@test/leak/leak";
import { deployBySsh, meetRudeHost } from "@test/leak/odd-remotes";
import { lineOf, startSearch } from "@test/leak/search";
import { plantHost } from "@test/leak/seed-secrets";
import { type ProcessWatch, watchProcesses } from "@test/leak/sinks";
import { asksHosts, ends, forgive, sweep, sweepDamaged } from "@test/leak/sweep";
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
let bed: Bed;
let worker: { stop(): Promise<void> };
let watch: ProcessWatch;

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "slipway-canary-"));
  bed = await makeBed(search);
  worker = await startWorker();
  watch = watchProcesses();
  for (const provider of Object.values(registry))
    bed.hosts.push(await plantHost(search, bed.ask, provider, root));
  const { url } = await createResetLink(bed.owner.email);
  search.plant("password reset token", url.slice(url.lastIndexOf("/") + 1));
});
afterAll(async () => {
  watch.stop();
  await worker.stop();
  await rm(root, { recursive: true, force: true });
});

const nothing = () => expect(search.found).toEqual([]);
const reads = ({ type }: { type: string }) => type === "query";
const changes = ({ type }: { type: string }) => type === "mutation";

describe("no secret is in any answer", () => {
  it("while people walk through the pages of hosts", async () => {
    const walked: string[] = [];
    for (const host of bed.hosts)
      if (await walkAndLook({ search, ask: bed.ask, cookies: bed.callers.session }, host))
        walked.push(host.provider.type);
    expect(walked.length).toBeGreaterThanOrEqual(4);
    nothing();
  });

  it("nor in the log of a build that tells all it knows, of any host", async () => {
    for (const { served, world, providerIds } of bed.hosts) {
      const [repository] = world.repositories;
      const name = repository && served.host.fullName(repository);
      const [gitProviderId] = providerIds;
      if (!name || !gitProviderId) throw new Error("nothing to deploy");
      const done = await deployAndLook(search, bed.ask, {
        gitProviderId,
        repository: name,
        headers: bed.callers.key,
      });
      expect(done.status).toBe("succeeded");
      Object.assign(bed.ids, done);
    }
    nothing();
  });

  it("of any procedure that reads, for any connection and whoever asks", async () => {
    const calls = [await sweep(bed, { only: reads })];
    for (const caller of ["session", "stranger", "nobody"] as const)
      calls.push(await sweep(bed, { only: reads, caller, door: "trpc", once: caller !== "session" }));
    expect(Math.min(...calls)).toBeGreaterThan(procedures.size / 3);
    expect(await harvest(search)).toBeGreaterThan(sealedColumns().length / 2);
    nothing();
  });

  it.each([400, 401, 403, 429, 500, 200, 302])(
    "of any procedure that asks a host which answers %i and repeats what it was sent",
    async (status) => {
      await forgive();
      for (const { how } of bed.hosts) how.status = status;
      const before = bed.hosts.map(({ how }) => how.echoed);
      await sweep(bed, { only: asksHosts });
      const echoed = bed.hosts.filter(({ how }, at) => how.echoed > (before[at] ?? 0));
      for (const { how } of bed.hosts) how.status = null;
      expect(echoed.length).toBeGreaterThanOrEqual(5);
    },
  );

  it("of a deployment over ssh, and of a git server that repeats what it was sent", async () => {
    expect((await deployBySsh(bed, path.join(root, "ssh"))).status).toBe("succeeded");
    expect(await meetRudeHost(bed)).toBeGreaterThan(10);
    nothing();
  });

  it("of any procedure that changes something, or is sent what it cannot use", async () => {
    await forgive();
    await sweep(bed, { only: (facts) => changes(facts) && !ends(facts) });
    await harvest(search);
    await sweepDamaged(bed);
    nothing();
  });

  it("while the database fails with words that hold a secret, or is away", async () => {
    const heal = await failingDatabase(search.make("words of a database"));
    await sweep(bed, { only: changes, once: true });
    await heal();
    const address = connectionString();
    await closeDatabase();
    const password = encodeURIComponent(search.make("password of a database"));
    setDatabase(`postgresql://slipway:${password}@127.0.0.1:1/nowhere`);
    const calls = await sweep(bed, { once: true });
    await closeDatabase();
    setDatabase(address);
    expect(calls).toBe(procedures.size - 1);
    nothing();
  });

  it("while every host is away, and when everything ends", async () => {
    await forgive();
    for (const { served } of bed.hosts) await served.close();
    await sweep(bed, { only: asksHosts, once: true });
    await sweep(bed, {
      only: (facts) => changes(facts) && ends(facts) && facts.path !== "organization.remove",
    });
    nothing();
  });
});

describe("no secret is left behind", () => {
  it("in the log, the tables, the backup, the data folder or a command line", async () => {
    await lookEverywhere(search, { logged, watch });
    nothing();
    const counts = search.counts();
    console.log(
      `${lineOf(counts)}; ${procedures.size} procedures, ${watch.samples} samples of command lines`,
    );
    expect(counts.planted).toBeGreaterThan(100);
    expect(counts.outputs).toBeGreaterThan(1_000);
    expect(counts.allowed.length).toBeGreaterThanOrEqual(4);
    if (existsSync("/proc/self")) expect(watch.samples).toBeGreaterThan(100);
  });

  it("and one in any of these places would be found", async () => {
    const second = startSearch();
    await leakEverywhere(second, bed);
    await lookEverywhere(second, { logged, watch });
    const sinks = second.found.map(({ canary, sink }) => `${canary}: ${sink.replace(/ .*\./, " ")}`);
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
