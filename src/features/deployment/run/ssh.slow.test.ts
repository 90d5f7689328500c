import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import { deploymentRow, logText, seedDeployment, type TestApplication } from "@test/kit/deployment";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call } from "@test/kit/provider-api";
import { publishedText } from "@test/kit/site";
import { type SshHost, serveSsh } from "@test/kit/ssh-host";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { runNext } from "@/features/deployment/run/execute";
import type { CreatedGitProvider, GitProvider, RotateResult } from "@/features/git-provider/contract";
import { seedRepository } from "@/git/seed-repository";
import { newId } from "@/lib/id";
import { closeQueue } from "@/queue/queue";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1", SLIPWAY_BUILD_COMMANDS: "host" });

let root: string;
let host: SshHost;
let owner: TestMember;
let made: CreatedGitProvider;
let application: TestApplication;
const authorized: string[] = [];
const page = (text: string) => ({ message: text, files: { "index.html": `<h1>${text}</h1>` } });
const folder = () => path.join(root, "acme/site.git");

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "slipway-ssh-deploy-"));
  host = await serveSsh({ root, authorized });
});
afterAll(async () => {
  await closeQueue();
  await host.close();
  await rm(root, { recursive: true, force: true });
});

beforeEach(async () => {
  const commits = await seedRepository(folder(), { commits: [page("one")] });
  owner = await testMember(await testOrganization(), "owner");
  const gitUrl = `ssh://git@127.0.0.1:${host.port}/acme/site.git`;
  made = await call(owner.caller, "git.create", { name: "By SSH", gitUrl });
  application = await seedApplication(gitUrl, commits);
});

async function seedApplication(url: string, commits: string[]): Promise<TestApplication> {
  const { organizationId } = owner;
  const site = `ssh-${newId().slice(0, 8)}`;
  const { applicationId, environments } = await db().application.create({
    data: {
      organizationId,
      gitProviderId: made.gitProviderId,
      name: site,
      slug: site,
      repositoryFullName: url,
      repositoryUrl: url,
      environments: { create: { name: "production", branch: "main", site } },
    },
    include: { environments: true },
  });
  const environmentId = environments[0]?.environmentId ?? "";
  return { organizationId, applicationId, environmentId, site, commits };
}

async function deploy() {
  const deploymentId = await seedDeployment(application);
  expect(await runNext(new AbortController().signal)).toBe(true);
  return deploymentRow(deploymentId);
}

const published = () => publishedText(application);
const id = () => ({ gitProviderId: made.gitProviderId });
const authorize = (publicKey: unknown) => authorized.push(String(publicKey));
const rotate = (fields: object) =>
  call<RotateResult>(owner.caller, "gitProvider.rotate", { ...id(), ...fields });

describe("a deployment over SSH", () => {
  it("fetches a private repository with the generated key, and pins the host key", async () => {
    authorize(made.git?.publicKey);
    const row = await deploy();
    expect(row).toMatchObject({ status: "succeeded", commit: { sha: application.commits[0] } });
    expect(await published()).toBe("<h1>one</h1>");
    expect(new Set(host.commands)).toEqual(new Set(["git-upload-pack '/acme/site.git'"]));
    const seen = await call<GitProvider>(owner.caller, "gitProvider.one", id());
    expect(seen.git?.hostKeys).toContain(`[127.0.0.1]:${host.port} ssh-ed25519 `);
    expect(await logText(row.deploymentId)).not.toContain("PRIVATE KEY");
  });

  it("fails with the public key to add while the server does not know it", async () => {
    const row = await deploy();
    expect(row).toMatchObject({ status: "failed", reasonCode: "ssh_key_refused" });
    expect(JSON.stringify(row)).toContain(made.git?.publicKey);
  });

  it("works at every step of a key rotation", async () => {
    authorize(made.git?.publicKey);
    const { pendingKey } = await rotate({ privateKey: "generate" });
    expect(await deploy()).toMatchObject({ status: "succeeded" });
    authorize(pendingKey?.fields.publicKey);
    expect(await rotate({ pendingKey: "use" })).toMatchObject({
      rotated: true,
      repositories: [{ reachable: true }],
    });
    authorized.splice(authorized.indexOf(String(made.git?.publicKey)), 1);
    await seedRepository(folder(), { commits: [page("one"), page("two")] });
    expect(await deploy()).toMatchObject({ status: "succeeded" });
    expect(await published()).toBe("<h1>two</h1>");
  });

  it("fails when the server shows another host key, and keeps what is published", async () => {
    authorize(made.git?.publicKey);
    expect(await deploy()).toMatchObject({ status: "succeeded" });
    const { port } = host;
    await host.close();
    host = await serveSsh({ root, authorized, port });
    await seedRepository(folder(), { commits: [page("one"), page("changed")] });
    const row = await deploy();
    expect(row).toMatchObject({ status: "failed", reasonCode: "ssh_host_key_changed" });
    expect(host.signIns).toEqual([]);
    expect(await published()).toBe("<h1>one</h1>");
    await call(owner.caller, "git.update", { gitId: made.git?.gitId, hostKeys: "" });
    expect(await deploy()).toMatchObject({ status: "succeeded" });
    expect(await published()).toBe("<h1>changed</h1>");
  });
});
