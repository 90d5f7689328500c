import { existsSync } from "node:fs";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import { type Bench, password, startBench } from "@test/kit/deployment";
import { testKey, testMember, testOrganization } from "@test/kit/member";
import { publishedText } from "@test/kit/site";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Caller } from "@/access/caller";
import { db, pool } from "@/db/client";
import { all } from "@/features/application/all";
import { CreateApplication } from "@/features/application/contract";
import { create } from "@/features/application/create";
import { deploy } from "@/features/application/deploy";
import { one } from "@/features/application/one";
import { remove } from "@/features/application/remove";
import { update } from "@/features/application/update";
import { one as oneDeployment } from "@/features/deployment/one";
import { retry } from "@/features/deployment/retry";
import { rollback } from "@/features/deployment/rollback";
import { runNext } from "@/features/deployment/run/execute";
import { all as allEnvironments } from "@/features/environment/all";
import { create as createEnvironment } from "@/features/environment/create";
import { remove as removeEnvironment } from "@/features/environment/remove";
import { update as updateEnvironment } from "@/features/environment/update";
import { create as createProvider } from "@/features/git-provider/create";
import { setStatus } from "@/features/git-provider/set-status";
import { environmentFolder, mirrorFolder } from "@/features/site/folder";
import { servedSite } from "@/features/site/served";
import { seedRepository } from "@/git/seed-repository";
import { env, setEnv } from "@/lib/env";
import type { Fault } from "@/lib/fault";
import { slugOf } from "@/lib/slug";
import { uniqueName } from "@/lib/unique-name";
import { registry } from "@/providers/registry";
import { closeQueue } from "@/queue/queue";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });
let bench: Bench;
let caller: Caller;
let url: string;
let gitProviderId: string;
const idle = new AbortController().signal;

beforeAll(async () => {
  bench = await startBench();
  url = `${bench.url}/team/site.git`;
  const files = { "index.html": "hello" };
  const commits = [
    { message: "one", files },
    { message: "two", files: { "index.html": "two" }, branch: "next", from: 0 },
    { message: "three", files, branch: "feat/login", from: 0 },
  ];
  await seedRepository(path.join(bench.root, "team", "site.git"), { commits });
});
afterAll(async () => {
  await closeQueue();
  await bench.stop();
});
beforeEach(async () => {
  caller = (await testMember(await testOrganization(), "owner")).caller;
  const { git } = registry;
  if (!git) throw new Error("no plain git");
  const fields = { gitUrl: bench.url, username: "robin", password };
  gitProviderId = (await createProvider(caller, git, { name: "Bench", ...fields })).gitProviderId;
});

const make = (input: Record<string, unknown>) =>
  create(caller, CreateApplication.parse({ repository: url, ...input }));

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  return work.then(
    () => expect.unreachable("it did not fail"),
    (error: Fault) => error,
  );
}

async function run(applicationId: string, environment = "production", ref?: string): Promise<string> {
  const { deploymentId } = await deploy(caller, { applicationId, environment, ref });
  await runNext(idle);
  return deploymentId;
}

describe("the slug of an application", () => {
  it.each([
    ["My App", "my-app"],
    ["Café Menü!", "cafe-menu"],
    ["--x--", "x"],
    ["日本語", "app"],
    ["a".repeat(40), "a".repeat(30)],
    ["A -- B", "a-b"],
  ])("made from %s is %s", (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  it("gets the next free number when it is taken, and stays short enough", () => {
    expect(uniqueName("my-app", new Set(["my-app", "my-app-2"]), { separator: "-", maxLength: 30 })).toBe(
      "my-app-3",
    );
    expect(uniqueName("a".repeat(30), new Set(["a".repeat(30)]), { separator: "-", maxLength: 30 })).toBe(
      `${"a".repeat(28)}-2`,
    );
  });
});

describe("creating an application", () => {
  it("finds the provider by the pasted URL, takes the repository's default branch, and makes an environment", async () => {
    const made = await make({ name: "My App" });
    expect(made).toMatchObject({
      gitProviderId,
      providerType: "git",
      repository: { fullName: url, url },
      buildPath: "/",
      buildCommand: null,
      environments: [{ name: "production", branch: "main", trigger: "manual", current: null, variables: [] }],
    });
    expect(made.url).toBe(made.environments[0]?.url);
    const other = await make({ name: "My app!" });
    expect(other.slug).not.toBe(made.slug);
    expect((await all(caller, { search: "y app!", limit: 30 })).items).toEqual([other]);
    expect(await one(caller, { applicationId: made.applicationId })).toEqual(made);
  });

  it("takes branch and folder from a pasted link", async () => {
    const made = await make({
      name: "pasted",
      repository: `${bench.url}/team/site/src/branch/next/docs/index.html`,
    });
    expect(made).toMatchObject({ buildPath: "docs", environments: [{ branch: "next" }] });
  });

  it.each([
    ["the provider of the URL", () => ({})],
    ["a provider that is named", () => ({ gitProviderId })],
    ["a dedicated token", () => ({ username: "x", accessToken: password })],
  ])("takes a branch with a slash from a pasted link, through %s", async (_, through) => {
    const repository = `${bench.url}/team/site/src/branch/feat/login/docs/index.html`;
    expect(await make({ name: "slashed", repository, ...through() })).toMatchObject({
      buildPath: "docs",
      environments: [{ branch: "feat/login" }],
    });
  });

  it.each([
    ["a provider", {}],
    ["a dedicated token", { username: "x", accessToken: password }],
  ])("through %s is refused for a branch that does not exist, and says so", async (_, through) => {
    const fault = await faultOf(make({ name: "typo", branch: "nxet", ...through }));
    expect(fault).toMatchObject({ code: "not_found", reason: { code: "ref_gone", params: { ref: "nxet" } } });
    expect((await all(caller, { limit: 30 })).items).toEqual([]);
    expect(await make({ name: "typo", branch: "next", ...through })).toMatchObject({
      environments: [{ branch: "next" }],
    });
  });

  it("accepts the branch of an empty repository, for its first push", async () => {
    await seedRepository(path.join(bench.root, "team", "new.git"), { commits: [] });
    const repository = `${bench.url}/team/new.git`;
    expect(await make({ name: "new", repository, branch: "live" })).toMatchObject({
      environments: [{ branch: "live" }],
    });
  });

  it("gives several of one name, created at once, different slugs", async () => {
    const callers = await Promise.all(
      [1, 2, 3, 4].map(async () => (await testMember(await testOrganization(), "owner")).caller),
    );
    const input = CreateApplication.parse({
      name: "Same Name",
      repository: url,
      username: "x",
      accessToken: password,
    });
    const made = await Promise.all(callers.map((each) => create(each, input)));
    expect(new Set(made.map((application) => application.slug)).size).toBe(4);
  });

  it("is listed page by page, and a cursor of one search is refused by another", async () => {
    for (const name of ["one", "two", "three"]) await make({ name });
    const first = await all(caller, { limit: 2 });
    expect(first.items.map((item) => item.name)).toEqual(["three", "two"]);
    const rest = await all(caller, { limit: 2, cursor: first.nextCursor });
    expect(rest).toMatchObject({ items: [{ name: "one" }], nextCursor: null });
    const other = all(caller, { limit: 2, cursor: first.nextCursor, search: "o" });
    expect(await faultOf(other)).toMatchObject({ code: "invalid_input", reason: { code: "cursor_invalid" } });
    expect((await all(caller, { limit: 9, search: "%" })).items).toEqual([]);
  });

  it.each([
    ["a name that is taken", { name: "taken" }, "conflict", "name_taken"],
    ["a slug that is taken", { name: "free", slug: "taken-slug" }, "conflict", "site_taken"],
    [
      "a build command on an instance that runs none",
      { name: "b", buildCommand: "make" },
      "invalid_input",
      "build_commands_off",
    ],
    ["a provider that is not there", { name: "p", gitProviderId: "nope" }, "not_found", "not_found"],
    [
      "a dedicated token without a URL",
      { name: "t", repository: "team/site", accessToken: "x" },
      "invalid_input",
      "dedicated_token_needs_url",
    ],
    [
      "a name only, where the host knows none",
      { name: "n", repository: "team/nothing" },
      "not_found",
      "git_repository_missing",
    ],
    [
      "a URL that no provider reaches",
      { name: "u", repository: "https://git.example.com/a/b" },
      "conflict",
      "provider_none_for_url",
    ],
  ])("is refused with %s", async (_, input, code, reason) => {
    const slug = `taken-slug`;
    await db().application.deleteMany({ where: { slug } });
    await db().freedSlug.deleteMany({ where: { slug } });
    await make({ name: "taken", slug });
    expect(await faultOf(make(input))).toMatchObject({ code, reason: { code: reason } });
  });

  it("with a dedicated token gets a provider that nobody else can use", async () => {
    const made = await make({ name: "own", accessToken: password });
    expect(made.gitProviderId).not.toBe(gitProviderId);
    const row = await db().gitProvider.findUnique({ where: { gitProviderId: made.gitProviderId } });
    expect(row).toMatchObject({
      visibility: "application",
      applicationId: made.applicationId,
      isDefault: false,
    });
    const other = make({ name: "thief", gitProviderId: made.gitProviderId });
    expect(await faultOf(other)).toMatchObject({ reason: { code: "provider_of_application" } });
    const deploymentId = await run(made.applicationId);
    expect(await oneDeployment(caller, { deploymentId })).toMatchObject({ status: "succeeded" });
    await remove(caller, { applicationId: made.applicationId });
    expect(await db().gitProvider.count({ where: { gitProviderId: made.gitProviderId } })).toBe(0);
  });

  it("with a wrong dedicated token is refused, and says why", async () => {
    expect(await faultOf(make({ name: "own", accessToken: "wrong-token" }))).toMatchObject({
      code: "credential_rejected",
    });
    expect(await db().gitProvider.count({ where: { organizationId: caller.organizationId } })).toBe(1);
  });

  it("cannot be seen, changed, deployed or removed from another organization", async () => {
    const { applicationId } = await make({ name: "mine" });
    const stranger = (await testMember(await testOrganization(), "owner")).caller;
    const tries = [
      one(stranger, { applicationId }),
      update(stranger, { applicationId, name: "theirs" }),
      remove(stranger, { applicationId }),
      deploy(stranger, { applicationId, environment: "production" }),
      createEnvironment(stranger, { applicationId, name: "evil", branch: "main" }),
      allEnvironments(stranger, { applicationId }),
    ];
    for (const fault of await Promise.all(tries.map(faultOf))) expect(fault.code).toBe("not_found");
  });
});

describe("the address of a removed application", () => {
  const elsewhere = async () => (await testMember(await testOrganization(), "owner")).caller;
  const input = (fields: object) =>
    CreateApplication.parse({ repository: url, accessToken: password, ...fields });

  it("stays reserved for its organization for 30 days, however it was freed", async () => {
    const other = await elsewhere();
    const { applicationId } = await make({ name: "First", slug: "kept-first" });
    const renamed = await make({ name: "Second", slug: "kept-second" });
    await remove(caller, { applicationId });
    await update(caller, { applicationId: renamed.applicationId, slug: "kept-third" });
    for (const slug of ["kept-first", "kept-second"]) {
      const taken = create(other, input({ name: slug, slug }));
      expect(await faultOf(taken)).toMatchObject({ code: "conflict", reason: { code: "site_taken" } });
    }
    const derived = await create(other, input({ name: "Kept first" }));
    expect(derived.slug).toBe("kept-first-2");
    const moved = update(other, { applicationId: derived.applicationId, slug: "kept-first" });
    expect(await faultOf(moved)).toMatchObject({ reason: { code: "site_taken" } });
    expect(await make({ name: "Again", slug: "kept-first" })).toMatchObject({ slug: "kept-first" });
    await db().freedSlug.updateMany({
      where: { slug: "kept-second" },
      data: { freedAt: new Date(Date.now() - 31 * 24 * 3600 * 1000) },
    });
    expect(await create(other, input({ name: "Late", slug: "kept-second" }))).toMatchObject({
      slug: "kept-second",
    });
  });

  it("can be taken by nobody when its organization was removed", async () => {
    const gone = await elsewhere();
    await create(gone, input({ name: "Gone", slug: "kept-gone" }));
    await db().organization.delete({ where: { organizationId: gone.organizationId } });
    const taken = make({ name: "Taker", slug: "kept-gone" });
    expect(await faultOf(taken)).toMatchObject({ reason: { code: "site_taken" } });
  });

  it.each(["www", "admin", "api", "app", "sign-in", "localhost"])("is never %s", async (slug) => {
    expect(CreateApplication.safeParse({ name: "x", repository: url, slug }).success).toBe(false);
    const made = await make({ name: slug });
    expect(made.slug).toBe(`${slug}-2`);
  });
});

describe("changing an application", () => {
  it("moves its sites with the slug", async () => {
    const { applicationId, slug, environments } = await make({ name: "mover" });
    await run(applicationId);
    const environmentId = environments[0]?.environmentId ?? "";
    const moved = await update(caller, { applicationId, slug: `${slug}-new`.slice(0, 30) });
    expect(await publishedText({ site: slug })).toBeNull();
    expect(await publishedText({ site: moved.slug })).toBe("hello");
    expect(existsSync(environmentFolder(environmentId))).toBe(true);
  });

  it("keeps what is not given and clears what is blank", async () => {
    const { applicationId } = await make({ name: "keeper", outputDirectory: "docs" });
    const renamed = await update(caller, { applicationId, name: "kept", outputDirectory: null });
    expect(renamed).toMatchObject({ name: "kept", outputDirectory: "docs" });
    expect(await update(caller, { applicationId, outputDirectory: "" })).toMatchObject({
      outputDirectory: null,
    });
  });

  it("saves a new repository only when it can be read", async () => {
    const { applicationId } = await make({ name: "asker" });
    const wrong = update(caller, { applicationId, repository: `${bench.url}/team/none.git` });
    expect(await faultOf(wrong)).toMatchObject({ code: "not_found" });
    expect(await one(caller, { applicationId })).toMatchObject({ repository: { fullName: url } });
  });
});

describe("starting a deployment", () => {
  it("enqueues the job in the transaction of its row", async () => {
    const { applicationId } = await make({ name: "queued" });
    const { deploymentId } = await deploy(caller, { applicationId, environment: "production" });
    const { rows } = await pool().query("SELECT data FROM queue.job WHERE data->>'deploymentId' = $1", [
      deploymentId,
    ]);
    expect(rows).toEqual([{ data: { deploymentId } }]);
    await remove(caller, { applicationId });
  });

  it("skips a deployment still waiting for the same environment, and says so", async () => {
    const { applicationId } = await make({ name: "hasty" });
    const wanted = { applicationId, environment: "production" };
    const three = await Promise.all([1, 2, 3].map(() => deploy(caller, wanted)));
    const rows = await Promise.all(three.map(({ deploymentId }) => oneDeployment(caller, { deploymentId })));
    expect(rows.map((row) => row.status).sort()).toEqual(["queued", "skipped", "skipped"]);
    expect(rows.find((row) => row.status === "skipped")?.reason?.code).toBe("deploy_superseded");
    await remove(caller, { applicationId });
  });

  it("names the existing environments when the given one does not exist", async () => {
    const { applicationId } = await make({ name: "lost" });
    const fault = await faultOf(deploy(caller, { applicationId, environment: "staging" }));
    expect(fault).toMatchObject({ code: "not_found", reason: { params: { known: "production" } } });
  });

  it("is refused while the provider is deactivated, and says so", async () => {
    const { applicationId } = await make({ name: "asleep" });
    await setStatus(caller, { gitProviderId, status: "inactive" });
    const fault = await faultOf(deploy(caller, { applicationId, environment: "production" }));
    expect(fault).toMatchObject({ code: "conflict", reason: { code: "provider_inactive" } });
  });

  it("is refused on a full disk before a transaction is opened", async () => {
    const { applicationId } = await make({ name: "full" });
    const opened = vi.spyOn(db(), "$transaction");
    const before = env();
    setEnv({ ...before, diskFloor: 99_999_999 });
    const fault = await faultOf(deploy(caller, { applicationId, environment: "production" }));
    setEnv(before);
    expect(fault).toMatchObject({ code: "unavailable", reason: { code: "disk_low" } });
    expect(opened).not.toHaveBeenCalled();
    await deploy(caller, { applicationId, environment: "production" });
    expect(opened).toHaveBeenCalledTimes(1);
    opened.mockRestore();
    await remove(caller, { applicationId });
  });

  it("can be repeated and undone", async () => {
    const { applicationId, environments } = await make({ name: "again" });
    const environmentId = environments[0]?.environmentId ?? "";
    const first = await run(applicationId);
    await run(applicationId, "production", "next");
    const again = await retry(caller, { deploymentId: first });
    await runNext(idle);
    const repeated = await oneDeployment(caller, { deploymentId: again.deploymentId });
    expect(repeated).toMatchObject({ status: "succeeded", trigger: "retry", commit: { subject: "one" } });
    const second = await run(applicationId, "production", "next");
    const back = await rollback(caller, { deploymentId: first });
    await runNext(idle);
    expect(await oneDeployment(caller, { deploymentId: back.deploymentId })).toMatchObject({
      status: "succeeded",
    });
    expect(await publishedText({ environmentId })).toBe("hello");
    const [environment] = (await one(caller, { applicationId })).environments;
    expect(environment?.current).toMatchObject({ deploymentId: back.deploymentId, trigger: "rollback" });
    expect(second).not.toBe(back.deploymentId);
  });

  it("records whether a person or an API key started it", async () => {
    const member = await testMember(caller.organizationId, "developer");
    const { applicationId } = await make({ name: "who" });
    await testKey(member);
    const person = await deploy(member.caller, { applicationId, environment: "production" });
    expect(await oneDeployment(caller, person)).toMatchObject({
      trigger: "manual",
      actor: { userId: member.userId },
    });
    const byKey = { ...member.caller, via: { kind: "key", apiKeyId: "k", keyName: "ci" } as const };
    const program = await deploy(byKey, { applicationId, environment: "production" });
    expect(await oneDeployment(caller, program)).toMatchObject({ trigger: "api" });
    await remove(caller, { applicationId });
  });
});

describe("environments", () => {
  it("have their own site and sealed variables", async () => {
    const { applicationId, slug } = await make({ name: "staged" });
    const variables = [{ name: "API_KEY", value: "very-secret-value" }];
    const made = await createEnvironment(caller, {
      applicationId,
      name: "staging",
      branch: "next",
      variables,
    });
    expect(made).toMatchObject({ name: "staging", variables: [{ name: "API_KEY", hasValue: true }] });
    expect(made.url).toContain(`//${slug}--staging.`);
    const rows = await db().environmentVariable.findMany({ where: { environmentId: made.environmentId } });
    expect(rows).toMatchObject([{ name: "API_KEY", value: expect.stringMatching(/^v1:test:/) }]);
    expect(JSON.stringify(rows)).not.toContain("very-secret-value");
    await run(applicationId, "staging");
    expect(await publishedText({ site: `${slug}--staging` })).toBe("two");
  });

  it("keep fields that are not given; a blank variable is kept, null removes it", async () => {
    const { applicationId } = await make({ name: "varied" });
    const variables = [
      { name: "A", value: "1234567" },
      { name: "B", value: "2345678" },
    ];
    const { environmentId } = await createEnvironment(caller, {
      applicationId,
      name: "qa",
      branch: "main",
      variables,
    });
    const before = await db().environmentVariable.findMany({ where: { environmentId, name: "A" } });
    const changed = await updateEnvironment(caller, {
      environmentId,
      variables: [
        { name: "A", value: "" },
        { name: "B", value: null },
        { name: "C", value: "3456789" },
      ],
    });
    expect(changed).toMatchObject({ branch: "main", variables: [{ name: "A" }, { name: "C" }] });
    expect(await db().environmentVariable.findMany({ where: { environmentId, name: "A" } })).toEqual(before);
    const empty = updateEnvironment(caller, { environmentId, variables: [{ name: "D" }] });
    expect(await faultOf(empty)).toMatchObject({
      code: "invalid_input",
      issues: [{ path: "variables.0.value" }],
    });
  });

  it("can be removed with their sites, except production", async () => {
    const { applicationId, slug, environments } = await make({ name: "pruned" });
    const { environmentId } = await createEnvironment(caller, { applicationId, name: "old", branch: "main" });
    await run(applicationId, "old");
    expect(await servedSite(`${slug}--old`)).not.toBeNull();
    await removeEnvironment(caller, { environmentId });
    expect(await servedSite(`${slug}--old`)).toBeNull();
    expect(existsSync(environmentFolder(environmentId))).toBe(false);
    const last = removeEnvironment(caller, { environmentId: environments[0]?.environmentId ?? "" });
    expect(await faultOf(last)).toMatchObject({ code: "conflict", reason: { code: "environment_last" } });
    const again = createEnvironment(caller, { applicationId, name: "production", branch: "main" });
    expect(await faultOf(again)).toMatchObject({
      code: "conflict",
      reason: { code: "environment_name_taken" },
    });
  });
});

it("are removed with their application, and so is everything else of it", async () => {
  const { applicationId, slug, environments } = await make({ name: "gone" });
  await run(applicationId);
  expect(existsSync(mirrorFolder(applicationId))).toBe(true);
  await remove(caller, { applicationId });
  expect(await publishedText({ site: slug })).toBeNull();
  expect(existsSync(environmentFolder(environments[0]?.environmentId ?? ""))).toBe(false);
  expect(existsSync(mirrorFolder(applicationId))).toBe(false);
  expect(await db().deployment.count({ where: { applicationId } })).toBe(0);
});
