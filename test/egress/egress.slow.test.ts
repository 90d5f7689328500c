import { commonEntries, type Entry, entriesOf } from "@test/egress/entries";
import { type ConnectWatch, watchConnects } from "@test/egress/watch";
import { testEnv } from "@test/kit/database";
import { innerHosts } from "@test/kit/private-hosts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { setEnv } from "@/lib/env";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { registry } from "@/providers/registry";

vi.setConfig({ testTimeout: 600_000 });

const processes = vi.hoisted(() => ({ begun: (): void => undefined }));
vi.mock("@/git/process", async (original) => {
  const real = await original<typeof import("@/git/process")>();
  const reaches = (args: readonly string[]) => args.some((arg) => /^(ls-remote|fetch|-T)$/.test(arg));
  const startGit: typeof real.startGit = (spec) => {
    if (reaches(spec.args)) processes.begun();
    return real.startGit(spec);
  };
  return { ...real, startGit };
});

let watch: ConnectWatch;
beforeAll(async () => {
  watch = await watchConnects();
  processes.begun = watch.started;
});
afterAll(() => watch.stop());

/** Resolves names like a machine without a name server. */
async function lookup(host: string): Promise<string[]> {
  if (/(^|\.)localhost\.?$/.test(host)) return ["::1", "127.0.0.1"];
  throw Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" });
}

async function entries(allowed: string): Promise<Entry[]> {
  setEnv(testEnv({ SLIPWAY_OUTBOUND_ALLOW: allowed }));
  const network = { allow: parseAllowList(allowed), lookup };
  const ofTypes = await Promise.all(Object.values(registry).map((provider) => entriesOf(provider, network)));
  return [...ofTypes.flat(), ...(await commonEntries(network))];
}

/** Use each entry with an address, and return the names of those that began a connection. */
async function connecting(all: readonly Entry[], address: string): Promise<string[]> {
  const found: string[] = [];
  watch.taken();
  for (const { name, use } of all) {
    await use(address).catch(() => undefined);
    if (watch.taken() > 0) found.push(name);
  }
  return found;
}

/** One entry per stage is enough, since the auth method does not change the called addresses. */
function onePerStage(all: readonly Entry[]): Entry[] {
  return [...new Map(all.map((entry) => [entry.name.replace(/ by \w+/, ""), entry])).values()];
}

describe("a private network address", () => {
  const reached = new Set<string>();

  it("is connected to by every kind of outbound call when it is on the allow-list", async () => {
    const all = await entries("127.0.0.1");
    for (const name of await connecting(all, `http://127.0.0.1:${watch.port}/`)) reached.add(name);
    const stages = new Set([...reached].map((name) => name.replace(/^.*: /, "")));
    for (const stage of ["test", "identity", "list", "branches", "clone", "OAuth token", "renewal"])
      expect(stages).toContain(stage);
    for (const { name } of await commonEntries({ allow: [] })) expect(reached).toContain(name);
  });

  it("is connected to by none, in any spelling, when it is not on the allow-list", async () => {
    const all = onePerStage((await entries("")).filter(({ name }) => reached.has(name)));
    const leaks: string[] = [];
    for (const [row, host] of innerHosts.entries()) {
      // Each way meets each host by one of the two protocols, in turns.
      const address = (column: number) =>
        `${(row + column) % 2 ? "https" : "http"}://${host.replace("P", String(watch.port))}/`;
      await Promise.all(all.map(({ use }, column) => use(address(column)).catch(() => undefined)));
      if (watch.taken() === 0) continue;
      const names = [...(await connecting(all, address(0))), ...(await connecting(all, address(1)))];
      leaks.push(`${JSON.stringify(host)} by ${names.join(", ") || "one of all at once"}`);
    }
    const tries = all.length * innerHosts.length;
    console.log(
      `outbound table: ${innerHosts.length} spellings × ${all.length} ways = ${tries} tries, ${leaks.length} connects`,
    );
    expect(leaks).toEqual([]);
    expect(tries).toBeGreaterThan(5_000);
  });
});
