import path from "node:path";
import { testDeployment } from "@test/kit/organizations";
import { type SshHost, serveSsh } from "@test/kit/ssh-host";
import { type Deployed, deployAndRecord } from "@test/leak/deploy";
import type { LeakFixture } from "@test/leak/fixture";
import { type HostileHost, startHostileHost } from "@test/leak/hostile-host";
import { addStoredSecrets } from "@test/leak/stored-secrets";
import { db } from "@/db/client";
import { seedRepository } from "@/git/seed-repository";
import { newId } from "@/lib/id";

/** For tests: connect to a server of ssh by a key that was made here, and deploy from it. */
export async function deployBySsh(fixture: LeakFixture, folder: string): Promise<Deployed> {
  const { ask, search, callers } = fixture;
  const commits = [{ message: "One", files: { "index.html": "one" } }];
  await seedRepository(path.join(folder, "acme/site.git"), { commits });
  const authorized: string[] = [];
  const host: SshHost = await serveSsh({ root: folder, authorized });
  const gitUrl = `ssh://git@127.0.0.1:${host.port}/acme/site.git`;
  const made = await ask("git.create", { name: newId(), authMethod: "ssh", gitUrl });
  const { gitId, publicKey } = made.git as Record<string, string>;
  authorized.push(String(publicKey));
  await addStoredSecrets(search);
  await ask("git.testConnection", { gitId });
  const gitProviderId = String(made.gitProviderId);
  const done = await deployAndRecord(search, ask, {
    gitProviderId,
    repository: gitUrl,
    headers: callers.key,
  });
  await ask("gitProvider.rotate", { gitProviderId, privateKey: "generate" });
  await host.close();
  return done;
}

/** For tests: use a host that repeats all it was sent, in clear, for everything. Returns how often it did. */
export async function callHostileHost(fixture: LeakFixture): Promise<number> {
  const host = await startHostileHost();
  for (let turn = 0; turn < 6; turn++) {
    await askForEverything(fixture, host);
    await callItsHook(fixture, host);
  }
  await host.close();
  return host.echoed;
}

async function askForEverything({ ask, search, owner }: LeakFixture, { url }: HostileHost): Promise<void> {
  const password = search.make("password for a hostile host");
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
  await deployAndFail(ask, applicationId);
}

async function deployAndFail(ask: LeakFixture["ask"], applicationId: string): Promise<void> {
  const { deploymentId } = await ask("application.deploy", { applicationId });
  for (let tries = 0; tries < 200; tries++) {
    const { status } = await ask("deployment.one", { deploymentId });
    if (status === "failed") break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await ask("deployment.logs", { deploymentId });
}

async function callItsHook({ ask }: LeakFixture, { url }: HostileHost): Promise<void> {
  const made = await ask("notificationRecipient.create", {
    kind: "webhook",
    address: `${url}/hook/${newId()}`,
  });
  await ask("notificationRecipient.test", { notificationRecipientId: made.notificationRecipientId });
  await ask("notificationRecipient.remove", { notificationRecipientId: made.notificationRecipientId });
}
