import { testEnv } from "@test/kit/database";
import { beforeAll, describe, expect, it } from "vitest";
import { tried } from "@/features/git-provider/client/pipeline";
import { setEnv } from "@/lib/env";
import type { GitPort } from "@/providers/git-port";

beforeAll(() => setEnv(testEnv({ SLIPWAY_HOST_CONCURRENCY: "2" })));

const git: GitPort = { lsRemote: async () => ({ defaultBranch: "main", branches: [], tags: [] }) };
const request = () => new Request("https://git.example.com/");

/** A host that answers only after it is released. */
function hanging() {
  let free = (): void => undefined;
  const freed = new Promise<void>((resolve) => {
    free = resolve;
  });
  const seen = { now: 0, most: 0 };
  const send = async (_request: Request) => {
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    await freed;
    seen.now -= 1;
    return new Response("ok");
  };
  return { http: { send }, free, seen };
}

const quick = { http: { send: async (_request: Request) => new Response("quick") }, git };

describe("calls to the host of one provider", () => {
  it("run side by side up to the limit of the provider, counted over all its open clients", async () => {
    const host = hanging();
    const row = { organizationId: "a", gitProviderId: "one" };
    const calls = Array.from({ length: 10 }, () => tried({ ...host, git }, row).http.send(request()));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(host.seen.most).toBe(2);
    host.free();
    await Promise.all(calls);
    expect(host.seen.most).toBe(2);
  });

  it("that hang slow down neither other providers nor other organizations", async () => {
    const host = hanging();
    const row = { organizationId: "a", gitProviderId: "hung" };
    const calls = Array.from({ length: 50 }, () => tried({ ...host, git }, row).http.send(request()));
    const started = performance.now();
    for (const other of [
      { organizationId: "a", gitProviderId: "sister" },
      { organizationId: "b", gitProviderId: "stranger" },
    ]) {
      expect(await (await tried(quick, other).http.send(request())).text()).toBe("quick");
      await tried(quick, other).git.lsRemote({ url: "https://git.example.com/a.git", credential: null });
    }
    expect(performance.now() - started).toBeLessThan(200);
    host.free();
    await Promise.all(calls);
  });
});

describe("calls to the hosts of one organization", () => {
  it("run side by side up to what four busy providers may, however many providers there are", async () => {
    const host = hanging();
    const calls = Array.from({ length: 10 }, (_, n) => {
      const row = { organizationId: "many", gitProviderId: `p${n}` };
      return [1, 2].map(() => tried({ ...host, git }, row).http.send(request()));
    }).flat();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(host.seen.most).toBe(8);
    host.free();
    await Promise.all(calls);
  });
});
