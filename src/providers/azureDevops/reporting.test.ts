import { type HarnessOptions, harness } from "@test/conformance/harness";
import { faultOf } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { simulate } from "@/providers/azureDevops/fake";
import { azureDevops } from "@/providers/azureDevops/index";
import { openRequest } from "@/providers/simulator/requests";

const SITE = { fullName: "acme/site" };
const MARKER = "<!-- slipway-preview -->";

function open(options: HarnessOptions = {}) {
  const at = harness(azureDevops, simulate, options);
  const { hooks, comments, deliveryLog, changedPaths, pullRequests } = at.forge;
  if (!hooks || !comments || !deliveryLog || !changedPaths || !pullRequests)
    throw new Error("Azure DevOps lacks a part");
  return { ...at, hooks, comments, deliveryLog, changedPaths, pullRequests, site: at.find("acme/site") };
}

const wanted = {
  ...{ url: "https://slipway.example.com/api/x/webhook/w1", secret: "s", isNewSecret: false },
  needs: ["push" as const, "pullRequest" as const],
};

describe("a webhook of Azure DevOps", () => {
  it.each([
    ["on probation", "hook_failing", { active: true, alert: "onProbation" }],
    ["disabled", "hook_stopped", { active: false }],
  ])("that is %s is told as in trouble, and enabled in place", async (_what, code, change) => {
    const at = open();
    const { id } = await at.hooks.ensure(SITE, wanted);
    Object.assign(at.world.hooks?.[0] ?? {}, change);
    expect((await at.hooks.list(SITE))[0]?.trouble?.code).toBe(code);
    expect(await at.hooks.ensure(SITE, wanted)).toMatchObject({ id, state: "repaired" });
    expect((await at.hooks.list(SITE))[0]).not.toHaveProperty("trouble");
    expect((await at.hooks.ensure(SITE, wanted)).state).toBe("unchanged");
  });

  it("keeps the subscriptions that are still needed when the needs change", async () => {
    const at = open();
    const both = await at.hooks.ensure(SITE, wanted);
    const one = await at.hooks.ensure(SITE, { ...wanted, needs: ["push"] });
    expect(both.id.split(",")).toContain(one.id);
    expect(at.world.hooks).toHaveLength(1);
    const again = await at.hooks.ensure(SITE, wanted);
    expect(again.id.split(",")).toContain(one.id);
    expect(again.id.split(",")).toHaveLength(both.id.split(",").length);
  });
});

describe("the delivery log of Azure DevOps", () => {
  it("tells nothing of a subscription that is not part of the webhook", async () => {
    const at = open();
    const ours = await at.hooks.ensure(SITE, wanted);
    const other = await at.hooks.ensure({ fullName: "acme/Handbook" }, wanted);
    const foreign = at.find("acme/Handbook");
    const after = foreign.branches.get("main") ?? "";
    at.host.deliveries?.(foreign, { kind: "push", ref: "refs/heads/main", before: null, after });
    const [theirs] = (await at.deliveryLog.list(null, other.id, { limit: 5 })).items;
    expect(theirs).toBeDefined();
    expect(await at.deliveryLog.get(null, ours.id, theirs?.id ?? "")).toBeNull();
    expect(await at.deliveryLog.get(null, other.id, theirs?.id ?? "")).not.toBeNull();
  });

  it("leaves out what a filter kept back, and subscriptions that are gone", async () => {
    const row = (id: number, result: string) => ({
      ...{ id, result, subscriptionId: "a", createdDate: "2026-05-03T10:00:00Z" },
      details: { eventType: "git.push" },
    });
    const at = open({
      respond: async ({ url }) =>
        url.includes("/subscriptions/a/")
          ? Response.json({ value: [row(1, "filtered"), row(2, "failed"), row(3, "succeeded")] })
          : Response.json({}, { status: 404 }),
    });
    const { items } = await at.deliveryLog.list(null, "a,gone", { limit: 5 });
    expect(items.map(({ id, isDelivered }) => [id, isDelivered])).toEqual([
      ["a:3", true],
      ["a:2", false],
    ]);
  });
});

describe("a comment on a request of Azure DevOps", () => {
  it("is written again where the service keeps the place of one that was deleted", async () => {
    const at = open();
    const request = openRequest(at.world, at.site, { title: "Add a page", branch: "main" });
    const write = async (id: string | null) =>
      at.comments.upsert(SITE, request.number, { id, marker: MARKER, body: MARKER });
    const first = await write(null);
    request.comments = [];
    expect((await write(first.id)).id).not.toBe(first.id);
  });

  it("does not keep the request from being completed", async () => {
    const at = open();
    const request = openRequest(at.world, at.site, { title: "Add a page", branch: "main" });
    await at.comments.upsert(SITE, request.number, { id: null, marker: MARKER, body: MARKER });
    const sent = at.sent.find(({ method }) => method === "POST");
    expect(await sent?.clone().json()).toMatchObject({ status: "closed" });
  });

  it("says what a token needs that may not comment", async () => {
    const at = open({
      respond: async (request, host) =>
        request.method === "GET" ? host.respond(request) : Response.json({}, { status: 403 }),
    });
    const request = openRequest(at.world, at.site, { title: "Add a page", branch: "main" });
    const call = at.comments.upsert(SITE, request.number, { id: null, marker: MARKER, body: MARKER });
    expect((await faultOf(call)).reason).toBe("comment_not_allowed");
  });
});

describe("changed files on Azure DevOps", () => {
  it("name a renamed file at both places, and no folders", async () => {
    const changes = [
      { item: { path: "/docs", isFolder: true }, changeType: "edit" },
      { item: { path: "/docs/new.md" }, changeType: "rename", sourceServerItem: "/docs/old.md" },
    ];
    const at = open({
      respond: async (request, host) =>
        request.url.includes("/diffs/commits")
          ? Response.json({ allChangesIncluded: true, changes })
          : host.respond(request),
    });
    expect(await at.changedPaths(SITE, "1".repeat(40), "2".repeat(40))).toEqual({
      paths: ["docs/new.md", "docs/old.md"],
      isWhole: true,
    });
  });
});

describe("a request within a repository of Azure DevOps", () => {
  it("is fetched by its branch, as the service keeps no other ref of its commits", async () => {
    const at = open();
    openRequest(at.world, at.site, { title: "Add a page", branch: "feature/a#1" });
    const { head } = await at.pullRequests.get(SITE, 1);
    expect(head.fetchRef).toBe("refs/heads/feature/a#1");
  });
});
