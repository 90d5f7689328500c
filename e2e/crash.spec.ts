import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { waitForDeployment } from "../scripts/stack/api";
import { publish, repositoryOf } from "../scripts/stack/hosts";
import { getSite } from "../scripts/stack/site";
import { expect, test } from "./stack";

test("a deployment survives two kills of its process and is released once", async ({ stack }) => {
  test.setTimeout(240_000);
  const { hosts, call } = stack;
  const repository = repositoryOf(hosts.gitea.world, "old");
  await publish(hosts.gitea, repository, { "index.html": "survived" }, "Survive");
  const provider = await call<{ gitProviderId: string }>("gitea.create", {
    name: "Crash",
    giteaUrl: hosts.gitea.url,
    accessToken: hosts.token,
  });
  const application = await call<{
    applicationId: string;
    slug: string;
    environments: { environmentId: string }[];
  }>("application.create", {
    name: "Crash",
    gitProviderId: provider.gitProviderId,
    repository: "acme/old",
    buildCommand: "sleep 4 && mkdir dist && cp index.html dist/",
  });
  const { deploymentId } = await call<{ deploymentId: string }>("application.deploy", {
    applicationId: application.applicationId,
  });
  for (let kills = 0; kills < 2; kills++) {
    await untilBuilding(call, deploymentId);
    await stack.app.kill();
    await stack.restart();
  }
  expect(await waitForDeployment(call, deploymentId, 120_000)).toMatchObject({ status: "succeeded" });
  const page = await getSite(stack.app.port, `${application.slug}.localhost:${stack.app.port}`);
  expect(page.text).toBe("survived");
  const environmentId = application.environments[0]?.environmentId ?? "";
  const releases = await readdir(path.join(stack.dataDir, "environments", environmentId, "releases"));
  expect(releases).toEqual([deploymentId]);
  // The work folder goes once the end is stored.
  await expect.poll(() => readdir(path.join(stack.dataDir, "work")).catch(() => [])).toEqual([]);
});

async function untilBuilding(
  call: (name: string, input: unknown) => Promise<unknown>,
  deploymentId: string,
): Promise<void> {
  for (let tries = 0; tries < 900; tries++) {
    const deployment = (await call("deployment.one", { deploymentId })) as {
      steps: { name: string; status: string }[];
    };
    if (deployment.steps.some((step) => step.name === "build" && step.status === "running")) return;
    await sleep(100);
  }
  throw new Error("the build never ran");
}
