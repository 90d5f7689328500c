import { createHmac } from "node:crypto";
import { send } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  callerOf,
  seedApplication,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { testMember, testOrganization } from "@test/kit/member";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { all } from "@/features/deploy-hook/all";
import type { CreatedDeployHook } from "@/features/deploy-hook/contract";
import { create } from "@/features/deploy-hook/create";
import { remove } from "@/features/deploy-hook/remove";
import { rotate } from "@/features/deploy-hook/rotate";
import { runNext } from "@/features/deployment/run/execute";
import type { Fault } from "@/lib/fault";
import { closeQueue } from "@/queue/queue";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });
let bench: Bench;
let application: TestApplication;
let caller: Caller;
let hook: CreatedDeployHook;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  await closeQueue();
  await bench.stop();
});
beforeEach(async () => {
  const commits = [{ message: "one", files: { "index.html": "hello" } }];
  application = await seedApplication(bench, { commits });
  caller = callerOf(application);
  hook = await create(caller, { environmentId: application.environmentId, name: "Content" });
});

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const set = (data: object) =>
  db().environment.update({ where: { environmentId: application.environmentId }, data });
const deployments = () => db().deployment.findMany({ where: { environmentId: application.environmentId } });

interface Said {
  status: number;
  deploymentId?: string;
  reason?: string;
}

async function call(
  headers: Record<string, string>,
  { body = "", id = hook.deployHookId, query = "" } = {},
): Promise<Said> {
  const answer = await send(`/api/hooks/${id}${query}`, { method: "POST", headers, body });
  const { deploymentId, error } = await answer.json();
  return { status: answer.status, deploymentId, reason: error?.reason.code };
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (fault: Fault) => fault.reason.code,
  );
}

describe("a deploy hook", () => {
  it("shows its secret once, and keeps it sealed", async () => {
    expect(hook).toMatchObject({
      name: "Content",
      url: expect.stringMatching(new RegExp(`/api/hooks/${hook.deployHookId}$`)),
      secret: expect.stringMatching(/^whsec_/),
      lastUsedAt: null,
    });
    const { items } = await all(caller, { environmentId: application.environmentId });
    expect(items).toMatchObject([{ deployHookId: hook.deployHookId, name: "Content" }]);
    const stored = await db().deployHook.findUnique({ where: { deployHookId: hook.deployHookId } });
    expect(JSON.stringify([items, stored])).not.toContain(hook.secret);
  });

  it("deploys the branch of its environment, and says which deployment that is", async () => {
    const { status, deploymentId } = await call(bearer(hook.secret));
    expect(status).toBe(202);
    expect(await deployments()).toMatchObject([
      { deploymentId, ref: "main", trigger: "deployHook", actorName: "Content", actorUserId: null },
    ]);
    const { items } = await all(caller, { environmentId: application.environmentId });
    expect(items[0]?.lastUsedAt).not.toBeNull();
    const event = await db().auditEvent.findFirst({ where: { action: "deployHook.call", result: "ok" } });
    expect(event).toMatchObject({ organizationId: application.organizationId, actor: "Content" });
  });

  it("is called with a signature over the body in place of the secret, too", async () => {
    const body = '{"ref":"main","entry":{"title":"New"}}';
    const hex = createHmac("sha256", hook.secret).update(body).digest("hex");
    expect(await call({ "x-hub-signature-256": `sha256=${hex}` }, { body })).toMatchObject({ status: 202 });
    const signed = (seconds: number) => {
      const key = Buffer.from(hook.secret.slice("whsec_".length), "base64");
      const mac = createHmac("sha256", key).update(`m1.${seconds}.${body}`).digest("base64");
      return {
        "webhook-id": "m1",
        "webhook-timestamp": String(seconds),
        "webhook-signature": `v1,${mac}`,
      };
    };
    const now = Math.floor(Date.now() / 1000);
    expect(await call(signed(now), { body })).toMatchObject({ status: 202 });
    expect(await call(signed(now - 3600), { body })).toMatchObject({ status: 401 });
    expect(await call(signed(now), { body: `${body} ` })).toMatchObject({ status: 401 });
  });

  it("answers an unknown address and a wrong secret alike", async () => {
    const unknown = { status: 401, reason: "deploy_hook_unknown" };
    expect(await call({})).toMatchObject(unknown);
    expect(await call(bearer("whsec_wrong"))).toMatchObject(unknown);
    expect(await call(bearer(""))).toMatchObject(unknown);
    expect(await call(bearer(hook.secret), { id: "nobody" })).toMatchObject(unknown);
    const nobodys = `whsec_${Buffer.alloc(32).toString("base64")}`;
    expect(await call(bearer(nobodys), { id: "nobody" })).toMatchObject(unknown);
    expect(await deployments()).toEqual([]);
  });

  it("takes no secret from the address", async () => {
    const query = `?secret=${encodeURIComponent(hook.secret)}`;
    const refused = { status: 400, reason: "deploy_hook_secret_in_query" };
    expect(await call({}, { query })).toMatchObject(refused);
    expect(await call(bearer(hook.secret), { query })).toMatchObject(refused);
    expect(await deployments()).toEqual([]);
  });

  it.each([
    [{}, "main", 202],
    [{}, "other", 409],
    [{ branchPatterns: ["release/*", "!release/old"] }, "release/2", 202],
    [{ branchPatterns: ["release/*", "!release/old"] }, "release/old", 409],
    [{ trigger: "tag", tagPattern: "v*, !v*-rc" }, "v1", 202],
    [{ trigger: "tag", tagPattern: "v*, !v*-rc" }, "v1-rc", 409],
  ])("of an environment with %j answers the ref %s with %i", async (rules, ref, status) => {
    await set(rules);
    const said = await call(bearer(hook.secret), { body: JSON.stringify({ ref }) });
    expect(said.status).toBe(status);
    expect((await deployments()).map((one) => one.ref)).toEqual(status === 202 ? [ref] : []);
    if (status === 409) expect(said.reason).toBe("deploy_hook_ref");
  });

  it.each([{ branchPatterns: ["*"] }, { branchPatterns: ["**"] }, { trigger: "tag" }])(
    "of an environment with %j deploys no commit by its id, which may be one of a fork",
    async (rules) => {
      await set(rules);
      for (const ref of ["a".repeat(40), "A".repeat(40), "0".repeat(64)]) {
        const said = await call(bearer(hook.secret), { body: JSON.stringify({ ref }) });
        expect(said).toMatchObject({ status: 409, reason: "deploy_hook_ref" });
      }
      const { status } = await call(bearer(hook.secret), { body: '{"ref":"deadbeef"}' });
      expect(status).toBe(202);
      expect((await deployments()).map(({ ref }) => ref)).toEqual(["deadbeef"]);
    },
  );

  it("asks the host for a branch, or for a tag where the environment follows tags, and for nothing else", async () => {
    await set({ branchPatterns: ["*"] });
    await call(bearer(hook.secret), { body: '{"ref":"main"}' });
    expect(await deployments()).toMatchObject([{ ref: "main", fetchRef: "refs/heads/main" }]);
    await set({ trigger: "tag" });
    const untold = await call(bearer(hook.secret));
    expect(untold).toMatchObject({ status: 409, reason: "deploy_hook_tag_needed" });
    const { deploymentId } = await call(bearer(hook.secret), { body: '{"ref":"main"}' });
    await db().deployment.deleteMany({ where: { deploymentId: { not: deploymentId } } });
    await runNext(new AbortController().signal);
    const row = await db().deployment.findUnique({ where: { deploymentId } });
    expect(row).toMatchObject({ status: "failed", reasonCode: "ref_gone", fetchRef: "refs/tags/main" });
  });

  it.each([["[1"], ['"main"'], ['{"ref":"a b"}'], ['{"ref":7}']])(
    "refuses the body %s without an error of its own",
    async (body) => {
      expect((await call(bearer(hook.secret), { body })).status).toBe(400);
    },
  );

  it("says that its environment is frozen, or its provider switched off", async () => {
    await set({ frozenReason: "Release day", frozenAt: new Date(), frozenBy: "Robin" });
    const frozen = { status: 409, reason: "environment_frozen" };
    expect(await call(bearer(hook.secret))).toMatchObject(frozen);
    expect(await call(bearer(hook.secret), { body: '{"force":true}' })).toMatchObject(frozen);
    await set({ frozenReason: null, frozenAt: null });
    const { organizationId } = application;
    await db().gitProvider.updateMany({ where: { organizationId }, data: { status: "inactive" } });
    expect(await call(bearer(hook.secret))).toMatchObject({ status: 409, reason: "provider_inactive" });
  });

  it("is limited by itself", async () => {
    const calls = Array.from({ length: 31 }, () => call(bearer(hook.secret), { body: '{"ref":"other"}' }));
    const limited = (await Promise.all(calls)).filter(({ status }) => status === 429);
    expect(limited).toEqual([expect.objectContaining({ reason: "calls_limited" })]);
    const other = await create(caller, { environmentId: application.environmentId, name: "Other" });
    expect(await call(bearer(other.secret), { id: other.deployHookId })).toMatchObject({ status: 202 });
  });

  it("takes only the new secret once it was rotated, and none once it was removed", async () => {
    const { secret } = await rotate(caller, hook);
    expect(await call(bearer(hook.secret))).toMatchObject({ status: 401 });
    expect(await call(bearer(secret))).toMatchObject({ status: 202 });
    await remove(caller, hook);
    expect(await call(bearer(secret))).toMatchObject({ status: 401 });
  });

  it("is not found by other organizations, and not made by who may not deploy or for a preview", async () => {
    const stranger = (await testMember(await testOrganization("Other"), "owner")).caller;
    const { environmentId } = application;
    for (const work of [rotate, remove]) expect(await reasonOf(work(stranger, hook))).toBe("not_found");
    expect(await reasonOf(all(stranger, { environmentId }))).toBe("not_found");
    const weak = { ...caller, permissions: new Set(["application:write"] as const) };
    expect(await reasonOf(create(weak, { environmentId, name: "Weak" }))).toBe("permission_denied");
    expect(await reasonOf(rotate(weak, hook))).toBe("permission_denied");
    expect(await reasonOf(create(caller, { environmentId, name: "Content" }))).toBe("deploy_hook_taken");
    await set({ kind: "preview" });
    expect(await reasonOf(create(caller, { environmentId, name: "New" }))).toBe("environment_is_preview");
  });
});
