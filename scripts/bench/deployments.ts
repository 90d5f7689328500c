import { waitForDeployment } from "../stack/api";
import { publish, repositoryOf } from "../stack/hosts";
import { type Figure, median, millis } from "./figure";
import { type Stage, timed } from "./stage";

/** From `application.deploy` to the published site, for a site of a few files on a host that takes its time. */
export async function deployments(stage: Stage): Promise<Figure[]> {
  const repository = repositoryOf(stage.hosts.gitea.world, "site");
  await publish(stage.hosts.gitea, repository, { "index.html": "<h1>Bench</h1>" }, "Publish");
  const provider = await stage.call<{ gitProviderId: string }>("gitea.create", {
    name: "Deployments",
    giteaUrl: stage.hosts.gitea.url,
    accessToken: stage.hosts.token,
  });
  const { applicationId } = await stage.call<{ applicationId: string }>("application.create", {
    name: "Bench",
    gitProviderId: provider.gitProviderId,
    repository: "acme/site",
  });
  const samples = await timed(5, async () => {
    const { deploymentId } = await stage.call<{ deploymentId: string }>("application.deploy", {
      applicationId,
    });
    const ended = await waitForDeployment(stage.call, deploymentId);
    if (ended.status !== "succeeded") throw new Error(`a deployment ${ended.status}`);
  });
  const took = median(samples);
  return [
    {
      name: "deployment of a small site, queue to published, median of 5",
      value: millis(took),
      peer: `one host answer ${millis(stage.hostMillis)}`,
      ratio: (took / stage.hostMillis).toFixed(1),
    },
  ];
}
