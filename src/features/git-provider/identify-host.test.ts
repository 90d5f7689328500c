import { afterEach, describe, expect, it } from "vitest";
import { ports, setPorts } from "@/features/git-provider/client/pipeline";
import { identifyHost } from "@/features/git-provider/identify-host";
import { Fault } from "@/lib/fault";
import { simulate as simulateAzure } from "@/providers/azureDevops/fake";
import { simulate as simulateServer } from "@/providers/bitbucketServer/fake";
import { simulate as simulateGitea } from "@/providers/gitea/fake";
import { simulate as simulateGithub } from "@/providers/github/fake";
import { simulate as simulateGitlab } from "@/providers/gitlab/fake";
import { seedWorld } from "@/providers/simulator/seed";
import type { Simulate } from "@/providers/simulator/simulated";

const { http } = ports();
afterEach(() => setPorts({ http }));

/** Every request that leaves is answered by a simulated host at `base`, or by nobody. */
function serve(simulate: Simulate | null, base = "https://code.example.com", version?: string): Request[] {
  const host = simulate?.({ world: seedWorld(), baseUrl: base, version });
  const sent: Request[] = [];
  setPorts({
    http: {
      async send(request) {
        sent.push(request);
        if (host && request.url.startsWith(`${base}/`)) return host.respond(request);
        return new Response("<html>Hello</html>", { status: 404, headers: { "content-type": "text/html" } });
      },
    },
  });
  return sent;
}

describe("identifying the product at an address", () => {
  it.each<[string, Simulate, string | undefined, string, string]>([
    ["gitlab", simulateGitlab, undefined, "GitLab self-managed", "GitLab"],
    ["gitea", simulateGitea, "1.26.3", "Gitea", "Gitea"],
    ["gitea", simulateGitea, "11.0.3+gitea-1.22.0", "Forgejo", "Forgejo"],
    ["bitbucketServer", simulateServer, undefined, "Bitbucket Data Center", "Bitbucket Data Center"],
    ["github", simulateGithub, undefined, "GitHub Enterprise", "GitHub Enterprise Server"],
  ])("recognizes it from its answers (%s)", async (type, simulate, version, host, product) => {
    const sent = serve(simulate, "https://code.example.com", version);
    expect(await identifyHost({ address: "code.example.com/acme/site" })).toMatchObject({
      ...{ type, host, product, url: "https://code.example.com", reason: null },
    });
    expect(sent.some((request) => request.headers.has("authorization"))).toBe(false);
  });

  it("recognizes Azure DevOps Server, whose address holds a collection", async () => {
    serve(simulateAzure, "https://tfs.example.com/DefaultCollection");
    expect(
      await identifyHost({ address: "https://tfs.example.com/DefaultCollection/web/_git/site" }),
    ).toMatchObject({
      ...{ type: "azureDevops", host: "Azure DevOps Server", reason: null },
    });
  });

  it("recognizes it below a sub-path", async () => {
    serve(simulateGitea, "https://example.com/git");
    expect(await identifyHost({ address: "https://example.com/git/acme/site" })).toMatchObject({
      type: "gitea",
      url: "https://example.com/git",
    });
  });

  it("reports an unknown product when another page answers", async () => {
    serve(null);
    const { type, reason } = await identifyHost({ address: "https://blog.example.com" });
    expect([type, reason?.code]).toEqual([null, "host_unrecognized"]);
    expect(reason?.message).toContain("https://blog.example.com");
  });

  it("does not call an address that is not allowed", async () => {
    setPorts({
      http: { send: () => Promise.reject(new Fault("address_refused", { code: "address_private" })) },
    });
    await expect(identifyHost({ address: "http://10.0.0.5" })).rejects.toMatchObject({
      code: "address_refused",
    });
  });
});
