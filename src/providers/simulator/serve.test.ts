import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { simulatorOf } from "@test/kit/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Outbound, outbound } from "@/lib/outbound";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { probe } from "@/lib/outbound/probe";
import { testConnection } from "@/providers/connection/check-connection";
import { gitPort } from "@/providers/kit/git-port";
import { registry } from "@/providers/registry";
import { BOT_TOKEN, EXPIRED_TOKEN, seedWorld } from "@/providers/simulator/seed";
import { type ServedFake, serveFake } from "@/providers/simulator/serve";
import { commitTo, type World } from "@/providers/simulator/world";

for (const [type, provider] of Object.entries(registry)) {
  describe(`the simulated ${type}, served on loopback`, () => {
    let served: ServedFake;
    let http: Outbound;
    let root: string;
    let world: World;

    beforeAll(async () => {
      const simulate = await simulatorOf(type);
      root = await mkdtemp(path.join(tmpdir(), "served-"));
      world = seedWorld();
      served = await serveFake({ simulate, world, repositoriesRoot: root, path: "/sub" });
      http = outbound({ allow: allow() });
    });

    afterAll(async () => {
      await served.close();
      await http.close();
      await rm(root, { recursive: true, force: true });
    });

    const allow = () => parseAllowList(served.url.replace("http://", "").replace("/sub", ""));
    const network = () => ({ allow: allow() });
    const session = (token: string) => ({
      ...served.host.connection(token),
      http,
      git: gitPort(network()),
      now: () => new Date(),
    });
    const site = () => {
      const [one] = world.repositories;
      if (!one) throw new Error("the world is empty");
      return one;
    };
    const key = () => ({ fullName: served.host.fullName(site()) ?? "" });

    it("gives git the refs of a private repository, the same as its API", async () => {
      const forge = provider.open(session(BOT_TOKEN));
      const refs = await gitPort(network()).lsRemote(await forge.git.remote(key()));
      expect(refs.defaultBranch).toBe("main");
      expect(Object.fromEntries(refs.branches.map((ref) => [ref.name, ref.sha]))).toEqual(
        Object.fromEntries(site().branches),
      );
      expect((await forge.refs.resolve(key(), "release/1")).sha).toBe(site().tags.get("release/1")?.sha);
    });

    it("refuses git a revoked credential", async () => {
      // Some hosts are asked for the name of today first, and refuse there.
      const remote = provider.open(session(EXPIRED_TOKEN)).git.remote(key());
      const refs = remote.then((known) => gitPort(network()).lsRemote(known));
      await expect(refs).rejects.toMatchObject({ code: "credential_rejected" });
    });

    it("shows a commit that was added later", async () => {
      const sha = commitTo(site(), "main", { message: "Later", files: { "index.html": "later\n" } });
      await served.update(site());
      const forge = provider.open(session(BOT_TOKEN));
      expect((await forge.refs.resolve(key(), "main")).sha).toBe(sha);
      const refs = await gitPort(network()).lsRemote(await forge.git.remote(key()));
      expect(refs.branches).toContainEqual(expect.objectContaining({ name: "main", sha }));
    });

    it("passes a connection test over the real network code", async () => {
      const found = await testConnection({
        provider,
        session: session(BOT_TOKEN),
        probe: (address, deadlineMs) => probe(address, http, network(), deadlineMs),
      });
      expect(found.checks.filter((check) => check.status === "fail")).toEqual([]);
      expect(found.ok).toBe(true);
      // Also where the list does not tell which repositories have commits; without a list there is none to try.
      const tried = found.checks.filter(({ id }) => id === "branches" || id === "gitRead");
      const read = provider.open(session(BOT_TOKEN)).repositories ? "pass" : "skip";
      expect(tried.map(({ status }) => status)).toEqual([read, read]);
      expect(served.requests.join()).not.toContain(BOT_TOKEN);
    });
  });
}
