import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, reachHosts, reachInMemory } from "@test/kit/provider-api";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import type { GitProvider } from "@/features/git-provider/contract";
import type { FoundRepositories } from "@/features/repository/contract";
import type { Repository } from "@/git/nouns";
import { simulate as gitea } from "@/providers/gitea/fake";
import { simulate as gitlab } from "@/providers/gitlab/fake";
import { BOT_TOKEN, LONELY_TOKEN, seedWorld } from "@/providers/simulator/seed";

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

function bulk(n: number): Repository {
  const fullName = `acme/bulk-${n}`;
  const url = `https://gitlab.example.com/${fullName}`;
  const flags = { private: true, archived: false, defaultBranch: "main", pushedAt: null };
  return {
    id: `bulk ${n}`,
    name: `bulk-${n}`,
    owner: "acme",
    fullName,
    url,
    cloneUrl: `${url}.git`,
    ...flags,
  };
}

const search = (text: string) => call<FoundRepositories>(owner.caller, "repository.search", { search: text });
const found = ({ items }: FoundRepositories) =>
  items.map(({ provider, repository }) => `${provider.name}: ${repository.fullName}`);

describe("searching all hosts", () => {
  it("finds the repository on each of them, best fit first", async () => {
    const answer = await search("site");
    expect(found(answer).slice(0, 2).sort()).toEqual(["GitLab: acme/site", "Gitea: acme/site"]);
    expect(answer.failures).toEqual([]);
  });

  it("names the providers that have more matches than were asked for", async () => {
    const input = { search: "acme", limit: 1 };
    const { incomplete } = await call<FoundRepositories>(owner.caller, "repository.search", input);
    expect(incomplete).toMatchObject([
      { provider: { name: "GitLab" }, reason: { code: "search_first_matches" } },
    ]);
  });

  it("names the host that does not answer, and still shows its cached repositories", async () => {
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

  it("with known: true answers from cached lists, and calls no host", async () => {
    await search("site");
    const { requests } = reachInMemory(async () => new Response("", { status: 503 }));
    const known = (text: string) =>
      call<FoundRepositories>(owner.caller, "repository.search", { search: text, known: true });
    expect(found(await known("SIT")).sort()).toEqual(["GitLab: acme/site", "Gitea: acme/site"]);
    expect(found(await known("site acme"))).toHaveLength(2);
    expect(found(await known("acme%site"))).toEqual([]);
    expect(requests).toEqual([]);
    expect((await known("site")).failures).toEqual([]);
  });

  it("never shows what a previous credential could see", async () => {
    await search("site");
    const [gitea] = (await call<GitProvider[]>(owner.caller, "gitProvider.getAll")).filter(
      ({ name }) => name === "Gitea",
    );
    const fields = { giteaId: gitea?.gitea?.giteaId, accessToken: LONELY_TOKEN };
    await call(owner.caller, "gitea.update", fields);
    const input = { search: "site", known: true };
    const answer = await call<FoundRepositories>(owner.caller, "repository.search", input);
    expect(found(answer)).toEqual(["GitLab: acme/site"]);
  });

  it("searches twenty thousand cached repositories fast enough for typing", async () => {
    const { gitProviderId } = (
      await call<GitProvider[]>(owner.caller, "gitProvider.getAll")
    )[1] as GitProvider;
    const { organizationId } = owner;
    const pages = Array.from({ length: 200 }, (_, page) => ({
      organizationId,
      gitProviderId,
      credentialVersion: 1,
      queryHash: `bulk ${page}`,
      fetchedAt: new Date(),
      page: { nextCursor: null, items: Array.from({ length: 100 }, (_, at) => bulk(page * 100 + at)) },
    }));
    await db().repositoryList.createMany({ data: pages });
    const input = { search: "bulk-19999", known: true };
    const began = performance.now();
    const answer = await call<FoundRepositories>(owner.caller, "repository.search", input);
    const took = performance.now() - began;
    expect(found(answer)).toEqual(["GitLab: acme/bulk-19999"]);
    expect(took).toBeLessThan(2_000);
  });

  it("leaves out deactivated providers and those of other organizations", async () => {
    const other = await testMember(await testOrganization("Other"), "owner");
    expect(await call<FoundRepositories>(other.caller, "repository.search", { search: "site" })).toEqual({
      items: [],
      failures: [],
      incomplete: [],
    });
    const all = await call<GitProvider[]>(owner.caller, "gitProvider.getAll");
    for (const { gitProviderId } of all)
      await call(owner.caller, "gitProvider.setStatus", { gitProviderId, status: "inactive" });
    expect(await search("site")).toEqual({ items: [], failures: [], incomplete: [] });
  });
});
