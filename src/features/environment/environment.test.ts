import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  callerOf,
  seedApplication,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { one } from "@/features/application/one";
import { all } from "@/features/environment/all";
import { CreateEnvironment, type Environment, UpdateEnvironment } from "@/features/environment/contract";
import { create } from "@/features/environment/create";
import { remove } from "@/features/environment/remove";
import { update } from "@/features/environment/update";
import type { Fault } from "@/lib/fault";
import { closeQueue } from "@/queue/queue";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });
let bench: Bench;
let application: TestApplication;
let caller: Caller;

beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  await closeQueue();
  await bench.stop();
});
beforeEach(async () => {
  application = await seedApplication(bench, {
    commits: [{ message: "one", files: { "index.html": "hello" } }],
  });
  caller = callerOf(application);
});

const make = (name: string, more: object = {}) =>
  create(
    caller,
    CreateEnvironment.parse({ applicationId: application.applicationId, name, branch: "main", ...more }),
  );

const change = (environment: Pick<Environment, "environmentId">, more: object) =>
  update(caller, UpdateEnvironment.parse({ environmentId: environment.environmentId, ...more }));

async function reasonOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (fault: Fault) => fault.reason.code,
  );
}

function problems(fields: object): string[] {
  const parsed = UpdateEnvironment.safeParse({ environmentId: "e", ...fields });
  return parsed.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
}

describe("the rules of an environment", () => {
  it("are the usual ones unless given", async () => {
    expect(await make("staging")).toMatchObject({
      branchPatterns: [],
      tagPattern: null,
      watchPaths: [],
      skipMarkers: true,
      frozen: null,
      waitForChecks: false,
      checksTimeoutMinutes: 60,
      schedule: null,
      scheduleDueAt: null,
      promotesFrom: null,
    });
  });

  it("are kept as given, changed one by one, and unchanged by sending back what was read", async () => {
    const rules = {
      branchPatterns: ["release/*", "!release/old-*"],
      trigger: "push",
      tagPattern: "v*, !v*-rc",
      watchPaths: ["apps/web/**"],
      skipMarkers: false,
      waitForChecks: true,
      checksTimeoutMinutes: 15,
      schedule: "30 4 * * *",
    };
    const made = await make("staging", { ...rules, frozen: { reason: "Release day" } });
    expect(made).toMatchObject({ ...rules, frozen: { reason: "Release day", by: "Robin Example" } });
    expect(made.scheduleDueAt).toMatch(/T04:30:00\.000Z$/);
    expect(await change(made, made)).toEqual(made);
    expect(await change(made, { watchPaths: [] })).toEqual({ ...made, watchPaths: [] });
  });

  it("end with null or blank text where they may be missing", async () => {
    const production = { environmentId: application.environmentId };
    const more = { schedule: "@daily", promotesFrom: production.environmentId, frozen: { reason: "Why" } };
    const made = await make("staging", { ...more, tagPattern: "v*" });
    const cleared = { schedule: null, scheduleDueAt: null, promotesFrom: null, frozen: null };
    expect(await change(made, { schedule: null, promotesFrom: null, frozen: null })).toMatchObject(cleared);
    const blank = await change(made, { schedule: "", promotesFrom: "", tagPattern: "" });
    expect(blank).toMatchObject({ schedule: null, promotesFrom: null, tagPattern: null });
  });

  it.each([
    [{ branchPatterns: ["refs/heads/main"] }, "branchPatterns.0: Leave out refs/heads/ and refs/tags/."],
    [{ tagPattern: "v*,v[0-9" }, "tagPattern: A bracket is not closed."],
    [{ watchPaths: ["docs", "../other"] }, /^watchPaths\.1: Paths begin at the repository/],
    [{ frozen: { reason: " " } }, "frozen.reason: Say why."],
    [{ checksTimeoutMinutes: 0 }, /^checksTimeoutMinutes: /],
  ])("%j is refused in words", (fields, problem) => {
    expect(problems(fields)).toEqual([expect.stringMatching(problem)]);
  });

  it("an unusable schedule is told at its field", async () => {
    const refused = make("staging", { schedule: "soon" });
    await expect(refused).rejects.toMatchObject({
      code: "invalid_input",
      reason: { code: "schedule_unreadable" },
      issues: [{ path: "schedule" }],
    });
  });

  it("no environment may be called as the preview of a request", () => {
    const { applicationId } = application;
    expect(CreateEnvironment.safeParse({ applicationId, name: "pr-7", branch: "main" }).success).toBe(false);
  });
});

describe("an environment that promotes from another", () => {
  it("takes one of the same application, and never in a circle", async () => {
    const { environmentId: production } = application;
    const staging = await make("staging");
    const last = await make("last", { promotesFrom: production });
    expect(last.promotesFrom).toBe(production);
    await change({ environmentId: production }, { promotesFrom: staging.environmentId });
    const circle = change(staging, { promotesFrom: last.environmentId });
    expect(await reasonOf(circle)).toBe("promotes_from_circle");
    const own = change(staging, { promotesFrom: staging.environmentId });
    expect(await reasonOf(own)).toBe("promotes_from_circle");
    const other = await seedApplication(bench, { commits: [{ message: "one", files: { "a.html": "a" } }] });
    const foreign = change(staging, { promotesFrom: other.environmentId });
    expect(await reasonOf(foreign)).toBe("promotes_from_missing");
  });

  it("does not close a circle when two changes come at the same time", async () => {
    const [one, two] = [await make("one"), await make("two")];
    const ends = await Promise.all([
      reasonOf(change(one, { promotesFrom: two.environmentId })),
      reasonOf(change(two, { promotesFrom: one.environmentId })),
    ]);
    expect(ends.toSorted()).toEqual(["none", "promotes_from_circle"]);
  });

  it("promotes from none once the other one is removed", async () => {
    const staging = await make("staging");
    const last = await make("last", { promotesFrom: staging.environmentId });
    await remove(caller, { environmentId: staging.environmentId });
    expect(await change(last, {})).toMatchObject({ promotesFrom: null });
  });
});

it("previews are not among the environments of an application", async () => {
  const { applicationId, organizationId, site } = application;
  const preview = { name: "pr-7", kind: "preview", branch: "topic", site: `${site}--pr-7` };
  await db().environment.create({ data: { applicationId, organizationId, ...preview } });
  const names = (await all(caller, { applicationId })).items.map(({ name }) => name);
  expect(names).toEqual(["production"]);
  const { environments } = await one(caller, { applicationId });
  expect(environments.map(({ name }) => name)).toEqual(["production"]);
});
