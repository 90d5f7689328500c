import { call, faultIn } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testKey, testMember, testOrganization } from "@test/kit/member";
import { testDeployment } from "@test/kit/organizations";
import { beforeEach, expect, it } from "vitest";
import { maxStreams } from "@/access/stream-limit";
import { db } from "@/db/client";

testDatabase();

let owner: TestMember;
let deploymentId: string;

beforeEach(async () => {
  owner = await testMember(await testOrganization(), "owner");
  const { organizationId } = owner;
  const { gitProviderId } = await db().gitProvider.create({
    data: { organizationId, name: "x", providerType: "git", authMethod: "public", health: {} },
  });
  ({ deploymentId } = await testDeployment(owner, gitProviderId));
  await db().deployment.update({ where: { deploymentId }, data: { status: "running" } });
});

function watch(headers: Record<string, string>): Promise<Response> {
  const query = `?deploymentId=${deploymentId}`;
  return call("rest", "deployment.watch", { headers, query });
}

/** Milliseconds until a stream ends. */
async function lifeOf(answer: Response): Promise<number> {
  const began = Date.now();
  await answer.text();
  return Date.now() - began;
}

async function isOpen(answer: Response): Promise<boolean> {
  const later = new Promise((resolve) => setTimeout(() => resolve("open"), 2_500));
  const reader = answer.body?.getReader();
  const end = (async () => {
    while (!(await reader?.read())?.done);
    return "ended";
  })();
  const open = (await Promise.race([end, later])) === "open";
  await reader?.cancel();
  return open;
}

const losses: [string, (who: TestMember) => Promise<unknown>][] = [
  ["membership", ({ memberId }) => db().member.delete({ where: { memberId } })],
  ["session", ({ sessionId }) => db().session.delete({ where: { sessionId } })],
  ["role", ({ memberId }) => db().member.update({ where: { memberId }, data: { role: "gone" } })],
];

it.each(losses)("a stream ends soon after its caller lost the %s", async (_what, lose) => {
  const viewer = await testMember(owner.organizationId, "viewer");
  const answer = await watch(viewer.cookies);
  await lose(viewer);
  expect(await lifeOf(answer)).toBeLessThan(2_500);
});

it("a stream ends soon after its permission was taken from a custom role", async () => {
  const { organizationId } = owner;
  const data = { organizationId, name: "Watcher", permissions: ["deployment:read"] };
  const { roleId } = await db().role.create({ data });
  const answer = await watch((await testMember(organizationId, roleId)).cookies);
  await db().role.update({ where: { roleId }, data: { permissions: ["provider:read"] } });
  expect(await lifeOf(answer)).toBeLessThan(2_500);
});

it("a stream goes on when its session switches organization, and ends with the membership it began in", async () => {
  const viewer = await testMember(owner.organizationId, "viewer");
  const { organizationId: elsewhere } = await testMember(await testOrganization("Elsewhere"), "owner");
  await db().member.create({ data: { organizationId: elsewhere, userId: viewer.userId, role: "owner" } });
  const streams = [await watch(viewer.cookies), await watch(viewer.cookies)];
  const { sessionId, memberId } = viewer;
  await db().session.update({ where: { sessionId }, data: { activeOrganizationId: elsewhere } });
  expect(await isOpen(streams[0] as Response)).toBe(true);
  await db().member.delete({ where: { memberId } });
  expect(await lifeOf(streams[1] as Response)).toBeLessThan(2_500);
});

it("a caller can open streams up to a limit, and another one when one ends", async () => {
  const headers = { "x-api-key": await testKey(owner, ["deployment:read"]) };
  const open = await Promise.all(Array.from({ length: maxStreams }, () => watch(headers)));
  expect(new Set(open.map(({ status }) => status))).toEqual(new Set([200]));
  const refused = await watch(headers);
  expect([refused.status, await faultIn(refused)]).toEqual([429, "rate_limited"]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  const other = await watch(owner.cookies);
  expect(other.status).toBe(200);
  await open[0]?.body?.cancel();
  const again = await watch(headers);
  expect(again.status).toBe(200);
  for (const answer of [...open.slice(1), other, again]) await answer.body?.cancel();
});

it("refused and aborted streams do not count against the limit", async () => {
  const headers = { "x-api-key": await testKey(owner, ["provider:read"]) };
  for (let i = 0; i <= maxStreams; i++) expect(await (await watch(headers)).text()).toContain("forbidden");
  const gone = { "x-api-key": await testKey(owner, ["deployment:read"]) };
  for (let i = 0; i <= maxStreams; i++) {
    const left = new AbortController();
    const query = `?deploymentId=${deploymentId}`;
    const answer = await call("rest", "deployment.watch", { headers: gone, query, signal: left.signal });
    expect(answer.status).toBe(200);
    left.abort();
  }
});
