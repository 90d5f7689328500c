import { testDatabase } from "@test/kit/database";
import {
  type DeliveringOrganization,
  deployedShas,
  hostName,
  organizationAt,
  type TestHook,
} from "@test/kit/delivering-host";
import { call, reachInMemory } from "@test/kit/provider-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { processDelivery } from "@/features/delivery/process/process-delivery";
import { storedDecisions } from "@/features/delivery/process/stored";
import { deliveryJob } from "@/features/delivery/receive/job";
import { replay } from "@/features/delivery/replay";
import type { GitProvider } from "@/features/git-provider/contract";
import { BOT_TOKEN } from "@/providers/simulator/seed";
import { closeQueue } from "@/queue/queue";

testDatabase();
afterAll(() => closeQueue());

let acme: DeliveringOrganization;
let gitProviderId = "";
let hook: TestHook;
let production = "";
/** What the host answers in place of its own answers. */
let instead: ((request: Request) => Response | null) | null = null;
let asked = 0;

beforeAll(async () => {
  acme = await organizationAt("gitea");
  gitProviderId = await acme.connect();
  hook = await acme.hook(gitProviderId);
  reachInMemory(async (request) => {
    asked++;
    return instead?.(request) ?? acme.at.host.respond(request);
  });
});

beforeEach(async () => {
  instead = null;
  await db().application.deleteMany();
  await db().gitProvider.updateMany({ data: { status: "active" } });
  ({
    environmentIds: [production = ""],
  } = await acme.application(gitProviderId));
});

const change = (data: object) => db().environment.update({ where: { environmentId: production }, data });
const rowOf = (deliveryId: string) => db().webhookDelivery.findFirstOrThrow({ where: { deliveryId } });

async function replayed(deliveryId: string) {
  const made = await replay(acme.caller, { deliveryId });
  expect(made).toMatchObject({ decision: "pending", source: "replay", replayOf: deliveryId });
  await processDelivery({ deliveryId: made.deliveryId, receivedAt: new Date(made.receivedAt) });
  return rowOf(made.deliveryId);
}

describe("a push that leads to nothing is kept with the reason and every rule before it", () => {
  const push = (message?: string) => acme.push("main", message);
  it.each<[string, () => Promise<unknown>, () => ReturnType<typeof push>, string]>([
    [
      "of an environment that is deployed by hand",
      () => change({ trigger: "manual" }),
      push,
      "rule_trigger_manual",
    ],
    ["of an environment that follows tags", () => change({ trigger: "tag" }), push, "rule_trigger_other"],
    ["of another branch", () => change({ branch: "next" }), push, "rule_ref_other"],
    ["of a frozen environment", () => change({ frozenReason: "Holidays" }), push, "rule_frozen"],
    ["with a marker", async () => undefined, () => push("Style [skip ci]"), "rule_skip_marker"],
    ["of other files", () => change({ watchPaths: ["docs"] }), push, "rule_paths_other"],
    [
      "of a branch that was deleted",
      async () => undefined,
      () => ({ ...push(), after: null }),
      "rule_ref_deleted",
    ],
    [
      "through a provider that is off",
      () => db().gitProvider.updateMany({ data: { status: "inactive" } }),
      push,
      "rule_provider_inactive",
    ],
  ])("%s", async (_what, prepare, event, code) => {
    await prepare();
    const row = await acme.deliver(hook, event());
    expect(row).toMatchObject({ decision: "ignored", reasonCode: code });
    const [decision] = storedDecisions(row);
    expect(decision?.trace.at(-1)).toMatchObject({ outcome: "stop", detail: { code } });
    expect(decision?.trace.slice(0, -1).every(({ outcome }) => outcome !== "stop")).toBe(true);
    expect(await deployedShas(production)).toEqual([]);
  });

  it("of a repository that no application uses, without a question to the host", async () => {
    await db().application.deleteMany();
    asked = 0;
    const row = await acme.deliver(hook, acme.push("main"));
    expect(row).toMatchObject({ decision: "ignored", reasonCode: "delivery_no_application", event: "push" });
    expect(row.repositoryFullName).toBe("acme/site");
    expect(asked).toBe(0);
  });

  it("of a repository with the same id on another host", async () => {
    const { authMethod, settings, secrets } = acme.at.host.connection(BOT_TOKEN);
    const fields = { ...settings, ...secrets, giteaUrl: "https://other.example.com" };
    const other = await call<GitProvider>(acme.caller, "gitea.create", {
      name: "Other",
      authMethod,
      ...fields,
    });
    await db().application.updateMany({ data: { gitProviderId: other.gitProviderId } });
    const row = await acme.deliver(hook, acme.push("main"));
    expect(row.reasonCode).toBe("delivery_no_application");
  });
});

describe("a replay", () => {
  it("deploys what was ignored, once what stood in the way is gone", async () => {
    await change({ frozenReason: "Holidays" });
    const event = acme.push("main");
    const row = await acme.deliver(hook, event);
    await change({ frozenReason: null });
    const again = await replayed(row.deliveryId);
    expect(again).toMatchObject({ decision: "deployed", replayOfId: row.deliveryId, source: "replay" });
    expect(await deployedShas(production)).toEqual([event.after]);
    expect((await rowOf(row.deliveryId)).decision).toBe("ignored");
  });

  it("of what is deployed says so and deploys nothing, also when two are asked for at once", async () => {
    const row = await acme.deliver(hook, acme.push("main"));
    expect(await replayed(row.deliveryId)).toMatchObject({
      decision: "ignored",
      reasonCode: "rule_current_same",
    });
    await db().deployment.updateMany({ data: { status: "failed" } });
    const both = await Promise.all([replayed(row.deliveryId), replayed(row.deliveryId)]);
    expect(both.filter(({ decision }) => decision === "deployed")).toHaveLength(1);
    expect(await deployedShas(production)).toHaveLength(2);
  });
});

describe("a host that does not answer", () => {
  const down = () => new Response("down", { status: 503 });

  it("has the delivery wait with its reason, and it is decided when the host answers again", async () => {
    const [outgoing] = acme.sent(hook, acme.push("main"));
    if (!outgoing) throw new Error("nothing was sent");
    const taken = await acme.takeIn(hook, outgoing);
    instead = down;
    await expect(processDelivery(taken)).rejects.toMatchObject({ code: "unavailable" });
    expect(await rowOf(taken.deliveryId)).toMatchObject({
      decision: null,
      reasonCode: "delivery_waiting",
      tries: 1,
    });
    instead = null;
    await processDelivery(taken);
    expect(await rowOf(taken.deliveryId)).toMatchObject({ decision: "deployed", reasonCode: null, tries: 2 });
  });

  it("ends the delivery after the last try, which can be replayed and is taken in again", async () => {
    const [outgoing] = acme.sent(hook, acme.push("main"));
    if (!outgoing) throw new Error("nothing was sent");
    const taken = await acme.takeIn(hook, outgoing);
    await db().webhookDelivery.updateMany({
      where: { deliveryId: taken.deliveryId },
      data: { tries: deliveryJob.retries },
    });
    instead = down;
    await processDelivery(taken);
    const failed = await rowOf(taken.deliveryId);
    expect(failed).toMatchObject({ decision: "failed", event: "push", ref: "main" });
    expect(failed.reasonCode).toBe("host_error");
    instead = null;
    const sentAgain = await acme.takeIn(hook, outgoing);
    expect(sentAgain.isNew).toBe(true);
    await processDelivery(sentAgain);
    expect((await rowOf(sentAgain.deliveryId)).decision).toBe("deployed");
    expect((await replayed(taken.deliveryId)).reasonCode).toBe("rule_current_same");
  });

  it("does not hold up a delivery that a refused credential has ended", async () => {
    instead = () => new Response("no", { status: 401 });
    const row = await acme.deliver(hook, acme.push("main"));
    expect(row).toMatchObject({ decision: "failed", reasonCode: "token_rejected" });
    await call(acme.caller, "gitProvider.setStatus", { gitProviderId, status: "active" });
    instead = null;
    await db().gitProvider.updateMany({ data: { rejectionCount: 0 } });
    expect((await replayed(row.deliveryId)).decision).toBe("deployed");
  });
});

describe("what hosts tell of reports on a commit", () => {
  const told = async (context: string, sha: string) => {
    const [outgoing = { url: "", headers: {}, body: "" }] = acme.sent(hook, acme.push("main"));
    const body = Buffer.from(
      JSON.stringify({ sha, context, repository: { id: 101, full_name: "acme/site" } }),
    );
    const headers = { "x-gitea-event": "status" };
    const given = { headers, body, hostDeliveryId: crypto.randomUUID() };
    asked = 0;
    const row = await acme.worked(await acme.takeIn(hook, outgoing, given));
    expect(asked).toBe(0);
    return row;
  };

  it("is left alone where Slipway reported it, before anything is asked of the host", async () => {
    const row = await told("slipway/production", "a".repeat(40));
    expect(row).toMatchObject({ decision: "ignored", reasonCode: "delivery_own_event", event: "status" });
  });

  it("has deployments that wait for checks look again", async () => {
    await change({ waitForChecks: true });
    const { sha } = await acme.deliver(hook, acme.push("main"));
    const waiting = () => db().deployment.findFirstOrThrow({ where: { environmentId: production } });
    await db().deployment.updateMany({ data: { checksDueAt: new Date(Date.now() + 3_600_000) } });
    expect((await told("ci/build", sha ?? "")).reasonCode).toBe("hook_event_unused");
    expect((await waiting()).checksDueAt?.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
  });
});

describe("what events tell of a repository", () => {
  it("is a new name: the application follows once the host confirms it", async () => {
    const { site } = acme.at;
    site.name = "www";
    const event = acme.push("main");
    const row = await acme.deliver(hook, event);
    expect(row).toMatchObject({ decision: "deployed", repositoryFullName: "acme/www" });
    expect(await db().application.findFirstOrThrow()).toMatchObject({
      repositoryFullName: "acme/www",
      repositoryUrl: expect.stringContaining(`${hostName("gitea")}/sub/acme/www`),
    });
    site.name = "site";
  });

  it("is not believed where the host says otherwise", async () => {
    const { site } = acme.at;
    site.name = "evil";
    const [outgoing] = acme.sent(hook, acme.push("main"));
    site.name = "site";
    if (!outgoing) throw new Error("nothing was sent");
    await acme.worked(await acme.takeIn(hook, outgoing));
    expect((await db().application.findFirstOrThrow()).repositoryFullName).toBe("acme/site");
  });
});

it("what was found by looking at a host is decided like what it delivers", async () => {
  const event = acme.push("main");
  const { organizationId } = acme.caller;
  const item = {
    kind: "push",
    repository: { id: acme.repositoryId, fullName: "acme/site" },
    ref: "main",
    refKind: "branch",
    before: event.before,
    after: event.after,
    commit: event.after,
    created: false,
    deleted: false,
    forced: null,
    paths: null,
    messages: [],
    truncated: true,
  };
  const body = Buffer.from(JSON.stringify([item]));
  const [outgoing = { url: "", headers: {}, body: "" }] = acme.sent(hook, event);
  const given = {
    source: "poll",
    headers: {},
    body,
    hostDeliveryId: `main ${event.after}`,
    organizationId,
  } as const;
  const found = await acme.worked(await acme.takeIn(hook, outgoing, given));
  const forged = { ...given, source: "replay", hostDeliveryId: "replay of a hook without headers" } as const;
  const replayed = await acme.worked(await acme.takeIn(hook, outgoing, forged));
  expect(replayed.decision).toBe("ignored");
  expect(found).toMatchObject({ decision: "deployed", source: "poll" });
  expect((await acme.worked(await acme.takeIn(hook, outgoing))).decision).toBe("coalesced");
});
