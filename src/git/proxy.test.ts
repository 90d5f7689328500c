import { describe, expect, test } from "vitest";
import { gitFailure } from "@/git/git-fault";
import { pinRemote, remoteConfig } from "@/git/remote";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { readProxies } from "@/lib/outbound/proxy";

const unknown = async () => Promise.reject(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }));
const through = (address: string, noProxy: string | null = null) =>
  readProxies({ httpsProxy: address, httpProxy: address, noProxy });

describe("git through a proxy", () => {
  const remote = { url: "https://git.behind.example/acme/site.git", credential: null };

  test("gets the proxy from its configuration, and pins no address", async () => {
    const network = {
      allow: parseAllowList(""),
      lookup: unknown,
      proxies: through("http://u:p@proxy.example:3128"),
    };
    const lines = remoteConfig(await pinRemote(remote, network));
    expect(lines).toContainEqual(["http.proxy", "http://u:p@proxy.example:3128/"]);
    expect(lines).toContainEqual(["http.proxyAuthMethod", "basic"]);
    expect(lines.map(([name]) => name)).not.toContain("http.curloptResolve");
  });

  test("gets no proxy for a host in NO_PROXY", async () => {
    const proxies = through("http://proxy.example:3128", "git.behind.example");
    const network = { allow: parseAllowList(""), lookup: async () => ["140.82.121.3"], proxies };
    const lines = remoteConfig(await pinRemote(remote, network));
    expect(lines).toContainEqual(["http.curloptResolve", "git.behind.example:443:140.82.121.3"]);
    expect(lines.map(([name]) => name)).not.toContain("http.proxy");
  });

  test.each([
    "fatal: unable to access '': CONNECT tunnel failed, response 403",
    "fatal: unable to access '': Received HTTP code 407 from proxy after CONNECT",
    "fatal: unable to access '': Could not resolve proxy: proxy.example",
  ])("reports the proxy as the cause: %s", async (line) => {
    expect((await gitFailure([line], null)).reason.code).toBe("git_proxy");
  });
});
