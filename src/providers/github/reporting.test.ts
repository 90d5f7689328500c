import { type HarnessOptions, harness } from "@test/conformance/harness";
import { faultOf } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { Fault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";
import { github } from "@/providers/github";
import { simulate } from "@/providers/github/fake";
import { appsOf, type FakeCheckRun } from "@/providers/github/fake/apps";
import { commitTo } from "@/providers/simulator/world";

const SITE = { id: "101", fullName: "acme/site" };

function open(options: HarnessOptions = {}) {
  const at = harness(github, simulate, options);
  return { ...at, site: at.find("acme/site") };
}

function openApp() {
  const at = open({ authMethod: "app" });
  const { appHook, deliveryLog } = at.forge;
  const [app] = appsOf(at.world).apps;
  if (!appHook || !deliveryLog || !app) throw new Error("there is no App");
  return { ...at, appHook, deliveryLog, app };
}

describe("the changed files of a push to GitHub", () => {
  it("are not called whole when there are as many as GitHub lists at most", async () => {
    const at = open();
    const before = at.site.branches.get("main") ?? "";
    const files = { ...at.site.commits.get(before)?.files };
    for (let count = 0; count < 300; count++) files[`docs/${count}.md`] = "text";
    const after = commitTo(at.site, "main", { message: "Add 300 files", files });
    const found = await at.forge.changedPaths?.(SITE, before, after);
    expect([found?.paths.length, found?.isWhole]).toEqual([300, false]);
  });

  it("hold the former name of a file that was renamed", async () => {
    const files = [{ filename: "new.html", previous_filename: "old.html" }];
    const at = open({ respond: () => Response.json({ status: "ahead", files }) });
    const paths = ["new.html", "old.html"];
    expect(await at.forge.changedPaths?.(SITE, "a", "b")).toEqual({ paths, isWhole: true });
  });
});

describe("the checks of a commit on GitHub", () => {
  const run: FakeCheckRun = {
    ...{ id: 1, appId: 0, repositoryId: 101, sha: "", name: "build", url: "", title: "" },
    ...{ status: "completed", conclusion: "success" },
  };

  it.each<[Partial<FakeCheckRun>, string]>([
    [{ status: "queued", conclusion: null }, "pending"],
    [{ status: "in_progress", conclusion: null }, "pending"],
    [{ conclusion: "success" }, "success"],
    [{ conclusion: "neutral" }, "success"],
    [{ conclusion: "skipped" }, "success"],
    [{ conclusion: "cancelled" }, "failure"],
    [{ conclusion: "timed_out" }, "failure"],
    [{ conclusion: "action_required" }, "failure"],
    [{ name: "slipway/production", conclusion: "failure" }, "none"],
  ])("with the run %j are %s", async (given, state) => {
    const at = open();
    const sha = at.site.branches.get("main") ?? "";
    appsOf(at.world).checkRuns.push({ ...run, sha, ...given });
    expect(await at.forge.checks?.(SITE, sha, "slipway/")).toBe(state);
  });

  it("are not known to a token that may not read check runs", async () => {
    const respond: HarnessOptions["respond"] = async (request, host) =>
      request.url.includes("/check-runs")
        ? Response.json({ message: "Resource not accessible" }, { status: 403 })
        : host.respond(request);
    const at = open({ respond });
    const sha = at.site.branches.get("main") ?? "";
    expect((await faultOf(Promise.resolve(at.forge.checks?.(SITE, sha, "slipway/")))).code).toBe(
      "permission_missing",
    );
  });
});

describe("the webhook of a GitHub App", () => {
  it("is moved to another address with another secret, which sign from then on", async () => {
    const at = openApp();
    await at.appHook.set({ url: "https://new.example.com/api/github/webhook/1", secret: "another-secret" });
    expect(await at.appHook.get()).toEqual({
      url: "https://new.example.com/api/github/webhook/1",
      isActive: true,
      events: ["push", "pull_request", "repository"],
    });
    const after = at.site.branches.get("main") ?? "";
    const push = { kind: "push", ref: "refs/heads/main", before: null, after } as const;
    const [sent] = at.host.deliveries?.(at.site, push) ?? [];
    const raw = { raw: Buffer.from(sent?.body ?? ""), headers: new Headers(sent?.headers) };
    expect(github.webhooks?.verify(raw, ["another-secret"], new Date())).toBeTruthy();
    expect(github.webhooks?.recipient?.(raw.headers)).toEqual({
      setting: "githubAppId",
      value: String(at.app.id),
    });
  });

  it("names the events that it does not hear of, and the page to change that", async () => {
    const at = openApp();
    at.app.events = ["push"];
    const { trouble } = (await at.appHook.get()) ?? {};
    expect(trouble?.params).toMatchObject({ events: ["pull_request", "repository"] });
    expect(trouble && messageOf(trouble)).toContain(`/settings/apps/${at.app.slug}/permissions`);
  });

  it("has to be added by a person where the App has none", async () => {
    const at = openApp();
    at.app.hookUrl = null;
    expect(await at.appHook.get()).toBeNull();
    const call = at.appHook.set({ url: "https://slipway.example.com", secret: "x" });
    const fault = await call.catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: "permission_missing", reason: { code: "app_hook_by_hand" } });
    expect(fault instanceof Fault && messageOf(fault.reason)).toContain(`/settings/apps/${at.app.slug}`);
  });

  it("cannot lead to an address that GitHub does not reach", async () => {
    const call = openApp().appHook.set({ url: "http://localhost:3000/api", secret: "x" });
    expect(await faultOf(call)).toEqual({ code: "unsupported", reason: "app_hook_address" });
  });
});

describe("the delivery log of a GitHub App", () => {
  it("keeps one log for all installations, and sends again under the same id", async () => {
    const at = openApp();
    const after = at.site.branches.get("main") ?? "";
    at.host.deliveries?.(at.site, { kind: "push", ref: "refs/heads/main", before: null, after });
    const [first] = (await at.deliveryLog.list(null, null, { limit: 10 })).items;
    expect(first).toMatchObject({ event: "push", isDelivered: false, repositoryId: "101" });
    expect(first?.installationId).toMatch(/^\d+$/);
    await at.deliveryLog.redeliver?.(null, null, first?.id ?? "");
    const all = (await at.deliveryLog.list(null, null, { limit: 10 })).items;
    expect(all.map(({ deliveryId }) => deliveryId)).toEqual([first?.deliveryId, first?.deliveryId]);
    expect(await at.deliveryLog.get(null, null, "1")).toBeNull();
  });

  it("keeps ids that are longer than a number holds", async () => {
    const text =
      '[{"id":193749182734619283,"guid":"g-1","event":"push","status_code":502,"repository_id":7}]';
    const at = open({ respond: () => new Response(text) });
    const page = await at.forge.deliveryLog?.list(SITE, "5", { limit: 10 });
    expect(page?.items).toMatchObject([{ id: "193749182734619283", repositoryId: "7", at: null }]);
  });
});

describe("the report of a deployment through a GitHub App", () => {
  const url = "https://slipway.example.com/d/1";

  function report(at: ReturnType<typeof openApp>, state: "pending" | "success" | "failure", page = url) {
    const sha = at.site.branches.get("main") ?? "";
    const environment = { name: "production", url: "https://site.example.com", isPreview: false };
    const status = {
      sha,
      state,
      context: "slipway/production",
      description: "Deploying",
      url: page,
      environment,
    };
    return at.forge.statuses?.set(SITE, status);
  }

  it("is one check and one deployment, whose states follow each other", async () => {
    const at = openApp();
    for (const state of ["pending", "pending", "success", "success"] as const) await report(at, state);
    const { checkRuns, deployments } = appsOf(at.world);
    expect(checkRuns).toMatchObject([
      { name: "slipway/production", status: "completed", conclusion: "success" },
    ]);
    expect(deployments).toMatchObject([
      { environment: "production", states: ["in_progress", "in_progress", "success", "success"] },
    ]);
  });

  it("of a next deployment of the same commit is another check in its place", async () => {
    const at = openApp();
    await report(at, "failure");
    await report(at, "success", "https://slipway.example.com/d/2");
    const { checkRuns, deployments } = appsOf(at.world);
    expect(checkRuns.map(({ conclusion }) => conclusion)).toEqual(["failure", "success"]);
    expect(deployments).toHaveLength(2);
  });

  it("is a status where the account did not approve checks and deployments", async () => {
    const at = openApp();
    for (const token of appsOf(at.world).tokens) token.permissions = { statuses: "write" };
    await report(at, "success");
    await report(at, "failure");
    const { checkRuns, deployments } = appsOf(at.world);
    expect([checkRuns, deployments]).toEqual([[], []]);
    expect(at.world.statuses).toMatchObject([{ context: "slipway/production", state: "failure" }]);
    expect(at.sent.filter((request) => request.url.includes("/check-runs"))).toHaveLength(1);
  });
});
