import { NOW } from "@test/conformance/harness";
import { faultOf, type Step } from "@test/conformance/scenario";
import { expect } from "vitest";
import type { WantedHook } from "@/providers/reporting";
import { addHook } from "@/providers/simulator/hooks";
import { LONELY_TOKEN } from "@/providers/simulator/seed";
import { commitTo } from "@/providers/simulator/world";
import type { HookItem, HookNeed } from "@/providers/webhook";

/** Every forge that can make webhooks: made once, mended, removed; and what is sent to them is understood. */

const SITE = "acme/site";
const FOREIGN = "acme/Handbook";
const URL_OF_HOOK = "https://slipway.example.com/api/x/webhook/w1";
const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
const both: HookNeed[] = ["push", "pullRequest"];

function wanted(changes: Partial<WantedHook> = {}): WantedHook {
  return { url: URL_OF_HOOK, secret: SECRET, needs: both, isNewSecret: false, ...changes };
}

type Opened = ReturnType<Parameters<Step["run"]>[0]>;

/** The webhooks of one repository. */
function portOf({ forge, key }: Opened, name = SITE) {
  const { hooks } = forge;
  if (!hooks) throw new Error("this forge has no webhooks");
  return {
    list: async () => hooks.list(key(name)),
    ensure: async (given: WantedHook) => hooks.ensure(key(name), given),
    remove: async (id: string) => hooks.remove(key(name), id),
  };
}

/** What was sent to the hooks of a repository, verified with the secret that `ensure` gave. */
function received(
  at: Opened,
  secret: string,
  event: Parameters<NonNullable<Opened["host"]["deliveries"]>>[1],
): HookItem[] {
  const { webhooks } = at.provider;
  const sent = at.host.deliveries?.(at.find(SITE), event) ?? [];
  return sent.flatMap(({ url, headers, body }) => {
    expect(url).toBe(URL_OF_HOOK);
    const raw = { raw: Buffer.from(body), headers: new Headers(headers) };
    expect(webhooks?.verify(raw, [`${secret}x`], NOW)).toBeNull();
    const delivery = webhooks?.verify(raw, [secret], NOW);
    return delivery && webhooks ? webhooks.parse(delivery) : [];
  });
}

export const hookSteps: Step[] = [
  {
    name: "makes a webhook once, and leaves it alone when it is right",
    assertions: 5,
    async run(open) {
      const at = open();
      const hooks = portOf(at);
      const made = await hooks.ensure(wanted());
      expect(made.state).toBe("created");
      expect(await hooks.ensure(wanted())).toMatchObject({ id: made.id, state: "unchanged" });
      const all = await hooks.list();
      expect(all).toHaveLength(1);
      expect(all[0]).toMatchObject({ id: made.id, url: URL_OF_HOOK, active: true });
      expect(JSON.stringify(all)).not.toContain(SECRET);
    },
  },
  {
    name: "mends a webhook that hears of too little, has another secret or was switched off",
    assertions: 4,
    async run(open) {
      const at = open();
      const hooks = portOf(at);
      await hooks.ensure(wanted({ needs: ["push"] }));
      expect((await hooks.ensure(wanted())).state).toBe("repaired");
      expect(
        (await hooks.ensure(wanted({ secret: `${SECRET.slice(0, -4)}AAA=`, isNewSecret: true }))).state,
      ).toBe("repaired");
      for (const hook of at.world.hooks ?? []) {
        hook.active = false;
        hook.alert = "disabled";
      }
      expect((await hooks.ensure(wanted())).state).toBe("repaired");
      expect((await hooks.ensure(wanted())).state).toBe("unchanged");
    },
  },
  {
    name: "finds its webhook among many of others",
    assertions: 1,
    async run(open) {
      const at = open();
      const { id: repositoryId } = at.find(SITE);
      for (let index = 0; index < 60; index++) {
        const url = `https://other.example.com/${index}`;
        addHook(at.world, { repositoryId, url, secret: "x", events: ["push"], active: true });
      }
      await portOf(at).ensure(wanted());
      expect((await portOf(at).ensure(wanted())).state).toBe("unchanged");
    },
  },
  {
    name: "removes a webhook, also one that is gone, and none of others",
    assertions: 3,
    async run(open) {
      const at = open();
      const hooks = portOf(at);
      const other = await hooks.ensure(wanted({ url: "https://other.example.com/hook" }));
      const ours = await hooks.ensure(wanted());
      await hooks.remove(ours.id);
      await hooks.remove(ours.id);
      expect((await hooks.list()).map(({ id }) => id)).toEqual([other.id]);
      const again = await hooks.ensure(wanted());
      expect(again.state).toBe("created");
      expect(await hooks.list()).toHaveLength(2);
    },
  },
  {
    name: "says what is lacking where the credential may not manage webhooks",
    assertions: 2,
    async run(open) {
      const hooks = portOf(open({ token: LONELY_TOKEN }), FOREIGN);
      const expected = { code: "permission_missing", reason: "hook_not_allowed" };
      expect(await faultOf(hooks.ensure(wanted()))).toEqual(expected);
      expect(await faultOf(hooks.list())).toEqual(expected);
    },
  },
  {
    name: "understands what the host sends of pushes",
    assertions: 7,
    async run(open) {
      const at = open();
      const { secret } = await portOf(at).ensure(wanted());
      const site = at.find(SITE);
      const before = site.branches.get("main") ?? "";
      const after = commitTo(site, "main", { message: "Style it [skip ci]", files: { "site.css": "" } });
      const push = { kind: "push", ref: "refs/heads/main", before, after, files: ["site.css"] } as const;
      const [item] = received(at, secret, push);
      expect(item).toMatchObject({
        kind: "push",
        repository: { id: at.id(SITE) },
        ...{ ref: "main", refKind: "branch", before, after, commit: after, created: false, deleted: false },
      });
      expect(item?.kind === "push" && item.messages.join()).toMatch(/Style it \[skip ci\]/);
      const [gone] = received(at, secret, {
        kind: "push",
        ref: "refs/heads/main",
        before: after,
        after: null,
      });
      expect(gone).toMatchObject({ kind: "push", ref: "main", deleted: true, commit: null });
    },
  },
  {
    name: "understands what the host sends of requests, also from a fork",
    assertions: 9,
    async run(open) {
      const at = open();
      const { secret } = await portOf(at).ensure(wanted());
      const sha = at.find(SITE).branches.get("main") ?? "";
      const request = {
        kind: "pullRequest",
        number: 12,
        title: "Add a page",
        branch: "add-page",
        base: "main",
        labels: [],
      } as const;
      const [opened] = received(at, secret, { ...request, action: "opened", sha });
      expect(opened).toMatchObject({
        ...{ kind: "pullRequest", action: "opened", state: "open", number: 12, isFork: false },
        repository: { id: at.id(SITE) },
        base: { ref: "main" },
        head: { ref: "add-page", repositoryId: at.id(SITE) },
      });
      const from = at.find("ada/shared");
      const [updated] = received(at, secret, { ...request, action: "updated", sha, from });
      expect(updated).toMatchObject({
        action: "updated",
        isFork: true,
        head: { repositoryId: at.id("ada/shared") },
      });
      const [merged] = received(at, secret, { ...request, action: "merged", sha });
      expect(merged).toMatchObject({ action: "merged", state: "merged" });
    },
  },
  {
    name: "sends nothing to a webhook that does not hear of it or is switched off",
    assertions: 2,
    async run(open) {
      const at = open();
      await portOf(at).ensure(wanted({ needs: ["pullRequest"] }));
      const sha = at.find(SITE).branches.get("main") ?? "";
      const push = { kind: "push", ref: "refs/heads/main", before: null, after: sha } as const;
      expect(at.host.deliveries?.(at.find(SITE), push)).toEqual([]);
      await portOf(at).ensure(wanted());
      for (const hook of at.world.hooks ?? []) hook.active = false;
      expect(at.host.deliveries?.(at.find(SITE), push)).toEqual([]);
    },
  },
];

export const statusSteps: Step[] = [
  {
    name: "sets the status of a commit, and replaces the former one",
    assertions: 3,
    async run(open) {
      const at = open();
      const sha = at.find(SITE).branches.get("main") ?? "";
      const status = {
        sha,
        context: "slipway/production",
        url: "https://slipway.example.com/d/1",
        ref: "main",
      };
      for (const state of ["pending", "warning", "cancelled", "failure", "success"] as const)
        await at.forge.statuses?.set(at.key(SITE), { ...status, state, description: "x".repeat(400) });
      expect(at.world.statuses).toHaveLength(1);
      const [set] = at.world.statuses ?? [];
      expect(set).toMatchObject({ sha, url: status.url });
      expect(set?.description.length).toBeLessThanOrEqual(255);
    },
  },
  {
    name: "says what is lacking where the credential may not set a status",
    assertions: 1,
    async run(open) {
      const at = open({ token: LONELY_TOKEN });
      const sha = at.find(FOREIGN).branches.get("main") ?? "";
      const status = {
        sha,
        context: "slipway",
        url: "https://slipway.example.com",
        state: "success",
        description: "",
      } as const;
      const fault = await faultOf((async () => at.forge.statuses?.set(at.key(FOREIGN), status))());
      expect(["permission_missing", "not_found"]).toContain(fault.code);
    },
  },
];
