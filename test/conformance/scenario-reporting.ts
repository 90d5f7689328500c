import type { Harness } from "@test/conformance/harness";
import { NOW } from "@test/conformance/harness";
import { everything, faultOf, type Step } from "@test/conformance/scenario";
import { expect } from "vitest";
import type { Reporting } from "@/providers/reporting";
import { commitTo } from "@/providers/simulator/world";

/** What every forge reads and writes for push-to-deploy beside hooks, statuses and requests. */

export interface ReportingStep extends Step {
  member: keyof Reporting;
}

export const SITE = "acme/site";

/** A member of the forge; the step is left out where there is none. */
export function the<Member extends keyof Reporting>(
  at: Harness,
  member: Member,
): NonNullable<Reporting[Member]> {
  const found = at.forge[member];
  if (!found) throw new Error(`this forge has no ${member}`);
  return found;
}

const pathSteps: ReportingStep[] = [
  {
    member: "changedPaths",
    name: "names the files that a push changed",
    assertions: 1,
    async run(open) {
      const at = open();
      const before = at.find(SITE).branches.get("größe") ?? "";
      const after = at.find(SITE).branches.get("main") ?? "";
      const { paths, isWhole } = await the(at, "changedPaths")(at.key(SITE), before, after);
      expect({ paths: paths.toSorted(), isWhole }).toEqual({
        paths: ["public/img/dot.svg", "public/style.css"],
        isWhole: true,
      });
    },
  },
  {
    member: "changedPaths",
    name: "names what a force push took away and what it brought",
    assertions: 1,
    async run(open) {
      const at = open();
      const site = at.find(SITE);
      const base = site.branches.get("größe") ?? "";
      site.branches.set("side", base);
      const files = site.commits.get(base)?.files ?? {};
      const after = commitTo(site, "side", { message: "Other", files: { ...files, "other.txt": "other" } });
      const before = site.branches.get("main") ?? "";
      const { paths } = await the(at, "changedPaths")(at.key(SITE), before, after);
      expect(paths.toSorted()).toEqual(["other.txt", "public/img/dot.svg", "public/style.css"]);
    },
  },
  {
    member: "changedPaths",
    name: "names all files of a large push, or says that some are missing",
    assertions: 1,
    async run(open) {
      const at = open();
      const site = at.find(SITE);
      const before = site.branches.get("main") ?? "";
      const files = { ...site.commits.get(before)?.files };
      for (let count = 0; count < 1200; count++) files[`docs/${count}.md`] = "text";
      const after = commitTo(site, "main", { message: "Add the documentation", files });
      const { paths, isWhole } = await the(at, "changedPaths")(at.key(SITE), before, after);
      expect(new Set(paths).size === 1200 || !isWhole).toBe(true);
    },
  },
  {
    member: "changedPaths",
    name: "says that a commit is gone",
    assertions: 1,
    async run(open) {
      const at = open();
      const after = at.find(SITE).branches.get("main") ?? "";
      const call = the(at, "changedPaths")(at.key(SITE), "0123456789abcdef0123456789abcdef01234567", after);
      expect((await faultOf(call)).code).toBe("not_found");
    },
  },
];

const commitSteps: ReportingStep[] = [
  {
    member: "commits",
    name: "lists the newest commits of a branch with whole messages and parents",
    assertions: 2,
    async run(open) {
      const at = open();
      const site = at.find(SITE);
      const main = site.branches.get("main") ?? "";
      const first = site.branches.get("größe") ?? "";
      const found = await the(at, "commits")(at.key(SITE), "main", 10);
      expect(found.map(({ sha, parent, author }) => ({ sha, parent, author }))).toEqual([
        { sha: main, parent: first, author: "Ada Example" },
        { sha: first, parent: null, author: "Ada Example" },
      ]);
      expect(found[0]).toMatchObject({
        message: expect.stringMatching(/^Add a style\n\nTeal it is\.\n?$/),
        committedAt: "2026-01-01T00:01:00.000Z",
      });
    },
  },
  {
    member: "commits",
    name: "lists no more commits than asked for, of branches with odd names and of a commit id",
    assertions: 3,
    async run(open) {
      const at = open();
      const of = async (branch: string) =>
        (await the(at, "commits")(at.key(SITE), branch, 1)).map(({ sha }) => sha);
      expect(await of("main")).toEqual([at.find(SITE).branches.get("main")]);
      const odd = at.find(SITE).branches.get("feature/a#1") ?? "";
      expect(await of("feature/a#1")).toEqual([odd]);
      expect(await of(odd)).toEqual([odd]);
    },
  },
  {
    member: "commits",
    name: "says that a branch is gone",
    assertions: 1,
    async run(open) {
      const at = open();
      expect((await faultOf(the(at, "commits")(at.key(SITE), "deleted/branch", 10))).code).toBe("not_found");
    },
  },
];

const checkSteps: ReportingStep[] = [
  {
    member: "checks",
    name: "sums up what others report of a commit, without Slipway's own statuses",
    assertions: 6,
    async run(open) {
      const at = open();
      const sha = at.find(SITE).branches.get("main") ?? "";
      const set = async (context: string, state: "pending" | "success" | "failure") =>
        at.forge.statuses?.set(at.key(SITE), {
          ...{ sha, state, context, description: "" },
          url: "https://ci.example.com/1",
        });
      const read = async () => the(at, "checks")(at.key(SITE), sha, "slipway/");
      expect(await read()).toBe("none");
      await set("slipway/production", "failure");
      expect(await read()).toBe("none");
      await set("ci/build", "success");
      expect(await read()).toBe("success");
      await set("ci/test", "pending");
      expect(await read()).toBe("pending");
      await set("ci/lint", "failure");
      expect(await read()).toBe("failure");
      await set("ci/lint", "success");
      await set("ci/test", "success");
      expect(await read()).toBe("success");
    },
  },
];

const URL_OF_HOOK = "https://slipway.example.com/api/x/webhook/w1";
const SECRET = `whsec_${Buffer.alloc(32, 6).toString("base64")}`;

const logSteps: ReportingStep[] = [
  {
    member: "deliveryLog",
    name: "reads from the host's log what did not arrive, as it was sent",
    assertions: 5,
    async run(open) {
      const at = open();
      const site = at.find(SITE);
      const log = the(at, "deliveryLog");
      const hook = await at.forge.hooks?.ensure(at.key(SITE), {
        ...{ url: URL_OF_HOOK, secret: SECRET, needs: ["push"], isNewSecret: false },
      });
      await at.forge.appHook?.set({ url: URL_OF_HOOK, secret: SECRET });
      const secret = hook?.secret ?? SECRET;
      const after = site.branches.get("main") ?? "";
      const event = { kind: "push", ref: "refs/heads/main", before: null, after } as const;
      const [lost] = at.host.deliveries?.(site, event) ?? [];
      const [arrived] = at.host.deliveries?.(site, { ...event, ref: "refs/heads/größe" }) ?? [];
      if (lost?.logged) lost.logged.status = 502;
      if (arrived?.logged) arrived.logged.status = 200;
      const hookId = hook?.id ?? null;
      const all = await everything((cursor) => log.list(at.key(SITE), hookId, { limit: 1, cursor }));
      expect(all.map(({ isDelivered }) => isDelivered)).toEqual([true, false]);
      const kept = await log.get(at.key(SITE), hookId, all[1]?.id ?? "");
      expect(JSON.parse(Buffer.from(kept?.raw ?? []).toString())).toEqual(JSON.parse(lost?.body ?? "{}"));
      expect(JSON.stringify([...(kept?.headers ?? [])])).not.toContain(secret);
      const { webhooks } = at.provider;
      const sent = { raw: Buffer.from(lost?.body ?? ""), headers: new Headers(lost?.headers) };
      const delivery = webhooks?.verify(sent, [secret], NOW);
      expect(delivery).toBeTruthy();
      expect(delivery && webhooks?.deliveryId(delivery)).toBe(all[1]?.deliveryId);
    },
  },
];

export const reportingSteps: ReportingStep[] = [...pathSteps, ...commitSteps, ...checkSteps, ...logSteps];
