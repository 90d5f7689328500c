import path from "node:path";
import { testDeployment } from "@test/kit/organizations";
import { type SshHost, serveSsh } from "@test/kit/ssh-host";
import { harvest } from "@test/leak/collect-outputs";
import { type Deployed, deployAndLook } from "@test/leak/deploy";
import type { Bed } from "@test/leak/fixture";
import { type RudeHost, startRudeHost } from "@test/leak/hostile-host";
import { db } from "@/db/client";
import { seedRepository } from "@/git/seed-repository";
import { newId } from "@/lib/id";

/** For tests: connect to a server of ssh by a key that was made here, and deploy from it. */
export async function deployBySsh(bed: Bed, folder: string): Promise<Deployed> {
  const { ask, search, callers } = bed;
  const commits = [{ message: "One", files: { "index.html": "one" } }];
  await seedRepository(path.join(folder, "acme/site.git"), { commits });
  const authorized: string[] = [];
  const host: SshHost = await serveSsh({ root: folder, authorized });
  const gitUrl = `ssh://git@127.0.0.1:${host.port}/acme/site.git`;
  const made = await ask("git.create", { name: newId(), authMethod: "ssh", gitUrl });
  const { gitId, publicKey } = made.git as Record<string, string>;
  authorized.push(String(publicKey));
  await harvest(search);
  await ask("git.testConnection", { gitId });
  const gitProviderId = String(made.gitProviderId);
  const done = await deployAndLook(search, ask, { gitProviderId, repository: gitUrl, headers: callers.key });
  await ask("gitProvider.rotate", { gitProviderId, privateKey: "generate" });
  await host.close();
  return done;
}

/** For tests: ask a host for everything that repeats in clear what it was sent. Returns how often it did. */
export async function meetRudeHost(bed: Bed): Promise<number> {
  const host = await startRudeHost();
  for (let turn = 0; turn < 6; turn++) {
    await askForEverything(bed, host);
    await callItsHook(bed, host);
  }
  await host.close();
  return host.echoed;
}

async function askForEverything({ ask, search, owner }: Bed, { url }: RudeHost): Promise<void> {
  const password = search.make("password for a rude host");
  const made = await ask("git.create", { name: newId(), gitUrl: url, username: "robin", password });
  const { gitId } = made.git as Record<string, string>;
  const gitProviderId = String(made.gitProviderId);
  const repository = `${url}/a/b.git`;
  await ask("git.testConnection", { gitId });
  await ask("git.branches", { gitId, owner: "a", repo: "b" });
  await ask("application.create", { name: newId(), gitProviderId, repository });
  const { applicationId, deploymentId } = await testDeployment(owner, gitProviderId);
  await db().application.update({
    where: { applicationId },
    data: { name: newId(), repositoryUrl: repository, repositoryFullName: repository },
  });
  await db().deployment.delete({ where: { deploymentId } });
  await deployed(ask, applicationId);
}

async function deployed(ask: Bed["ask"], applicationId: string): Promise<void> {
  const { deploymentId } = await ask("application.deploy", { applicationId });
  for (let tries = 0; tries < 200; tries++) {
    const { status } = await ask("deployment.one", { deploymentId });
    if (status === "failed") break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await ask("deployment.logs", { deploymentId });
}

async function callItsHook({ ask }: Bed, { url }: RudeHost): Promise<void> {
  const made = await ask("noticeTarget.create", { kind: "webhook", address: `${url}/hook/${newId()}` });
  await ask("noticeTarget.test", { noticeTargetId: made.noticeTargetId });
  await ask("noticeTarget.remove", { noticeTargetId: made.noticeTargetId });
}
