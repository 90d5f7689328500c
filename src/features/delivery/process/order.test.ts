import { testDatabase } from "@test/kit/database";
import {
  type DeliveringOrganization,
  deployedShas,
  endDeployment,
  hostName,
  organizationAt,
  type TestHook,
} from "@test/kit/delivering-host";
import { reachHosts, reachInMemory } from "@test/kit/provider-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { processDelivery } from "@/features/delivery/process/process-delivery";
import { commitTo } from "@/providers/simulator/world";
import { closeQueue } from "@/queue/queue";

testDatabase();
afterAll(() => closeQueue());

let acme: DeliveringOrganization;
let gitProviderId = "";
let hook: TestHook;
let production = "";

beforeAll(async () => {
  acme = await organizationAt("gitea");
  gitProviderId = await acme.connect();
  hook = await acme.hook(gitProviderId);
});

beforeEach(async () => {
  await db().application.deleteMany();
  ({
    environmentIds: [production = ""],
  } = await acme.application(gitProviderId));
});

const head = () => acme.at.site.branches.get("main") ?? "";

describe("pushes one after the other", () => {
  it("that go from A to B, back to A and to B again are each deployed", async () => {
    const a = head();
    const there = acme.push("main");
    const b = there.after ?? "";
    const back = { ...there, before: b, after: a };
    const events = [
      [there, b],
      [back, a],
      [there, b],
    ] as const;
    for (const [event, sha] of events) {
      acme.move("main", sha);
      expect((await acme.deliver(hook, event, { hostDeliveryId: crypto.randomUUID() })).decision).toBe(
        "deployed",
      );
      await endDeployment(production);
    }
    expect(await deployedShas(production)).toEqual([b, a, b]);
  });

  it("are deployed once each, also when two hooks tell each of them", async () => {
    const other = await acme.hook(await acme.connect());
    const a = head();
    const there = acme.push("main");
    const b = there.after ?? "";
    for (const [before, after] of [
      [a, b],
      [b, a],
      [a, b],
    ] as const) {
      acme.move("main", after);
      const event = { ...there, before, after };
      const told = [hook, other].map((one) =>
        acme.deliver(one, event, { hostDeliveryId: crypto.randomUUID() }),
      );
      const rows = await Promise.all(told);
      expect(rows.map(({ decision }) => decision).toSorted()).toEqual(["coalesced", "deployed"]);
      const coalesced = rows.find(({ decision }) => decision === "coalesced");
      expect(coalesced?.reasonParams).toMatchObject({
        deliveryId: rows.find(({ decision }) => decision === "deployed")?.deliveryId,
      });
      await endDeployment(production);
    }
    expect(await deployedShas(production)).toEqual([b, a, b]);
  });

  it("that rewrite history are deployed", async () => {
    await acme.deliver(hook, acme.push("main"));
    await endDeployment(production);
    const { site } = acme.at;
    const before = head();
    site.branches.set("main", site.commits.get(before)?.parents[0] ?? "");
    const after = commitTo(site, "main", { message: "Another way", files: { "site.css": "b" } });
    const event = { kind: "push", ref: "refs/heads/main", before, after, files: ["site.css"] } as const;
    expect(await acme.deliver(hook, event)).toMatchObject({ decision: "deployed", sha: after });
  });
});

describe("pushes that arrive in another order", () => {
  it("end at the newest commit: an older one that comes late is part of it", async () => {
    const first = acme.push("main");
    const second = acme.push("main");
    expect((await acme.deliver(hook, second)).decision).toBe("deployed");
    expect(await acme.deliver(hook, first)).toMatchObject({
      decision: "coalesced",
      reasonCode: "rule_head_superseded",
    });
    expect(await deployedShas(production)).toEqual([second.after]);
  });

  it("deploy the newest commit at once, and its own event is part of that", async () => {
    const first = acme.push("main");
    const second = acme.push("main");
    const early = await acme.deliver(hook, first);
    expect(early.decision).toBe("deployed");
    expect(await acme.deliver(hook, second)).toMatchObject({
      decision: "coalesced",
      reasonCode: "delivery_told_before",
      reasonParams: { deliveryId: early.deliveryId },
    });
    expect(await deployedShas(production)).toEqual([second.after]);
  });

  it("do not lose a change whose successor is marked to be skipped", async () => {
    const first = acme.push("main");
    const second = acme.push("main", "Style [skip ci]");
    expect((await acme.deliver(hook, second)).reasonCode).toBe("rule_skip_marker");
    expect((await acme.deliver(hook, first)).decision).toBe("deployed");
    expect(await deployedShas(production)).toEqual([second.after]);
  });

  it("deploy nothing of a branch that is gone by now", async () => {
    const { site } = acme.at;
    const event = acme.push("main");
    site.branches.delete("main");
    expect((await acme.deliver(hook, event)).reasonCode).toBe("rule_head_gone");
    site.branches.set("main", event.after ?? "");
  });
});

it("a push that is decided while its successor is deployed does not bring back the older commit", async () => {
  const { host } = acme.at;
  const first = acme.push("main");
  let second: ReturnType<typeof acme.push> | null = null;
  reachInMemory(async (request) => {
    const answer = await host.respond(request);
    if (second || !request.url.includes("/branches/main")) return answer;
    // The worker of the first push has the answer, and is slow from here on.
    const next = acme.push("main");
    second = next;
    expect((await acme.deliver(hook, next)).decision).toBe("deployed");
    return answer;
  });
  const late = await acme.deliver(hook, first);
  expect(second).not.toBeNull();
  expect(late).toMatchObject({ decision: "coalesced", reasonCode: "rule_head_superseded" });
  expect(await deployedShas(production)).toEqual([head()]);
  reachHosts({ [hostName("gitea")]: host });
});

describe("at the same instant", () => {
  it("an App's hook, a repository's hook and one of another provider give one deployment", async () => {
    const second = await acme.hook(await acme.connect());
    const hooks = [hook, { ...hook, webhookId: "app" }, second];
    for (let round = 0; round < 4; round++) {
      const event = acme.push("main");
      const taken = await Promise.all(
        hooks.map((one) => {
          const [outgoing] = acme.sent({ ...one, url: one.webhookId === "app" ? hook.url : one.url }, event);
          if (!outgoing) throw new Error("nothing was sent");
          return acme.takeIn(one, outgoing);
        }),
      );
      // Each twice, as when a worker seems dead and another one takes over.
      await Promise.all([...taken, ...taken].map((one) => processDelivery(one)));
      const rows = await Promise.all(taken.map((one) => acme.worked({ ...one, isNew: false })));
      expect(rows.map(({ decision }) => decision).toSorted()).toEqual(["coalesced", "coalesced", "deployed"]);
      expect((await deployedShas(production)).filter((sha) => sha === event.after)).toHaveLength(1);
    }
  });

  it("a failed deployment is not begun again by a hook that is late", async () => {
    const second = await acme.hook(await acme.connect());
    const event = acme.push("main");
    await acme.deliver(hook, event);
    await endDeployment(production, "failed");
    expect((await acme.deliver(second, event)).decision).toBe("coalesced");
    expect(await deployedShas(production)).toHaveLength(1);
  });
});
