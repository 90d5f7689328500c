import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts, reachInMemory } from "@test/kit/provider-api";
import { beforeEach, describe, expect, it } from "vitest";
import { setPorts } from "@/features/git-provider/client/pipeline";
import type { GitProvider } from "@/features/git-provider/contract";
import type { ResolvedRepository } from "@/features/repository/contract";
import { Fault } from "@/lib/fault";
import { simulate as gitea } from "@/providers/gitea/fake";
import { simulate as gitlab } from "@/providers/gitlab/fake";
import { BOT_TOKEN, LONELY_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

const giteaUrl = "https://git.example.com/sub";
const gitlabUrl = "https://gitlab.example.com";
let owner: TestMember;

beforeEach(async () => {
  owner = await testMember(await testOrganization(), "owner");
  reachHosts({
    "git.example.com": gitea({ world: seedWorld(), baseUrl: giteaUrl }),
    "gitlab.example.com": gitlab({ world: seedWorld(), baseUrl: gitlabUrl }),
  });
});

function connect(name: string, accessToken = BOT_TOKEN): Promise<GitProvider> {
  return call<GitProvider>(owner.caller, "gitea.create", { name, giteaUrl, accessToken });
}

const connectGitlab = () =>
  call<GitProvider>(owner.caller, "gitlab.create", { name: "GitLab", gitlabUrl, accessToken: BOT_TOKEN });
const resolve = (url: string) => call<ResolvedRepository>(owner.caller, "repository.resolve", { url });

describe("resolving a pasted repository URL", () => {
  it.each([
    ["https://git.example.com/sub/acme/site", {}],
    ["  https://git.example.com/sub/acme/site.git ", {}],
    ["http://git.example.com/sub/acme/site", {}],
    ["https://someone:secret@git.example.com/sub/acme/site.git", {}],
    ["git@git.example.com:acme/site.git", {}],
    ["ssh://git@git.example.com/acme/site.git", {}],
    ["https://git.example.com/sub/acme/site/src/branch/main/public", { ref: "main", path: "public" }],
    [
      "https://git.example.com/sub/acme/site/src/branch/feature/a%231/public/img",
      { ref: "feature/a#1", path: "public/img" },
    ],
  ])("%s is a repository of the connected Gitea", async (url, place) => {
    const { gitProviderId } = await connect("Gitea");
    const answer = await resolve(url);
    expect(answer).toMatchObject({ host: "git.example.com", fullName: "acme/site", ...place });
    expect(answer.chosen).toMatchObject({ gitProviderId });
    expect(answer.candidates).toMatchObject([{ reachable: true, repository: { id: "101" } }]);
    expect(JSON.stringify(answer)).not.toContain("secret");
  });

  it.each([
    ["https://gitlab.example.com/acme/platform/deploy", "acme/platform/deploy", null],
    ["https://gitlab.example.com/acme/site/-/tree/feature/a%231", "acme/site", "feature/a#1"],
    ["https://gitlab.example.com/acme/site/-/merge_requests/3", "acme/site", null],
  ])("%s is a repository of the connected GitLab", async (url, fullName, ref) => {
    const { gitProviderId } = await connectGitlab();
    expect(await resolve(url)).toMatchObject({ fullName, ref, chosen: { gitProviderId } });
  });

  it("matches whole path segments only", async () => {
    await connect("Gitea");
    expect((await resolve("https://git.example.com/sub-evil/acme/site")).candidates).toEqual([]);
    expect((await resolve("https://git.example.com.evil.example/sub/acme/site")).candidates).toEqual([]);
  });

  it("on a host that is not connected has no candidates but a repository name", async () => {
    expect(await resolve("https://gitlab.com/group/sub/project/-/tree/main")).toMatchObject({
      host: "gitlab.com",
      fullName: "group/sub/project",
      ref: "main",
      candidates: [],
      chosen: null,
    });
    expect(await resolve("git@unknown.example.com:team/app.git")).toMatchObject({
      fullName: "team/app",
      url: "https://unknown.example.com/team/app",
    });
  });

  it.each(["", "hello", "ftp://x/y", "--upload-pack=x", "https://0x7f.1/a/b", "https://a.example.com/%0a/b"])(
    "%j is refused as input",
    async (url) => {
      expect((await faultOfCall(owner.caller, "repository.resolve", { url })).code).toBe("invalid_input");
    },
  );
});

describe("choosing a provider", () => {
  it("takes the one that can read the repository, and says why the other cannot", async () => {
    await connect("Lonely", LONELY_TOKEN);
    const bot = await connect("Bot");
    const answer = await resolve(`${giteaUrl}/acme/site`);
    expect(answer.chosen).toEqual({
      gitProviderId: bot.gitProviderId,
      why: "Only Bot reaches this repository.",
      tied: [],
    });
    expect(answer.candidates.find(({ provider }) => provider.name === "Lonely")).toMatchObject({
      reachable: false,
      reason: { code: "host_not_found" },
    });
  });

  it("takes the default among equals, and shows all of them", async () => {
    const first = await connect("First");
    const second = await connect("Second");
    await call(owner.caller, "gitProvider.setDefault", { gitProviderId: second.gitProviderId });
    const answer = await resolve(`${giteaUrl}/acme/site`);
    expect(answer.chosen?.gitProviderId).toBe(second.gitProviderId);
    expect(answer.chosen?.why).toContain("default");
    expect(answer.chosen?.tied).toEqual([first.gitProviderId]);
    expect(answer.candidates).toHaveLength(2);
  });

  it("prefers a provider of that host to one for any host", async () => {
    const any = await call<GitProvider>(owner.caller, "git.create", { name: "Anything public" });
    const exact = await connect("Gitea");
    const answer = await resolve(`${giteaUrl}/acme/site`);
    expect(answer.chosen).toMatchObject({ gitProviderId: exact.gitProviderId, tied: [] });
    const elsewhere = await resolve("https://public.example.org/team/app");
    expect(elsewhere.chosen?.gitProviderId).toBe(any.gitProviderId);
  });

  it("reports an address that may not be called instead of failing", async () => {
    await connect("Gitea");
    reachInMemory(async () => new Response());
    const params = { host: "git.example.com", port: 443 };
    setPorts({
      http: {
        send: async () => {
          throw new Fault("address_refused", { code: "address_private", params });
        },
      },
    });
    const answer = await resolve(`${giteaUrl}/acme/site`);
    expect(answer).toMatchObject({ chosen: null, candidates: [{ reason: { code: "address_private" } }] });
  });
});
