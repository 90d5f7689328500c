import { type Figure, millis, quantile } from "./figure";
import { type Stage, timed } from "./stage";

/** The host's own answer for the same page, asked directly: the floor of a first page. */
async function hostAnswer(stage: Stage, owner: string): Promise<number> {
  const url = `${stage.hosts.gitea.url}/api/v1/orgs/${owner}/repos?limit=30&page=1`;
  const headers = { authorization: `token ${stage.hosts.token}` };
  return quantile(await timed(10, async () => (await fetch(url, { headers })).arrayBuffer()), 0.5);
}

async function list(stage: Stage, name: string, owner: string): Promise<Figure[]> {
  const made = await stage.call<{ gitea: { giteaId: string } }>("gitea.create", {
    name,
    giteaUrl: stage.hosts.gitea.url,
    accessToken: stage.hosts.token,
    organizationName: owner,
  });
  const { giteaId } = made.gitea;
  const floor = await hostAnswer(stage, owner);
  // `refresh` asks the host again, as the first call did; the median leaves out what a cold process pays.
  const first = quantile(
    await timed(9, () => stage.call("gitea.repositories", { giteaId, refresh: true })),
    0.5,
  );
  const warm = quantile(await timed(50, () => stage.call("gitea.repositories", { giteaId })), 0.5);
  const words = `one host answer ${millis(floor)}`;
  return [
    {
      name: `${name}: first page`,
      value: millis(first),
      floor: words,
      ratio: first / floor,
      aim: "host answer + 10 ms",
    },
    {
      name: `${name}: warm page, median`,
      value: millis(warm),
      floor: words,
      ratio: warm / floor,
      aim: "≤ 5 ms",
    },
  ];
}

/** First and warm page of long lists on a slow host. */
export async function repositoryLists(stage: Stage): Promise<Figure[]> {
  await stage.call("gitProvider.getAll"); // the first call of a process pays for loading, not for listing
  return [
    ...(await list(stage, "list of 2,000 repositories", "few")),
    ...(await list(stage, "list of 20,000 repositories", "acme")),
  ];
}
