import { waitForDeployment } from "../scripts/stack/api";
import { publish } from "../scripts/stack/hosts";
import { getSite } from "../scripts/stack/site";
import { addRepository } from "./fixtures";
import { expect, test } from "./stack";

interface Made {
  gitProviderId: string;
  gitea: { giteaId: string };
}

test("plain HTTP calls with an API key lead from a token to a published file of that commit", async ({
  stack,
}) => {
  const { app, hosts, call } = stack;
  const repository = await addRepository(stack, "by-curl", { "index.html": "not yet" });
  const sha = await publish(
    hosts.gitea,
    repository,
    { "index.html": "<h1>Commit by commit</h1>" },
    "Say hello",
  );
  const provider = await call<Made>("gitea.create", {
    name: "By curl",
    giteaUrl: hosts.gitea.url,
    accessToken: hosts.token,
  });
  const { giteaId } = provider.gitea;
  const report = await call<{ ok: boolean; checks: { status: string }[] }>("gitea.testConnection", {
    giteaId,
  });
  expect(report.ok).toBe(true);
  const repositories = await call<{ items: { fullName: string }[] }>("gitea.repositories", { giteaId });
  expect(repositories.items.map((each) => each.fullName)).toContain("acme/by-curl");
  const branches = await call<{ items: { name: string; sha: string }[] }>("gitea.branches", {
    giteaId,
    owner: "acme",
    repo: "by-curl",
  });
  expect(branches.items).toContainEqual(expect.objectContaining({ name: "main", sha }));

  const application = await call<{ applicationId: string; slug: string }>("application.create", {
    name: "By curl",
    gitProviderId: provider.gitProviderId,
    repository: "acme/by-curl",
    branch: "main",
  });
  const queued = await call<{ deploymentId: string; status: string }>("application.deploy", {
    applicationId: application.applicationId,
  });
  expect(queued.status).toBe("queued");
  expect(await waitForDeployment(call, queued.deploymentId)).toMatchObject({
    status: "succeeded",
    commit: { sha },
  });
  const page = await getSite(app.port, `${application.slug}.localhost:${app.port}`);
  expect(page).toMatchObject({ status: 200, text: "<h1>Commit by commit</h1>" });
});

test("the tRPC and the REST API answer alike, and a query may be sent by POST", async ({ stack }) => {
  const { app, owner } = stack;
  const headers = { "x-api-key": owner.apiKey, "content-type": "application/json" };
  const plain = await fetch(`${app.url}/api/gitProvider.getAll`, { headers });
  const trpc = await fetch(`${app.url}/api/trpc/gitProvider.getAll`, { headers });
  const posted = await fetch(`${app.url}/api/trpc/gitProvider.getAll`, {
    method: "POST",
    headers,
    body: "{}",
  });
  const list = await plain.json();
  expect(Array.isArray(list)).toBe(true);
  expect((await trpc.json()).result.data).toEqual(list);
  expect((await posted.json()).result.data).toEqual(list);
});

test("the tRPC and the REST API refuse a wrong key alike", async ({ stack }) => {
  const headers = { "x-api-key": "slw_wrong_key" };
  const plain = await fetch(`${stack.app.url}/api/gitProvider.getAll`, { headers });
  const trpc = await fetch(`${stack.app.url}/api/trpc/gitProvider.getAll`, { headers });
  expect([plain.status, trpc.status]).toEqual([401, 401]);
  expect((await plain.json()).error.fault).toBe("unauthenticated");
  expect((await trpc.json()).error.data.fault).toBe("unauthenticated");
});

test("an unknown address below /api is answered in JSON", async ({ stack }) => {
  for (const path of ["nope", "github/nope/nope", "user.me/more"]) {
    const answer = await fetch(`${stack.app.url}/api/${path}`);
    expect([path, answer.status, (await answer.json()).error.fault]).toEqual([path, 404, "not_found"]);
  }
});
