/** `npm run demo`: a throwaway Slipway with simulated hosts, one of them connected and deployed from. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { site } from "./demo-site";
import { api, setUp, waitForDeployment } from "./stack/api";
import { startApp } from "./stack/app";
import { publish, repositoryOf, startHosts } from "./stack/hosts";

const dataDir = await mkdtemp(path.join(tmpdir(), "slipway-demo-"));
const hosts = await startHosts();
const starting = startApp({
  dataDir,
  port: Number(process.env.PORT || 3000),
  env: { SLIPWAY_OUTBOUND_ALLOW: hosts.allow },
  quiet: true,
});

let stopping = false;
async function stop(exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await starting.then(
    (app) => app.stop(),
    () => undefined, // reported where it is awaited
  );
  await hosts.close();
  await rm(dataDir, { recursive: true, force: true });
  process.exit(exitCode);
}
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void stop(0));

async function show(): Promise<void> {
  const app = await starting;
  app.child.once("exit", (code) => void stop(code ?? 1));
  const owner = await setUp(app, "Acme");
  const call = api(app.url, owner.apiKey);
  await publish(hosts.gitea, repositoryOf(hosts.gitea.world, "Handbook"), site, "Publish the handbook");

  const gitea = await call<{ gitProviderId: string; gitea: { giteaId: string } }>("gitea.create", {
    name: "Acme Gitea",
    giteaUrl: hosts.gitea.url,
    accessToken: hosts.token,
    organizationName: "acme",
  });
  await call("gitea.testConnection", { giteaId: gitea.gitea.giteaId });
  const application = await call<{ applicationId: string; url: string }>("application.create", {
    name: "Handbook",
    gitProviderId: gitea.gitProviderId,
    repository: "acme/Handbook",
  });
  const { deploymentId } = await call<{ deploymentId: string }>("application.deploy", {
    applicationId: application.applicationId,
  });
  const { status } = await waitForDeployment(call, deploymentId);

  console.log(`
Slipway runs at ${app.url}; everything here is thrown away when you stop it.

  Sign in          ${owner.email}  /  ${owner.password}
  API key          ${owner.apiKey}
  Deployed site    ${application.url}  (${status})

  Simulated Gitea  ${hosts.gitea.url}   connected
  Simulated GitLab ${hosts.gitlab.url}   try "Add provider" with it
  Token for both   ${hosts.token}

Ctrl-C stops it.`);
}

await show().catch((error: Error) => {
  if (!stopping) console.error(`✗ ${error.message.split("\n")[0]?.replace(/^slipway: /, "")}`);
  return stop(1);
});
