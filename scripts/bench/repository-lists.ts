import { type Figure, median, millis } from "./figure";
import { type Stage, timed } from "./stage";

/** The host's own answer for the same page, asked directly: the peer of a first page. */
async function hostAnswer(stage: Stage, owner: string): Promise<number> {
  const url = `${stage.hosts.gitea.url}/api/v1/orgs/${owner}/repos?limit=30&page=1`;
  const headers = { authorization: `token ${stage.hosts.token}` };
  return median(await timed(10, async () => (await fetch(url, { headers })).arrayBuffer()));
}

async function list(stage: Stage, name: string, owner: string): Promise<Figure[]> {
  const made = await stage.call<{ gitea: { giteaId: string } }>("gitea.create", {
    name,
    giteaUrl: stage.hosts.gitea.url,
    accessToken: stage.hosts.token,
    organizationName: owner,
  });
  const { giteaId } = made.gitea;
  const host = await hostAnswer(stage, owner);
  // `refresh` asks the host again, as the first call did; the median leaves out what a cold process pays.
  const first = median(await timed(9, () => stage.call("gitea.repositories", { giteaId, refresh: true })));
  await timed(50, () => stage.call("gitea.repositories", { giteaId }));
  const warm = median(await timed(100, () => stage.call("gitea.repositories", { giteaId })));
  return [
    {
      name: `${name}: first page`,
      value: millis(first),
      peer: `one host answer ${millis(host)}`,
      ratio: (first / host).toFixed(2),
      aim: "host answer + 10 ms",
      reached: first <= host + 10,
    },
    { name: `${name}: warm page, median`, value: millis(warm), aim: "≤ 3 ms", reached: warm <= 3 },
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
