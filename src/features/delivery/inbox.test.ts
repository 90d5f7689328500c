import { testDatabase } from "@test/kit/database";
import { type DeliveringOrganization, organizationAt, type TestHook } from "@test/kit/delivering-host";
import { testMember, testOrganization } from "@test/kit/member";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { body } from "@/features/delivery/body";
import { AllDeliveries, DryRun, RulesPreview } from "@/features/delivery/contract";
import { deliveries } from "@/features/delivery/deliveries";
import { delivery } from "@/features/delivery/delivery";
import { dryRun } from "@/features/delivery/dry-run";
import { replayMany } from "@/features/delivery/replay";
import { rulesPreview } from "@/features/delivery/rules-preview";
import type { Fault } from "@/lib/fault";
import { closeQueue } from "@/queue/queue";

testDatabase();
afterAll(() => closeQueue());

let acme: DeliveringOrganization;
let caller: Caller;
let gitProviderId = "";
let hook: TestHook;
let applicationId = "";
let environments: string[] = [];

beforeAll(async () => {
  acme = await organizationAt("github");
  ({ caller } = acme);
  gitProviderId = await acme.connect();
  hook = await acme.hook(gitProviderId);
  ({ applicationId, environmentIds: environments } = await acme.application(gitProviderId, [
    { name: "production", branch: "main", trigger: "push" },
    { name: "docs", branch: "main", trigger: "push", watchPaths: ["docs"] },
    { name: "releases", branch: "main", trigger: "tag", tagPattern: "v*" },
  ]));
});

const list = (given: object = {}, by = caller) => deliveries(by, AllDeliveries.parse(given));
const idsOf = async (given: object = {}) => (await list(given)).items.map(({ deliveryId }) => deliveryId);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (fault: Fault) => fault.code,
  );

describe("the list of deliveries", () => {
  let pushed = "";
  let tagged = "";
  let other = "";

  beforeAll(async () => {
    const event = acme.push("main");
    pushed = (await acme.deliver(hook, event)).deliveryId;
    tagged = (await acme.deliver(hook, acme.tag("v3.0.0", event.after ?? ""))).deliveryId;
    other = (await acme.deliver(hook, acme.push("next"))).deliveryId;
  });

  it("shows the newest first, with what came of each", async () => {
    const { items } = await list();
    expect(items.map(({ deliveryId }) => deliveryId)).toEqual([other, tagged, pushed]);
    expect(items[2]).toMatchObject({
      event: "push",
      repository: "acme/site",
      ref: "main",
      decision: "deployed",
      reason: null,
      providerType: "github",
      verdict: "verified",
      source: "hook",
      replayOf: null,
    });
    const [production] = items[2]?.environments ?? [];
    expect(production).toMatchObject({ environment: "production", decision: "deployed", applicationId });
    expect(items[0]?.reason?.message).toBe("next does not fit main.");
    expect(JSON.stringify(items)).not.toContain('"trace"');
  });

  it.each<[string, () => object, () => string[]]>([
    ["decision", () => ({ decision: "ignored" }), () => [other]],
    ["event", () => ({ event: "tag" }), () => [tagged]],
    ["provider", () => ({ gitProviderId }), () => [other, tagged, pushed]],
    ["a provider that is not there", () => ({ gitProviderId: "none" }), () => []],
    ["application", () => ({ applicationId }), () => [other, tagged, pushed]],
    ["environment", () => ({ environmentId: environments[2] }), () => [other, tagged, pushed]],
    ["an application that is not there", () => ({ applicationId: "none" }), () => []],
    ["repository", () => ({ repository: "Acme/Site" }), () => [other, tagged, pushed]],
    ["part of a ref", () => ({ search: "3.0" }), () => [tagged]],
    ["a delivery's id", () => ({ search: pushed }), () => [pushed]],
    ["signs that would be a pattern", () => ({ search: "%" }), () => []],
    ["waiting ones", () => ({ decision: "pending" }), () => []],
  ])("is filtered by %s", async (_what, filter, expected) => {
    expect(await idsOf(filter())).toEqual(expected());
  });

  it("goes on after a page, and refuses a cursor of another list", async () => {
    const first = await list({ limit: 2 });
    expect(first.items.map(({ deliveryId }) => deliveryId)).toEqual([other, tagged]);
    const second = await list({ limit: 2, cursor: first.nextCursor });
    expect(second).toMatchObject({ items: [{ deliveryId: pushed }], nextCursor: null });
    expect(await codeOf(list({ limit: 2, cursor: first.nextCursor, event: "push" }))).toBe("invalid_input");
  });

  it("is read through an index, however many deliveries there are", async () => {
    const plan = await db().$queryRaw<{ "QUERY PLAN": string }[]>`
      EXPLAIN SELECT 1 FROM "webhook_delivery" WHERE "organizationId" = 'o' AND "gitProviderId" IN ('a', 'b')
      ORDER BY "receivedAt" DESC, "deliveryId" DESC LIMIT 31`;
    const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
    expect(text).toMatch(/Index Scan|Bitmap Index Scan/);
  });

  it("is of the caller's organization, and of providers that the caller may see", async () => {
    const { caller: member } = await testMember(caller.organizationId, "developer");
    expect((await list({}, member)).items).toHaveLength(3);
    await db().gitProvider.update({
      where: { gitProviderId },
      data: { visibility: "members", userId: null },
    });
    expect((await list({}, member)).items).toEqual([]);
    expect((await list({ applicationId }, member)).items).toEqual([]);
    for (const verb of [delivery, body])
      expect(await codeOf(verb(member, { deliveryId: pushed }))).toBe("not_found");
    await db().gitProvider.update({ where: { gitProviderId }, data: { visibility: "everyone" } });
    const { caller: foreign } = await testMember(await testOrganization(), "owner");
    expect((await list({}, foreign)).items).toEqual([]);
    expect(await codeOf(delivery(foreign, { deliveryId: pushed }))).toBe("not_found");
    const refused = await replayMany(foreign, { deliveryIds: [pushed] });
    expect(refused.items).toMatchObject([
      { deliveryId: pushed, replay: null, reason: { code: "not_found" } },
    ]);
  });

  it("leads to each rule that was looked at, of all environments in one list", async () => {
    const shown = await delivery(caller, { deliveryId: other });
    expect(
      shown.trace?.map(({ environment, rule, outcome }) => `${environment} ${rule} ${outcome}`),
    ).toContain("production ref stop");
    expect(shown.trace?.every(({ detail }) => /[.:]/.test(detail))).toBe(true);
  });

  it("replays many in the order in which they came", async () => {
    const { items } = await replayMany(caller, { deliveryIds: [other, "none", pushed, pushed] });
    expect(items.map(({ deliveryId, replay }) => [deliveryId, replay?.decision ?? null])).toEqual([
      [pushed, "pending"],
      [other, "pending"],
      ["none", null],
    ]);
  });
});

describe("the body of a delivery", () => {
  it("is as it was sent, without any secret", async () => {
    const [outgoing] = acme.sent(hook, acme.push("main"));
    if (!outgoing) throw new Error("nothing was sent");
    const sent = JSON.parse(outgoing.body);
    const { deliveryId } = await acme.takeIn(hook, outgoing);
    const plain = await body(caller, { deliveryId });
    expect(JSON.parse(plain.body)).toEqual(sent);
    expect(plain.headers["x-github-event"]).toBe("push");
    const { secrets } = acme.at.host.connection("bot-7f3c9a51e0d24b6688aa10c2");
    const leaking = {
      ...sent,
      hook: { config: { secret: "hunter2hunter2", insecure_ssl: "0" } },
      note: `the token is ${Object.values(secrets).find(Boolean)}`,
      link: "https://ada:pass-word@example.com/x",
      long: "token".repeat(100_000),
    };
    await db().webhookDelivery.updateMany({
      where: { deliveryId },
      data: { body: Buffer.from(JSON.stringify(leaking)) },
    });
    const shown = JSON.parse((await body(caller, { deliveryId })).body);
    expect(shown).toEqual({
      ...sent,
      hook: { config: { secret: "***", insecure_ssl: "0" } },
      note: "the token is ***",
      link: "https://***@example.com/x",
      long: leaking.long,
    });
  });
});

describe("a dry run", () => {
  const run = (given: object) => dryRun(caller, DryRun.parse({ applicationId, ...given }));
  const inShort = async (given: object) =>
    Object.fromEntries(
      (await run(given)).items.map((one) => [
        one.environment,
        `${one.decision} ${one.reason?.code ?? ""}`.trim(),
      ]),
    );

  it("tells for each environment what its branch would do now, and changes nothing", async () => {
    const before = await db().deployment.count();
    const event = acme.push("main", "Explain", { "docs/a.md": "1" });
    const { items } = await run({});
    expect(items.map(({ environment, decision, sha }) => [environment, decision, sha])).toEqual([
      ["production", "deploy", event.after],
      ["docs", "deploy", event.after],
      ["releases", "ignored", null],
    ]);
    expect(items[0]?.trace.map(({ rule }) => rule)).toContain("current");
    expect(await db().deployment.count()).toBe(before);
  });

  it("of a tag, of a commit and of a branch that nobody follows", async () => {
    const sha = acme.at.site.branches.get("main") ?? "";
    acme.tag("v4.0.0", sha);
    expect(await inShort({ ref: "v4.0.0" })).toEqual({
      production: "ignored rule_trigger_other",
      docs: "ignored rule_trigger_other",
      releases: "deploy",
    });
    const before = acme.at.site.commits.get(sha)?.parents[0] ?? "";
    expect(await inShort({ ref: "main", commit: before })).toMatchObject({
      docs: "ignored rule_paths_other",
    });
    acme.push("next");
    expect(await inShort({ ref: "next" })).toMatchObject({ production: "ignored rule_ref_other" });
    expect(await codeOf(run({ ref: "never-was" }))).toBe("not_found");
  });

  it("of a request, for the previews of the application", async () => {
    const request = acme.openRequest("topic");
    const number = { pullRequest: request.number };
    expect(await inShort(number)).toEqual({ [`#${request.number}`]: "ignored rule_previews_off" });
    await db().application.updateMany({ where: { applicationId }, data: { previews: { limit: 1 } } });
    expect((await run(number)).items).toMatchObject([
      { decision: "deploy", sha: request.head.sha, environmentId: null },
    ]);
    expect(await db().environment.count({ where: { kind: "preview" } })).toBe(0);
  });

  it("of a provider that is switched off says so, and asks its host nothing", async () => {
    const { gitProviderId } = await db().application.findUniqueOrThrow({ where: { applicationId } });
    const where = { gitProviderId };
    await db().gitProvider.update({ where, data: { status: "inactive" } });
    try {
      const off = "ignored rule_provider_inactive";
      expect(await inShort({ ref: "never-was" })).toEqual({ production: off, docs: off, releases: off });
      expect(await inShort({ pullRequest: 4711 })).toEqual({ "#4711": off });
    } finally {
      await db().gitProvider.update({ where, data: { status: "active" } });
    }
  });

  it("is of the caller's applications only", async () => {
    const { caller: foreign } = await testMember(await testOrganization(), "owner");
    expect(await codeOf(dryRun(foreign, DryRun.parse({ applicationId })))).toBe("not_found");
    const preview = RulesPreview.parse({ environmentId: environments[0] });
    expect(await codeOf(rulesPreview(foreign, preview))).toBe("not_found");
  });
});

it("rules that are not saved yet are tried on the newest commits of a branch", async () => {
  acme.push("main", "Explain it", { "docs/b.md": "2" });
  acme.push("main", "Style [skip ci]", { "docs/b.md": "2" });
  acme.push("main", "Change the page", { "docs/b.md": "2" });
  const [environmentId] = environments;
  const tried = async (given: object) => {
    const { items } = await rulesPreview(caller, RulesPreview.parse({ environmentId, limit: 3, ...given }));
    return items.map(({ subject, decision, reason }) => [subject, decision, reason?.code ?? ""]);
  };
  expect(await tried({})).toEqual([
    ["Change the page", "deploy", ""],
    ["Style [skip ci]", "ignored", "rule_skip_marker"],
    ["Explain it", "deploy", ""],
  ]);
  expect(await tried({ watchPaths: ["docs"], skipMarkers: false })).toEqual([
    ["Change the page", "ignored", "rule_paths_other"],
    ["Style [skip ci]", "ignored", "rule_paths_other"],
    ["Explain it", "deploy", ""],
  ]);
});
