import path from "node:path";
import { testDatabase } from "@test/kit/database";
import { type Bench, deploymentRow, password, startBench } from "@test/kit/deployment";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, reachHosts } from "@test/kit/provider-api";
import { publishedFolder } from "@test/kit/site";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { CreateApplication, UpdateApplication } from "@/features/application/contract";
import { create } from "@/features/application/create";
import { deploy } from "@/features/application/deploy";
import { update } from "@/features/application/update";
import { retry } from "@/features/deployment/retry";
import { runNext } from "@/features/deployment/run/execute";
import type { GitProvider } from "@/features/git-provider/contract";
import { seedRepository } from "@/git/seed-repository";
import { simulate } from "@/providers/gitea/fake";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import { closeQueue } from "@/queue/queue";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });
let bench: Bench;
let owner: TestMember;
let developer: TestMember;
const idle = new AbortController().signal;

beforeAll(async () => {
  bench = await startBench();
  const commits = [{ message: "one", files: { "index.html": "hello" } }];
  for (const name of ["site", "secret-site", "handbook", "vault"]) {
    await seedRepository(path.join(bench.root, "acme", `${name}.git`), { commits });
  }
});
afterAll(async () => {
  await closeQueue();
  await bench.stop();
});
beforeEach(async () => {
  const organizationId = await testOrganization();
  owner = await testMember(organizationId, "owner");
  developer = await testMember(organizationId, "developer");
});

const make = (member: TestMember, input: Record<string, unknown>) =>
  create(member.caller, CreateApplication.parse(input));
const change = (member: TestMember, input: Record<string, unknown>) =>
  update(member.caller, UpdateApplication.parse(input));
const gitProvider = (gitUrl: string, fields: object = { username: "robin", password }) =>
  call<GitProvider>(owner.caller, "git.create", { name: gitUrl.slice(-60), gitUrl, ...fields });

describe("a repository that the provider does not cover", () => {
  const host = () => bench.url.replace("http://", "");
  const pasted = {
    https: () => `${bench.url}/acme/vault.git`,
    "https of another owner": () => `${bench.url}/acme/secret-site.git/acme/vault.git`,
    "the short form of ssh": () => `git@127.0.0.1:acme/vault.git`,
    ssh: () => `ssh://git@${host()}/acme/vault.git`,
    "ssh without its port": () => "ssh://git@127.0.0.1/acme/vault.git",
  };

  it.each(Object.entries(pasted))("is refused through a named provider: %s", async (_, repository) => {
    const { gitProviderId } = await gitProvider(`${bench.url}/acme/secret-site.git`);
    const wrong = make(developer, { name: "a", gitProviderId, repository: repository() });
    await expect(wrong).rejects.toMatchObject({
      reason: { code: expect.stringMatching(/^url_elsewhere$|^git_/) },
    });
    expect(await db().application.count({ where: { gitProviderId } })).toBe(0);
  });

  it.each(Object.entries(pasted))("finds no provider by itself: %s", async (_, repository) => {
    const { gitProviderId } = await gitProvider(`${bench.url}/acme/secret-site.git`);
    const wrong = make(developer, { name: "b", repository: repository() });
    await expect(wrong).rejects.toMatchObject({ code: expect.stringMatching(/^conflict$|^invalid_input$/) });
    expect(await db().application.count({ where: { gitProviderId } })).toBe(0);
  });

  it("is refused through a provider over ssh, with and without naming it", async () => {
    const ssh = `ssh://git@127.0.0.1:2222/acme/secret-site.git`;
    const { gitProviderId } = await call<GitProvider>(owner.caller, "git.create", {
      name: "ssh",
      authMethod: "ssh",
      gitUrl: ssh,
    });
    const other = "ssh://git@127.0.0.1:2222/acme/vault.git";
    for (const fields of [{ gitProviderId }, {}]) {
      await expect(make(developer, { name: "c", repository: other, ...fields })).rejects.toMatchObject({
        reason: { code: expect.stringMatching(/^url_elsewhere$|^provider_none_for_url$/) },
      });
    }
  });
});

describe("a dedicated credential when the repository changes", () => {
  const handbook = () => `${bench.url}/acme/handbook.git`;
  const site = () => `${bench.url}/acme/site.git`;
  const dedicated = () => make(owner, { name: "Handbook", repository: handbook(), accessToken: password });
  const stored = (applicationId: string) => db().application.findUniqueOrThrow({ where: { applicationId } });

  it("is not used for another repository", async () => {
    const { applicationId, gitProviderId } = await dedicated();
    const others = [site(), `${bench.url}/acme/none.git`, `${bench.url}/acme/Handbook.git`, "acme/site"];
    for (const repository of others) {
      await expect(change(developer, { applicationId, repository })).rejects.toMatchObject({
        code: "invalid_input",
        reason: { code: "dedicated_token_bound" },
        issues: [{ path: "accessToken" }],
      });
      const named = change(developer, { applicationId, repository, gitProviderId });
      await expect(named).rejects.toMatchObject({ reason: { code: "dedicated_token_bound" } });
    }
    expect(await stored(applicationId)).toMatchObject({ repositoryFullName: handbook(), gitProviderId });
  });

  it("is kept when the same repository is given again, and replaced when another token is given", async () => {
    const { applicationId, gitProviderId } = await dedicated();
    await change(developer, { applicationId, repository: handbook() });
    expect(await stored(applicationId)).toMatchObject({ gitProviderId });
    await change(developer, { applicationId, repository: site(), accessToken: password });
    const moved = await stored(applicationId);
    expect(moved.repositoryFullName).toBe(site());
    expect(moved.gitProviderId).not.toBe(gitProviderId);
    expect(await db().gitProvider.findUnique({ where: { gitProviderId } })).toBeNull();
    const left = db().gitProvider.findUniqueOrThrow({ where: { gitProviderId: moved.gitProviderId } });
    expect(await left).toMatchObject({ visibility: "application", applicationId });
  });

  it("is replaced by a shared provider that can read the repository", async () => {
    const { applicationId } = await dedicated();
    const { gitProviderId } = await gitProvider(bench.url);
    await change(developer, { applicationId, repository: site(), gitProviderId });
    expect(await stored(applicationId)).toMatchObject({ repositoryFullName: site(), gitProviderId });
  });
});

describe("a repository that was deleted and created again under its name", () => {
  const giteaUrl = "https://git.example.com";

  async function replaced() {
    const world = seedWorld();
    reachHosts({ "git.example.com": simulate({ world, baseUrl: giteaUrl }) });
    const { gitProviderId } = await call<GitProvider>(owner.caller, "gitea.create", {
      name: "Gitea",
      giteaUrl,
      accessToken: BOT_TOKEN,
    });
    const repository = world.repositories.find((each) => each.name === "site");
    if (!repository) throw new Error("no acme/site");
    const text = `${repository.owner}/${repository.name}`;
    const application = await make(owner, { name: "Again", gitProviderId, repository: text });
    const before = repository.id;
    repository.id = before + 70_000;
    return { application, text, repository, before };
  }

  it("fails the deployment with repository_replaced, and publishes nothing", async () => {
    const { application, text } = await replaced();
    const { applicationId, environments } = application;
    const { deploymentId } = await deploy(owner.caller, { applicationId, environment: "production" });
    await runNext(idle);
    expect(await deploymentRow(deploymentId)).toMatchObject({
      status: "failed",
      reasonCode: "repository_replaced",
      reasonParams: { repository: text },
    });
    expect(await publishedFolder({ environmentId: environments[0]?.environmentId ?? "" })).toBeNull();
  });

  it("fails the retry of a known commit with repository_replaced as well", async () => {
    const { application } = await replaced();
    const { applicationId } = application;
    const first = await deploy(owner.caller, { applicationId, environment: "production" });
    const commit = { sha: "a".repeat(40), subject: "one", author: "", committedAt: "", url: null };
    await db().deployment.update({
      where: { deploymentId: first.deploymentId },
      data: { status: "failed", commit },
    });
    const { deploymentId } = await retry(owner.caller, { deploymentId: first.deploymentId });
    await runNext(idle);
    expect(await deploymentRow(deploymentId)).toMatchObject({
      status: "failed",
      reasonCode: "repository_replaced",
    });
  });

  it("is refused when only the provider or the token is replaced", async () => {
    const { application, before } = await replaced();
    const { applicationId, gitProviderId } = application;
    const fields = { name: "Second", giteaUrl, accessToken: BOT_TOKEN };
    const second = await call<GitProvider>(owner.caller, "gitea.create", fields);
    for (const input of [{ gitProviderId: second.gitProviderId }, { accessToken: BOT_TOKEN }]) {
      await expect(change(owner, { applicationId, ...input })).rejects.toMatchObject({
        code: "conflict",
        reason: { code: "repository_replaced" },
      });
    }
    expect(await db().application.findUniqueOrThrow({ where: { applicationId } })).toMatchObject({
      repositoryId: String(before),
      gitProviderId,
    });
  });

  it("is not looked for by its name on another host", async () => {
    const { application } = await replaced();
    const other = "https://elsewhere.example.com";
    reachHosts({ "elsewhere.example.com": simulate({ world: seedWorld(), baseUrl: other }) });
    const fields = { name: "Elsewhere", giteaUrl: other, accessToken: BOT_TOKEN };
    const { gitProviderId } = await call<GitProvider>(owner.caller, "gitea.create", fields);
    await expect(
      change(owner, { applicationId: application.applicationId, gitProviderId }),
    ).rejects.toMatchObject({ reason: { code: "url_elsewhere" } });
  });

  it("is accepted when the same repository text is given again", async () => {
    const { application, text, repository, before } = await replaced();
    const { applicationId } = application;
    const stored = () => db().application.findUniqueOrThrow({ where: { applicationId } });
    expect((await stored()).repositoryId).toBe(String(before));
    await change(developer, { applicationId, name: "Renamed only" });
    expect((await stored()).repositoryId).toBe(String(before));
    await change(developer, { applicationId, repository: text });
    expect((await stored()).repositoryId).toBe(String(repository.id));
  });
});
