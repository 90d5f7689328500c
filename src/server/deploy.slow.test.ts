import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { send } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { testKey, testMember, testOrganization } from "@test/kit/member";
import { simulatorOf } from "@test/kit/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Application } from "@/features/application/contract";
import type { Deployment } from "@/features/deployment/contract";
import { registry } from "@/providers/registry";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import { type ServedFake, serveFake } from "@/providers/simulator/serve";
import { commitTo } from "@/providers/simulator/world";
import { siteHandler } from "@/server/site-server";
import { startWorker } from "@/server/work";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });

let worker: { stop(): Promise<void> };
let sites: Server;
let root: string;
let key: string;
beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "slipway-deploy-"));
  const member = await testMember(await testOrganization(), "owner");
  key = await testKey(member);
  worker = await startWorker();
  sites = createServer((req, res) => {
    if (!siteHandler(req, res)) res.writeHead(204).end();
  });
  await new Promise<void>((resolve) => sites.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await worker.stop();
  sites.close();
  await rm(root, { recursive: true, force: true });
});

/** As an API client calls, with curl: queries too go by POST. */
async function call<Answer>(procedure: string, input: unknown): Promise<Answer> {
  const headers = { "x-api-key": key, "content-type": "application/json" };
  const body = JSON.stringify(input);
  const answer = await send(`/api/trpc/${procedure}`, { method: "POST", headers, body });
  const { result, error } = (await answer.json()) as {
    result?: { data: Answer };
    error?: { message: string };
  };
  if (!result) throw new Error(error?.message);
  return result.data;
}

function visit(url: string): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { host, pathname } = new URL(url);
  const { port } = sites.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", path: pathname, headers: { host } }, (res) => {
      let body = "";
      res.on("data", (chunk) => (body += chunk));
      res.on("end", () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

interface Told {
  id: string;
  data: { status?: Deployment; step?: { name: string; status: string }; line?: { id: string; text: string } };
}

/** Every event of a subscription until it ends, as a browser's EventSource reads them. */
async function watch(deploymentId: string, lastEventId?: string): Promise<Told[]> {
  const input = encodeURIComponent(JSON.stringify({ deploymentId, lastEventId }));
  const headers = { "x-api-key": key, accept: "text/event-stream" };
  const answer = await send(`/api/trpc/deployment.watch?input=${input}`, { headers });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const blocks = (await answer.text()).split("\n\n").filter((block) => /^id: /m.test(block));
  return blocks.map((block) => ({
    id: /^id: (.*)$/m.exec(block)?.[1] ?? "",
    data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? "{}"),
  }));
}

for (const [type, provider] of Object.entries(registry)) {
  describe(`from ${type} to a published site`, () => {
    let served: ServedFake;
    const world = seedWorld();
    beforeAll(async () => {
      const simulate = await simulatorOf(type);
      served = await serveFake({ simulate, world, repositoriesRoot: path.join(root, type) });
    });
    afterAll(() => served.close());

    it("works by API calls alone, and follows the branch", async () => {
      const [repository] = world.repositories;
      if (!repository) throw new Error("the world is empty");
      const { settings, secrets } = served.host.connection(BOT_TOKEN);
      const made = await call<{ gitProviderId: string }>(`${type}.create`, {
        name: type,
        ...settings,
        ...secrets,
      });
      const fullName = served.host.fullName(repository) ?? "";
      const application = await call<Application>("application.create", {
        name: `My ${type} App`,
        gitProviderId: made.gitProviderId,
        repository: fullName,
        branch: null,
        buildPath: null,
      });
      expect(application).toMatchObject({
        slug: `my-${type.toLowerCase()}-app`,
        providerType: provider.type,
      });
      expect(application.environments).toMatchObject([{ name: "production", branch: "main", current: null }]);
      expect((await visit(`${application.url}/`)).status).toBe(404);

      const first = await deployAndWatch(application);
      expect(first.at(-1)?.data.status).toMatchObject({ status: "succeeded", trigger: "api" });
      expect(first.at(-1)?.data.status?.commit?.sha).toBe(repository.branches.get("main"));
      const page = await visit(`${application.url}/`);
      expect(page).toMatchObject({ status: 200, body: expect.stringContaining("<h1>Hello</h1>") });

      const told = () => world.statuses?.filter(({ sha }) => sha === repository.branches.get("main"));
      if (provider.type !== "git") {
        const context = "slipway/production";
        const [url, description] = [
          expect.stringContaining("/deployments/"),
          expect.stringContaining("Deployed in"),
        ];
        await expect.poll(told).toContainEqual(expect.objectContaining({ context, url, description }));
      }

      commitTo(repository, "main", { message: "Second", files: { "index.html": "second" } });
      await served.update(repository);
      await deployAndWatch(application);
      expect((await visit(`${application.url}/`)).body).toBe("second");

      await call("application.remove", { applicationId: application.applicationId });
      expect((await visit(`${application.url}/`)).body).toContain("No site here");
    });
  });
}

async function deployAndWatch({ applicationId }: Application): Promise<Told[]> {
  const answer = await call<{ deploymentId: string; status: string }>("application.deploy", {
    applicationId,
  });
  expect(answer).toMatchObject({ status: "queued" });
  const { deploymentId } = answer;
  const events = await watch(deploymentId);
  const lines = events.flatMap(({ data }) => data.line ?? []);
  const steps = events.flatMap(({ data }) => data.step ?? []).filter((step) => step.status === "running");
  expect(lines.map((line) => line.text).join("\n")).toContain("Published at");
  expect(lines.map((line) => BigInt(line.id))).toEqual(
    lines.map((line) => BigInt(line.id)).toSorted(compare),
  );
  expect(steps.length).toBeLessThanOrEqual(5);
  // Who lost the connection gets the lines since, and no line twice.
  const middle = lines.at(2);
  const rest = (await watch(deploymentId, middle?.id)).flatMap(({ data }) => data.line ?? []);
  expect(rest).toEqual(lines.slice(3));
  const page = await call<{ items: unknown[]; done: boolean; nextCursor: string | null }>("deployment.logs", {
    deploymentId,
  });
  expect(page).toMatchObject({ items: lines, done: true, nextCursor: null });
  return events;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
