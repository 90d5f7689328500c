import { harness } from "@test/conformance/harness";
import { describe, expect, it } from "vitest";
import { gitlab } from "@/providers/gitlab";
import { simulate } from "@/providers/gitlab/fake";
import type { WantedHook } from "@/providers/reporting";

const SITE = { id: "101", fullName: "acme/site" };

function open(url = "https://slipway.example.com/api/gitlab/webhook/w1") {
  const at = harness(gitlab, simulate);
  const { hooks, deliveryLog, checks } = at.forge;
  if (!hooks || !deliveryLog || !checks) throw new Error("GitLab lacks a part");
  const wanted: WantedHook = { url, secret: "plain-secret", needs: ["push"], isNewSecret: false };
  return { ...at, hooks, deliveryLog, checks, site: at.find("acme/site"), wanted };
}

async function stopped(url?: string) {
  const at = open(url);
  await at.hooks.ensure(SITE, at.wanted);
  for (const hook of at.world.hooks ?? []) hook.alert = "temporarily_disabled";
  return at;
}

describe("a webhook that GitLab stopped after failures", () => {
  it("is told, and works again after the test that its documentation names", async () => {
    const at = await stopped();
    expect((await at.hooks.list(SITE))[0]).toMatchObject({
      active: false,
      trouble: { code: "hook_stopped" },
    });
    expect((await at.hooks.ensure(SITE, at.wanted)).state).toBe("repaired");
    expect(at.sent.at(-1)?.url).toMatch(/\/hooks\/\d+\/test\/push_events$/);
    expect((await at.hooks.list(SITE))[0]).toMatchObject({ active: true });
  });

  it("keeps its trouble while the address does not answer", async () => {
    const at = await stopped("https://unreachable.example.com/hook");
    expect((await at.hooks.ensure(SITE, at.wanted)).state).toBe("repaired");
    expect((await at.hooks.list(SITE))[0]?.trouble).toMatchObject({ code: "hook_stopped" });
  });
});

describe("the delivery log of GitLab", () => {
  it("finds an event behind others, tells its time where one is told, and never the secret", async () => {
    const at = open();
    const { id } = await at.hooks.ensure(SITE, at.wanted);
    const after = at.site.branches.get("main") ?? "";
    for (let count = 0; count < 45; count++)
      at.host.deliveries?.(at.site, { kind: "push", ref: `refs/heads/b${count}`, before: null, after });
    const first = String(at.world.deliveries?.[0]?.id);
    const kept = await at.deliveryLog.get(SITE, id, first);
    expect(JSON.parse(Buffer.from(kept?.raw ?? []).toString())).toMatchObject({ ref: "refs/heads/b0" });
    expect([...(kept?.headers.keys() ?? [])]).not.toContain("x-gitlab-token");
    const [newest] = (await at.deliveryLog.list(SITE, id, { limit: 5 })).items;
    expect(newest).toMatchObject({ event: "Push Hook", repositoryId: "101", at: "2026-05-03T10:00:00.000Z" });
    expect(await at.deliveryLog.get(SITE, id, "1")).toBeNull();
  });
});

describe("the checks of a commit on GitLab", () => {
  it.each([
    ["created", false, "pending"],
    ["running", false, "pending"],
    ["manual", false, "success"],
    ["skipped", false, "success"],
    ["failed", false, "failure"],
    ["failed", true, "success"],
    ["canceled", false, "failure"],
  ])("with a job that is %s (allowed to fail: %s) are %s", async (status, allow_failure, state) => {
    const respond = () => Response.json([{ name: "build", status, allow_failure }]);
    const { forge } = harness(gitlab, simulate, { respond });
    expect(await forge.checks?.(SITE, "a".repeat(40), "slipway/")).toBe(state);
  });
});

describe("the status of a commit that GitLab refuses with 400", () => {
  const refusals: [string, object, string | null][] = [
    ["has that state already", { message: "Cannot transition status via :success from :success" }, null],
    [
      "cannot follow the one that is there",
      { message: "Cannot transition status via :success from :canceled" },
      "status_kept",
    ],
    ["is not one that GitLab knows", { error: "state does not have a valid value" }, "host_refuses"],
  ];

  it.each(refusals)("because it %s counts as told only when it is there", async (_, body, code) => {
    const { forge } = harness(gitlab, simulate, { respond: () => Response.json(body, { status: 400 }) });
    const environment = { name: "production", isPreview: false, url: null };
    const status = { sha: "a".repeat(40), state: "success" as const, context: "slipway/production" };
    const told = forge.statuses?.set(SITE, {
      ...status,
      description: "",
      url: "https://x.test",
      environment,
    });
    if (code === null) await expect(told).resolves.toBeUndefined();
    else await expect(told).rejects.toMatchObject({ reason: { code } });
  });
});
