import { testDatabase } from "@test/kit/database";
import {
  type DeliveringOrganization,
  deployedShas,
  endDeployment,
  organizationAt,
  type TestHook,
} from "@test/kit/delivering-host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { storedDecisions, storedTrace } from "@/features/delivery/process/stored";
import { emptyRepository } from "@/providers/simulator/world";
import { closeQueue } from "@/queue/queue";

testDatabase();
afterAll(() => closeQueue());

const types = ["github", "gitlab", "bitbucket", "bitbucketServer", "gitea", "azureDevops"];

const previews = {
  labels: [],
  baseBranches: [],
  drafts: false,
  forks: "approval",
  limit: 2,
  idleDays: 14,
  comment: true,
};

describe.each(types)("deliveries of %s", (type) => {
  let acme: DeliveringOrganization;
  let hook: TestHook;
  let applicationId = "";
  let environments: Record<"production" | "releases" | "docs", string>;

  beforeAll(async () => {
    acme = await organizationAt(type);
    const gitProviderId = await acme.connect();
    hook = await acme.hook(gitProviderId);
    const made = await acme.application(
      gitProviderId,
      [
        { name: "production", branch: "main", trigger: "push" },
        { name: "releases", branch: "main", trigger: "tag", tagPattern: "v*" },
        { name: "docs", branch: "main", trigger: "push", watchPaths: ["docs"] },
      ],
      { previews },
    );
    applicationId = made.applicationId;
    const [production = "", releases = "", docs = ""] = made.environmentIds;
    environments = { production, releases, docs };
  });

  const decisionsOf = (row: Parameters<typeof storedDecisions>[0]) =>
    Object.fromEntries(
      storedDecisions(row).map(({ environment, decision, reason }) => [
        environment,
        `${decision} ${reason?.code ?? ""}`.trim(),
      ]),
    );

  it("lead from a push to one deployment of its commit, where its files are watched", async () => {
    const event = acme.push("main");
    const delivery = await acme.deliver(hook, event);
    expect(delivery).toMatchObject({ decision: "deployed", event: "push", ref: "main", sha: event.after });
    expect(decisionsOf(delivery)).toEqual({
      production: "deployed",
      releases: "ignored rule_trigger_other",
      docs: "ignored rule_paths_other",
    });
    // The name in the payload is the one that the host's answers have, so nothing had to be looked up.
    expect(storedTrace(delivery)).toEqual([]);
    expect(await deployedShas(environments.production)).toEqual([event.after]);
    const again = await acme.deliver(hook, event);
    expect(again.decision).toBe("coalesced");
    expect(await deployedShas(environments.production)).toEqual([event.after]);
    await endDeployment(environments.production);
    const docs = await acme.deliver(hook, acme.push("main", "Explain", { "docs/a.md": "x" }));
    expect(decisionsOf(docs)).toMatchObject({ production: "deployed", docs: "deployed" });
  });

  it("lead from a tag to a deployment of the commit it points at", async () => {
    const sha = acme.at.site.branches.get("main") ?? "";
    const delivery = await acme.deliver(hook, acme.tag("v2.0.0", sha));
    expect(delivery).toMatchObject({ decision: "deployed", event: "tag", ref: "v2.0.0" });
    expect(await deployedShas(environments.releases)).toEqual([sha]);
    const [row] = await db().deployment.findMany({ where: { environmentId: environments.releases } });
    expect(row).toMatchObject({ trigger: "tag", ref: "v2.0.0", actorUserId: null });
    expect(row?.actorName).toMatch(/\w/);
  });

  it("lead from a request to a preview, to its next commit, and to its end", async () => {
    const request = acme.openRequest("topic");
    const opened = await acme.deliver(hook, acme.requestEvent(request, "opened"));
    expect(opened).toMatchObject({ decision: "deployed", event: "pullRequest", pullRequest: request.number });
    const preview = await db().environment.findFirstOrThrow({
      where: { applicationId, requestNumber: request.number },
    });
    expect(await deployedShas(preview.environmentId)).toEqual([request.head.sha]);
    const again = await acme.deliver(hook, acme.requestEvent(request, "opened"), { hostDeliveryId: "again" });
    expect(again.decision).toBe("coalesced");
    request.state = "closed";
    const closed = await acme.deliver(hook, acme.requestEvent(request, "closed"));
    expect(closed).toMatchObject({ decision: "ignored", reasonCode: "delivery_preview_removed" });
    expect(await db().environment.count({ where: { applicationId, kind: "preview" } })).toBe(0);
  });

  it("never give the secrets of an environment to a fork, which waits for somebody", async () => {
    const { world, site } = acme.at;
    const fork = { ...site, ...emptyRepository({ id: 900, owner: "ada", name: "site" }) };
    fork.branches = new Map(site.branches);
    fork.commits = new Map(site.commits);
    fork.objects = new Map(site.objects);
    world.repositories.push(fork);
    const request = acme.openRequest("from-fork", { from: fork });
    const delivery = await acme.deliver(hook, acme.requestEvent(request, "opened", fork));
    expect(delivery).toMatchObject({ decision: "ignored", reasonCode: "rule_fork_approval" });
    const preview = await db().environment.findFirstOrThrow({
      where: { applicationId, requestNumber: request.number },
    });
    expect(preview).toMatchObject({ isFork: true, headSha: request.head.sha });
    expect(await deployedShas(preview.environmentId)).toEqual([]);
  });
});
