import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, reachHosts } from "@test/kit/provider-api";
import { simulatorOf } from "@test/kit/simulator";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "@/access/caller";
import { db, transaction } from "@/db/client";
import { type Application, CreateApplication, UpdateApplication } from "@/features/application/contract";
import { create as createApplication } from "@/features/application/create";
import { update as updateApplication } from "@/features/application/update";
import { loadRun } from "@/features/deployment/run/run";
import { openVariables } from "@/features/deployment/run/variables";
import { UpdateEnvironment } from "@/features/environment/contract";
import { update as updateEnvironment } from "@/features/environment/update";
import type { GitProvider } from "@/features/git-provider/contract";
import { all } from "@/features/preview/all";
import { approve } from "@/features/preview/approve";
import type { Preview } from "@/features/preview/contract";
import { create } from "@/features/preview/create";
import { previewComments } from "@/features/preview/follow";
import { openPreview } from "@/features/preview/open";
import { reconcilePreviews } from "@/features/preview/reconcile";
import { remove, removePreview } from "@/features/preview/remove";
import { writeComments } from "@/features/preview/write-comments";
import type { Fault } from "@/lib/fault";
import type { PullRequest } from "@/providers/reporting";
import { openRequest, updateRequest } from "@/providers/simulator/requests";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { Simulated } from "@/providers/simulator/simulated";
import {
  commitTo,
  emptyRepository,
  type World,
  type WorldPullRequest,
  type WorldRepository,
} from "@/providers/simulator/world";
import { closeQueue } from "@/queue/queue";

testDatabase();
afterAll(() => closeQueue());

let world: World;
let host: Simulated;
let owner: TestMember;
let caller: Caller;
let application: Application;
let requests: string[];

const aDay = 24 * 3600 * 1000;

async function start(type = "gitea", rules: object | null = {}): Promise<void> {
  await db().organization.deleteMany();
  world = seedWorld();
  host = (await simulatorOf(type))({ world, baseUrl: "https://git.example.com" });
  requests = reachHosts({ "git.example.com": host }).requests;
  owner = await testMember(await testOrganization(), "owner");
  caller = owner.caller;
  const { authMethod, settings, secrets } = host.connection(BOT_TOKEN);
  const fields = { name: "Host", authMethod, ...settings, ...secrets };
  const { gitProviderId } = await call<GitProvider>(caller, `${type}.create`, fields);
  const repository = host.fullName(site()) ?? "";
  application = await createApplication(
    caller,
    CreateApplication.parse({ name: "Docs", gitProviderId, repository }),
  );
  if (rules) await setRules(rules);
}

const setRules = (previews: object | null) =>
  updateApplication(caller, UpdateApplication.parse({ applicationId: application.applicationId, previews }));

function site(): WorldRepository {
  const found = world.repositories.find(({ id }) => id === 101);
  if (!found) throw new Error("no site in the world");
  return found;
}

function branchAhead(repository: WorldRepository, name: string): string {
  repository.branches.set(name, repository.branches.get("main") ?? "");
  return commitTo(repository, name, { message: `Work on ${name}`, files: { "index.html": name } });
}

function requestOf(branch = "topic", more: object = {}): WorldPullRequest {
  branchAhead(site(), branch);
  return openRequest(world, site(), { title: `Add ${branch}`, branch, ...more });
}

function requestOfFork(): WorldPullRequest {
  const fork = emptyRepository({ ...site(), id: 130, owner: "ada", branches: new Map(site().branches) });
  fork.collaborators.push("acme-bot");
  world.repositories.push(fork);
  branchAhead(fork, "outside");
  return openRequest(world, site(), { title: "From outside", branch: "outside", from: fork });
}

function push(request: WorldPullRequest): string {
  const from = world.repositories.find(({ id }) => id === request.head.repositoryId) ?? site();
  commitTo(from, request.head.ref, { message: "More", files: { "index.html": `more ${Math.random()}` } });
  updateRequest(world, request);
  return request.head.sha;
}

const make = (input: { branch?: string; pullRequest?: number }) =>
  create(caller, { applicationId: application.applicationId, ...input } as Parameters<typeof create>[1]);
const list = () => all(caller, { applicationId: application.applicationId });
const names = async () => (await list()).items.map(({ name }) => name);
const deployments = ({ environmentId }: Preview) =>
  db().deployment.findMany({ where: { environmentId }, orderBy: { createdAt: "asc" } });
const environmentOf = ({ environmentId }: Preview) =>
  db().environment.findUniqueOrThrow({ where: { environmentId } });

async function reasonOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (fault: Fault) => fault.reason.code,
  );
}

/** As a delivery of the host has it opened. */
function told(request: WorldPullRequest, more: Partial<PullRequest> = {}): PullRequest {
  const { number, title, state, head, base, labels, draft } = request;
  return {
    ...{
      number,
      title,
      state,
      labels,
      draft,
      url: "https://git.example.com/r",
      author: "ada",
      updatedAt: null,
    },
    head: { ...head, repositoryId: String(head.repositoryId), fetchRef: null },
    base: { ref: base, sha: null },
    isFork: head.repositoryId !== request.repositoryId,
    ...more,
  };
}

const openTold = (request: WorldPullRequest, state: "deploy" | "approval" = "deploy") =>
  transaction((tx) =>
    openPreview(tx, {
      application,
      request: told(request),
      state,
      sha: request.head.sha,
      withSecrets: request.head.repositoryId === request.repositoryId,
    }),
  );

describe("a preview of a request", () => {
  beforeEach(() => start());

  it("has an address of its own, and a deployment of the newest commit", async () => {
    const request = requestOf();
    const preview = await make({ pullRequest: request.number });
    expect(preview).toMatchObject({
      name: "pr-1",
      branch: "topic",
      isFork: false,
      state: "deploying",
      sha: request.head.sha,
      pullRequest: { number: 1, title: "Add topic" },
    });
    expect(preview.url).toContain(`${application.slug}--pr-1`);
    expect(await deployments(preview)).toMatchObject([
      { ref: "topic", withSecrets: true, trigger: "manual", commit: { sha: request.head.sha } },
    ]);
    expect(await environmentOf(preview)).toMatchObject({ kind: "preview", trigger: "manual" });
  });

  it("is brought up to date when it is there already", async () => {
    const request = requestOf();
    const first = await make({ pullRequest: request.number });
    const sha = push(request);
    const second = await make({ pullRequest: request.number });
    expect(second).toMatchObject({ environmentId: first.environmentId, sha });
    expect((await deployments(second)).map(({ status }) => status)).toEqual(["skipped", "queued"]);
  });

  it("is refused for a request that is closed, and while previews are off", async () => {
    const request = requestOf();
    request.state = "merged";
    expect(await reasonOf(make({ pullRequest: request.number }))).toBe("request_not_open");
    expect(await reasonOf(make({ pullRequest: 77 }))).toBe("request_gone");
    await setRules(null);
    expect(await reasonOf(make({ branch: "main" }))).toBe("previews_off");
  });

  it("counts towards the limit of its application, also when two are asked for at the same time", async () => {
    await setRules({ limit: 1 });
    const [one, two] = [requestOf("one"), requestOf("two")];
    const ends = await Promise.all([one, two].map(({ number }) => reasonOf(make({ pullRequest: number }))));
    expect(ends.toSorted()).toEqual(["none", "preview_limit_reached"]);
    expect(await names()).toHaveLength(1);
  });

  it("goes with its site when it is removed, and is not found by other organizations", async () => {
    const preview = await make({ pullRequest: requestOf().number });
    const stranger = (await testMember(await testOrganization("Other"), "owner")).caller;
    expect(await reasonOf(remove(stranger, preview))).toBe("not_found");
    expect(await reasonOf(approve(stranger, { environmentId: preview.environmentId }))).toBe("not_found");
    await remove(caller, preview);
    expect(await names()).toEqual([]);
    expect(await deployments(preview)).toEqual([]);
    await removePreview(preview.environmentId, { code: "rule_request_closed" });
  });

  it("no standing environment is removed as a preview", async () => {
    const [production] = application.environments;
    const environmentId = production?.environmentId ?? "";
    expect(await reasonOf(remove(caller, { environmentId }))).toBe("not_found");
    await removePreview(environmentId, { code: "rule_request_closed" });
    expect(await db().environment.count({ where: { environmentId } })).toBe(1);
  });
});

describe("a preview of a branch", () => {
  beforeEach(() => start());

  it("is named by its branch, follows pushes, and is made once", async () => {
    branchAhead(site(), "feature/Login#1");
    const preview = await make({ branch: "feature/Login#1" });
    expect(preview).toMatchObject({ name: "feature-login-1", pullRequest: null, comment: null });
    expect(await environmentOf(preview)).toMatchObject({ kind: "preview", trigger: "push" });
    expect((await make({ branch: "feature/Login#1" })).environmentId).toBe(preview.environmentId);
  });

  it("never takes the name of an environment or of a request's preview", async () => {
    for (const branch of ["production", "pr-7"]) branchAhead(site(), branch);
    expect((await make({ branch: "production" })).name).toBe("production-2");
    expect((await make({ branch: "pr-7" })).name).toBe("branch-pr-7");
  });

  it("is removed once its branch is gone", async () => {
    branchAhead(site(), "short-lived");
    await make({ branch: "short-lived" });
    expect(await reconcilePreviews()).toBe(0);
    site().branches.delete("short-lived");
    expect(await reconcilePreviews(new Date(Date.now() + 2 * 3600 * 1000))).toBe(1);
    expect(await names()).toEqual([]);
  });
});

describe("a request from a fork", () => {
  it.each(["github", "gitlab", "bitbucket", "bitbucketServer", "gitea", "azureDevops"])(
    "of %s waits for an approval, and never gets variables",
    async (type) => {
      await start(type);
      const request = requestOfFork();
      const preview = await make({ pullRequest: request.number });
      expect(preview).toMatchObject({ isFork: true, state: "approval", latest: null });
      const approved = await approve(caller, { environmentId: preview.environmentId, sha: request.head.sha });
      expect(approved.state).toBe("deploying");
      expect(await deployments(preview)).toMatchObject([{ withSecrets: false, repositoriesOf: null }]);
    },
  );

  it("is deployed without an approval, and without variables, where the rules say so", async () => {
    await start("gitea", { forks: "always" });
    const preview = await make({ pullRequest: requestOfFork().number });
    expect(preview.state).toBe("deploying");
    expect(await deployments(preview)).toMatchObject([{ withSecrets: false }]);
  });

  it("gets no preview where the rules say so", async () => {
    await start("gitea", { forks: "never" });
    expect(await reasonOf(make({ pullRequest: requestOfFork().number }))).toBe("preview_fork_never");
  });

  it("is not approved, and is removed, once the rules say that forks get none", async () => {
    await start();
    const own = await make({ pullRequest: requestOf().number });
    const { environmentId } = await make({ pullRequest: requestOfFork().number });
    await setRules({ forks: "never" });
    expect(await reasonOf(approve(caller, { environmentId }))).toBe("preview_fork_never");
    expect(await reconcilePreviews()).toBe(1);
    expect(await names()).toEqual([own.name]);
  });

  it("is approved for one commit: what is pushed afterwards waits again", async () => {
    await start();
    const request = requestOfFork();
    const preview = await make({ pullRequest: request.number });
    const { environmentId } = preview;
    const looked = request.head.sha;
    const pushed = push(request);
    expect(await reasonOf(approve(caller, { environmentId, sha: looked }))).toBe("preview_moved");
    expect(await deployments(preview)).toEqual([]);
    expect((await list()).items).toMatchObject([{ state: "approval", sha: pushed }]);
    await approve(caller, { environmentId, sha: pushed });
    push(request);
    await openTold(request, "approval");
    expect((await list()).items).toMatchObject([{ state: "approval", sha: request.head.sha }]);
    expect(await deployments(preview)).toHaveLength(1);
  });

  it("waits without taking a place from others", async () => {
    await start("gitea", { limit: 1 });
    await make({ pullRequest: requestOfFork().number });
    expect((await make({ pullRequest: requestOf().number })).state).toBe("deploying");
    const [waiting] = (await list()).items.filter(({ state }) => state === "approval");
    const refused = approve(caller, { environmentId: waiting?.environmentId ?? "" });
    expect(await reasonOf(refused)).toBe("preview_limit_reached");
  });

  it("stays one of a fork, whatever a later event says of it", async () => {
    await start();
    const request = requestOfFork();
    const { environmentId } = await openTold(request, "approval");
    const own = { ...request.head, repositoryId: "101", fetchRef: null };
    const claims = { ...told(request), isFork: false, head: own };
    const { sha } = request.head;
    await transaction((tx) =>
      openPreview(tx, { application, request: claims, state: "deploy", sha, withSecrets: true }),
    );
    expect(await db().environment.findUnique({ where: { environmentId } })).toMatchObject({ isFork: true });
  });

  it("is one by the ids of the repositories, whatever else is told", async () => {
    await start();
    const request = requestOfFork();
    const { sha } = request.head;
    for (const repositoryId of [String(request.head.repositoryId), null]) {
      const head = { ...request.head, repositoryId, fetchRef: null };
      const claims = { ...told(request), isFork: false, head };
      const { environmentId } = await transaction((tx) =>
        openPreview(tx, { application, request: claims, state: "deploy", sha, withSecrets: true }),
      );
      expect(await db().environment.findUnique({ where: { environmentId } })).toMatchObject({ isFork: true });
      await removePreview(environmentId, { code: "rule_request_closed" });
    }
  });

  it("is no matter of approval when it comes from the repository itself", async () => {
    await start();
    const { environmentId } = await make({ pullRequest: requestOf().number });
    expect(await reasonOf(approve(caller, { environmentId }))).toBe("preview_not_of_fork");
  });
});

describe("variables of previews", () => {
  async function variablesOf({ environmentId }: Preview): Promise<string[]> {
    const [deployment] = await db().deployment.findMany({ where: { environmentId } });
    const lease = { ...deployment, fence: 1 } as unknown as Parameters<typeof loadRun>[0];
    const run = await loadRun(lease, new AbortController().signal);
    return Object.keys(openVariables(run.variables));
  }

  it("are those of the environment that the rules name, never for forks", async () => {
    await start("gitea", { forks: "always" });
    const environmentId = application.environments[0]?.environmentId ?? "";
    const variables = [{ name: "API_KEY", value: "secret-value" }];
    await updateEnvironment(caller, UpdateEnvironment.parse({ environmentId, variables }));
    const without = await make({ pullRequest: requestOf("without").number });
    expect(await variablesOf(without)).toEqual([]);
    await setRules({ forks: "always", variablesFrom: environmentId });
    const own = await make({ pullRequest: requestOf("own").number });
    expect(await variablesOf(own)).toEqual(["API_KEY"]);
    const fork = await make({ pullRequest: requestOfFork().number });
    expect(await variablesOf(fork)).toEqual([]);
    // Not even when a deployment claims otherwise.
    await db().deployment.updateMany({
      where: { environmentId: fork.environmentId },
      data: { withSecrets: true },
    });
    expect(await variablesOf(fork)).toEqual([]);
  });

  it("are not taken from another application", async () => {
    await start();
    expect(await reasonOf(setRules({ variablesFrom: "another" }))).toBe("preview_variables_missing");
  });
});

describe("comparing previews with the host", () => {
  const later = new Date(Date.now() + 2 * 3600 * 1000);
  beforeEach(() => start());

  it("removes the preview of a request whose end was never told, and says so", async () => {
    const [kept, lost] = [requestOf("kept"), requestOf("lost")];
    await openTold(kept);
    await openTold(lost);
    lost.state = "merged";
    expect(await reconcilePreviews()).toBe(1);
    expect(await list()).toMatchObject({
      items: [{ name: "pr-1" }],
      withoutRequest: 0,
      reclaimed: [{ number: lost.number, reason: { code: "preview_close_lost" } }],
    });
  });

  it("looks at all applications that are due in one round", async () => {
    const { organizationId } = await db().application.findFirstOrThrow();
    const [row] = await db().application.findMany();
    if (!row) throw new Error("no application");
    for (let count = 0; count < 45; count++) {
      const slug = `many-${count}`;
      const { applicationId } = await db().application.create({
        data: {
          ...row,
          ...{ applicationId: slug, name: slug, slug, repository: {}, previews: {}, previewsDueAt: null },
        },
      });
      const preview = { name: "idle", branch: "main", site: `${slug}--idle`, kind: "preview" };
      await db().environment.create({
        data: { ...preview, organizationId, applicationId, createdAt: new Date(0) },
      });
    }
    expect(await reconcilePreviews()).toBe(45);
  });

  it("looks once an hour", async () => {
    await openTold(requestOf());
    await reconcilePreviews();
    const asked = requests.length;
    await reconcilePreviews(new Date(Date.now() + 60_000));
    expect(requests).toHaveLength(asked);
    await reconcilePreviews(later);
    expect(requests.length).toBeGreaterThan(asked);
  });

  it("removes nothing while the host does not answer, and shows what was found before", async () => {
    const request = requestOf();
    const { environmentId } = await openTold(request);
    request.state = "closed";
    reachHosts({});
    expect(await reconcilePreviews()).toBe(0);
    expect(await names()).toEqual(["pr-1"]);
    // As a process leaves it that died before the removal.
    await db().environment.update({ where: { environmentId }, data: { closeSeenAt: new Date() } });
    expect((await list()).withoutRequest).toBe(1);
    reachHosts({ "git.example.com": host });
    expect(await reconcilePreviews(later)).toBe(1);
    expect((await list()).withoutRequest).toBe(0);
  });

  it("removes nothing when the list of open requests cannot be read to its end", async () => {
    const lost = requestOf("lost");
    await openTold(lost);
    lost.state = "closed";
    const paged: Simulated = {
      ...host,
      respond: async (request) =>
        /\/pulls(\?|$)/.test(request.url) ? new Response("[", { status: 200 }) : host.respond(request),
    };
    reachHosts({ "git.example.com": paged });
    expect(await reconcilePreviews()).toBe(0);
    expect(await names()).toEqual(["pr-1"]);
  });

  it("removes what nobody pushed to for as long as the rules say, and keeps what was deployed meanwhile", async () => {
    await setRules({ idleDays: 3 });
    const idle = await make({ pullRequest: requestOf("idle").number });
    const busy = await make({ pullRequest: requestOf("busy").number });
    const old = new Date(Date.now() - 4 * aDay);
    const ids = [idle.environmentId, busy.environmentId];
    await db().environment.updateMany({
      where: { environmentId: { in: ids } },
      data: { lastActivityAt: old },
    });
    await db().deployment.updateMany({
      where: { environmentId: idle.environmentId },
      data: { createdAt: old },
    });
    expect(await reconcilePreviews()).toBe(1);
    expect(await names()).toEqual([busy.name]);
  });

  it("removes all previews once they are switched off", async () => {
    await openTold(requestOf());
    expect(await reconcilePreviews()).toBe(0);
    await setRules(null);
    expect(await reconcilePreviews()).toBe(1);
    expect(await names()).toEqual([]);
  });
});

describe("the comment on a request", () => {
  beforeEach(() => start());

  it("is one, edited in place from the first deployment to the end", async () => {
    const request = requestOf();
    const preview = await make({ pullRequest: request.number });
    await writeComments();
    expect(request.comments).toMatchObject([{ author: "acme-bot", edits: 0 }]);
    expect(request.comments[0]?.body).toContain("is being deployed");
    const [deployment] = await deployments(preview);
    const { deploymentId = "", organizationId = "" } = deployment ?? {};
    const failed = { status: "failed", reasonCode: "build_failed", reasonParams: { exitCode: 2 } };
    await db().deployment.update({ where: { deploymentId }, data: failed });
    await previewComments.handle({ eventId: "1", organizationId, deploymentId, status: "failed" });
    await writeComments();
    expect(request.comments).toMatchObject([{ edits: 1 }]);
    expect(request.comments[0]?.body).toMatch(/could not be deployed[\s\S]*exit code 2/);
    expect(request.comments[0]?.body).toContain(`/deployments/${deploymentId}`);
    await removePreview(preview.environmentId, { code: "rule_request_merged" });
    await writeComments();
    expect(request.comments).toMatchObject([{ edits: 2 }]);
    expect(request.comments[0]?.body).toContain("was removed");
    expect(await writeComments()).toBe(0);
  });

  it("is written again after somebody deleted it, and kept when the request is opened again", async () => {
    const request = requestOf();
    const preview = await make({ pullRequest: request.number });
    await writeComments();
    request.comments = [];
    await make({ pullRequest: request.number });
    push(request);
    await make({ pullRequest: request.number });
    await writeComments();
    expect(request.comments).toHaveLength(1);
    await remove(caller, preview);
    await writeComments();
    await make({ pullRequest: request.number });
    await writeComments();
    expect(request.comments).toHaveLength(1);
    expect(request.comments[0]?.body).toContain("is being deployed");
  });

  it("is written by one of several workers", async () => {
    const request = requestOf();
    await make({ pullRequest: request.number });
    await Promise.all(Array.from({ length: 4 }, () => writeComments()));
    expect(request.comments).toHaveLength(1);
  });

  it("asks for the approval of a fork", async () => {
    const request = requestOfFork();
    await make({ pullRequest: request.number });
    await writeComments();
    expect(request.comments[0]?.body).toContain("waits for an approval");
  });

  it("is tried again at growing distance while the host does not answer", async () => {
    const request = requestOf();
    await make({ pullRequest: request.number });
    reachHosts({});
    const at = Date.now();
    expect(await writeComments()).toBe(1);
    expect(await writeComments(new Date(at + 1_000))).toBe(0);
    expect((await list()).items[0]?.comment?.reason).not.toBeNull();
    reachHosts({ "git.example.com": host });
    expect(await writeComments(new Date(at + 60_000))).toBe(1);
    expect(request.comments).toHaveLength(1);
    expect((await list()).items[0]?.comment?.reason).toBeNull();
  });

  it("that may not be written is shown with the preview, and does not stop its deployment", async () => {
    const request = requestOf();
    const preview = await make({ pullRequest: request.number });
    world.tokens = [{ value: BOT_TOKEN, login: "acme-bot", scopes: ["read:repository", "read:user"] }];
    await writeComments();
    expect(request.comments).toEqual([]);
    expect((await list()).items).toMatchObject([
      { state: "deploying", reason: { code: "comment_not_allowed" }, comment: { url: null } },
    ]);
    expect(await deployments(preview)).toMatchObject([{ status: "queued" }]);
    expect(await writeComments(new Date(Date.now() + aDay))).toBe(0);
  });

  it("is not written where the rules say so, nor about a preview that was gone before", async () => {
    await setRules({ comment: false });
    const quiet = requestOf("quiet");
    await make({ pullRequest: quiet.number });
    await writeComments();
    await setRules({});
    const gone = requestOf("gone");
    const preview = await make({ pullRequest: gone.number });
    await remove(caller, preview);
    await writeComments();
    expect([quiet.comments, gone.comments]).toEqual([[], []]);
  });
});
