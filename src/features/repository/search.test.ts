import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestMember, testMember, testOrganization } from "@/access/test-member";
import { testDatabase } from "@/db/test-database";
import type { GitProvider } from "@/features/git-provider/contract";
import { call, reachHosts, reachInMemory } from "@/features/git-provider/test-doors";
import type { FoundRepositories } from "@/features/repository/contract";
import { BOT_TOKEN, seedWorld } from "@/providers/conformance/seed";
import { simulate as gitea } from "@/providers/gitea/fake";
import { simulate as gitlab } from "@/providers/gitlab/fake";

testDatabase();

let owner: TestMember;

const hosts = () => ({
  "git.example.com": gitea({ world: seedWorld(), baseUrl: "https://git.example.com" }),
  "gitlab.example.com": gitlab({ world: seedWorld(), baseUrl: "https://gitlab.example.com" }),
});

beforeAll(() => reachHosts(hosts()));

beforeEach(async () => {
  owner = await testMember(await testOrganization(), "owner");
  reachHosts(hosts());
  const giteaFields = { name: "Gitea", giteaUrl: "https://git.example.com", accessToken: BOT_TOKEN };
  await call(owner.caller, "gitea.create", giteaFields);
  const gitlabFields = { name: "GitLab", gitlabUrl: "https://gitlab.example.com", accessToken: BOT_TOKEN };
  await call(owner.caller, "gitlab.create", gitlabFields);
  await call(owner.caller, "git.create", { name: "Plain" });
});

const search = (text: string) => call<FoundRepositories>(owner.caller, "repository.search", { search: text });
const found = ({ items }: FoundRepositories) =>
  items.map(({ provider, repository }) => `${provider.name}: ${repository.fullName}`);

describe("searching all hosts", () => {
  it("finds the repository on each of them, best fit first", async () => {
    const answer = await search("site");
    expect(found(answer).slice(0, 2).sort()).toEqual(["GitLab: acme/site", "Gitea: acme/site"]);
    expect(answer.failures).toEqual([]);
  });

  it("names the host that cannot be asked, and still shows what was listed of it before", async () => {
    await search("site");
    const up = hosts()["git.example.com"];
    reachInMemory(async (request) =>
      request.url.startsWith("https://git.example.com")
        ? up.respond(request)
        : new Response("", { status: 503 }),
    );
    const answer = await search("sit");
    expect(found(answer)).toEqual(expect.arrayContaining(["Gitea: acme/site", "GitLab: acme/site"]));
    expect(answer.failures).toMatchObject([{ provider: { name: "GitLab" }, reason: { code: "host_error" } }]);
  });

  it("leaves out deactivated providers and those of other organizations", async () => {
    const other = await testMember(await testOrganization("Other"), "owner");
    expect(await call<FoundRepositories>(other.caller, "repository.search", { search: "site" })).toEqual({
      items: [],
      failures: [],
    });
    const all = await call<GitProvider[]>(owner.caller, "gitProvider.getAll");
    for (const { gitProviderId } of all)
      await call(owner.caller, "gitProvider.setStatus", { gitProviderId, status: "inactive" });
    expect(await search("site")).toEqual({ items: [], failures: [] });
  });
});
