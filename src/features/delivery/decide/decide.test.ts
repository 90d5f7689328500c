import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApplicationRules, Facts, PreviewRules } from "@/features/delivery/decide/common";
import { decide } from "@/features/delivery/decide/decide";
import type { EnvironmentRules } from "@/features/delivery/decide/push";
import type { Decision } from "@/features/delivery/decide/trace";
import { messageOf } from "@/lib/reason";
import type { HookItem, PullRequestEvent, PushEvent } from "@/providers/webhook";

const [A, B, C] = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [string, string, string];

const application: ApplicationRules = {
  provider: { name: "GitHub", isActive: true },
  repository: { id: "1001", fullName: "acme/site" },
  previews: null,
};

const environment: EnvironmentRules = {
  environmentId: "production",
  branch: "main",
  branchPatterns: [],
  trigger: "push",
  tagPatterns: [],
  watchPaths: [],
  skipMarkers: true,
  frozen: null,
};

const push: PushEvent = {
  kind: "push",
  repository: { id: "1001", fullName: "acme/site" },
  ref: "main",
  refKind: "branch",
  before: A,
  after: B,
  commit: B,
  created: false,
  deleted: false,
  forced: false,
  paths: ["site.css"],
  messages: ["Style it"],
  truncated: false,
};

const previews: PreviewRules = { labels: [], baseBranches: [], drafts: false, forks: "approval", limit: 5 };

const request: PullRequestEvent = {
  kind: "pullRequest",
  repository: { id: "1001", fullName: "acme/site" },
  action: "opened",
  state: "open",
  number: 12,
  title: "Add a page",
  head: { repositoryId: "1001", ref: "add-page", sha: B },
  base: { ref: "main", sha: A },
  labels: [],
  draft: false,
  isFork: false,
};

interface Changes {
  push?: Partial<PushEvent>;
  environment?: Partial<EnvironmentRules>;
  application?: Partial<ApplicationRules>;
  facts?: Facts;
}

function ofPush(changes: Changes = {}): Decision {
  return decide(
    { ...push, ...changes.push },
    {
      application: { ...application, ...changes.application },
      environment: { ...environment, ...changes.environment },
    },
    { head: B, ...changes.facts },
  );
}

function ofRequest(
  changes: {
    request?: Partial<PullRequestEvent>;
    previews?: Partial<PreviewRules> | null;
    facts?: Facts;
    isActive?: boolean;
  } = {},
): Decision {
  const { isActive = true } = changes;
  const given = {
    ...application,
    provider: { name: "GitHub", isActive },
    previews: changes.previews === null ? null : { ...previews, ...changes.previews },
  };
  return decide(
    { ...request, ...changes.request },
    { application: given, environment: null },
    { head: B, ...changes.facts },
  );
}

/** The outcome in one word or two, and the rule that stopped. */
function told({ outcome, trace }: Decision): string {
  const last = trace.at(-1);
  if (outcome.kind === "deploy") return `deploy ${outcome.sha.slice(0, 1)}`;
  if (outcome.kind === "ask") return `ask ${outcome.question}`;
  return `${outcome.kind} ${last?.detail.code}`;
}

describe("a push to a branch", () => {
  it.each<[string, Changes, string]>([
    ["of the environment is deployed", {}, "deploy b"],
    [
      "that fits a pattern",
      { push: { ref: "release/2" }, environment: { branchPatterns: ["release/*"] } },
      "deploy b",
    ],
    [
      "that a pattern takes out",
      { push: { ref: "release/x" }, environment: { branchPatterns: ["**", "!release/x"] } },
      "ignored rule_ref_other",
    ],
    ["that is another one", { push: { ref: "next" } }, "ignored rule_ref_other"],
    ["that has the name of the branch in other letters", { push: { ref: "Main" } }, "ignored rule_ref_other"],
    [
      "of an environment that is deployed by hand",
      { environment: { trigger: "manual" } },
      "ignored rule_trigger_manual",
    ],
    [
      "of an environment that follows tags",
      { environment: { trigger: "tag" } },
      "ignored rule_trigger_other",
    ],
    ["that was deleted", { push: { deleted: true, after: null, commit: null } }, "ignored rule_ref_deleted"],
    ["that was rewritten", { push: { forced: true } }, "deploy b"],
    ["in a test delivery", { push: { before: B } }, "ignored rule_unchanged"],
    ["of a frozen environment", { environment: { frozen: { why: "Holidays" } } }, "ignored rule_frozen"],
    [
      "from a provider that is off",
      { application: { provider: { name: "x", isActive: false } } },
      "ignored rule_provider_inactive",
    ],
    [
      "of another repository with the same name",
      { push: { repository: { id: "7", fullName: "acme/site" } } },
      "ignored rule_repository_other",
    ],
    [
      "of the repository under a new name",
      { push: { repository: { id: "1001", fullName: "acme/www" } } },
      "deploy b",
    ],
    [
      "of an application without a permanent id",
      { application: { repository: { id: null, fullName: "acme/site" } } },
      "ignored rule_repository_other",
    ],
  ])("%s", (_what, changes, expected) => expect(told(ofPush(changes))).toBe(expected));
});

describe("a tag", () => {
  const tag = { ref: "v1.2.0", refKind: "tag", before: null, created: true, after: C, commit: B } as const;
  it.each<[string, Changes, string]>([
    [
      "is deployed as its commit, not as its object",
      { push: tag, environment: { trigger: "tag" } },
      "deploy b",
    ],
    [
      "that fits the pattern",
      { push: tag, environment: { trigger: "tag", tagPatterns: ["v[0-9]*"] } },
      "deploy b",
    ],
    [
      "that does not",
      { push: tag, environment: { trigger: "tag", tagPatterns: ["release-*"] } },
      "ignored rule_ref_other",
    ],
    [
      "with the name of the branch is no push to it",
      { push: { ...tag, ref: "main" } },
      "ignored rule_trigger_other",
    ],
    [
      "whose commit only the host knows",
      { push: { ...tag, commit: null }, environment: { trigger: "tag" } },
      "deploy b",
    ],
    [
      "whose commit nobody tells",
      { push: { ...tag, commit: null }, environment: { trigger: "tag" }, facts: { head: "unavailable" } },
      "ignored rule_commit_unknown",
    ],
  ])("%s", (_what, changes, expected) => expect(told(ofPush(changes))).toBe(expected));
});

describe("markers that skip", () => {
  const two = (...messages: string[]): Changes => ({ push: { messages } });
  it.each<[string, Changes, string]>([
    ["the only commit", two("Style [skip ci]"), "ignored rule_skip_marker"],
    ["all commits", two("Style [skip ci]", "Text ***NO_CI***"), "ignored rule_skip_marker"],
    ["the last commit of two", two("Add a page", "Text [skip ci]"), "deploy b"],
    ["the first commit of two", two("Text [ci skip]", "Add a page"), "deploy b"],
    [
      "all that are told of a longer push",
      { push: { messages: ["[skip ci]"], truncated: true } },
      "deploy b",
    ],
    [
      "a commit, where they are switched off",
      { ...two("[skip ci]"), environment: { skipMarkers: false } },
      "deploy b",
    ],
    ["no commit at all", two(), "deploy b"],
  ])("%s", (_what, changes, expected) => expect(told(ofPush(changes))).toBe(expected));
});

describe("watched paths", () => {
  const watched = { watchPaths: ["apps/web", "!**/*.md"] };
  const paths = (given: Partial<PushEvent>, facts?: Facts): Changes => ({
    push: given,
    environment: watched,
    facts,
  });
  it.each<[string, Changes, string]>([
    ["that changed", paths({ paths: ["README.md", "apps/web/a.ts"] }), "deploy b"],
    ["that did not", paths({ paths: ["apps/api/a.ts"] }), "ignored rule_paths_other"],
    ["of which only left out files changed", paths({ paths: ["apps/web/a.md"] }), "ignored rule_paths_other"],
    ["that the delivery does not tell", paths({ paths: null }), "ask changedPaths"],
    ["that the host then tells", paths({ paths: null }, { changedPaths: ["apps/web/a.ts"] }), "deploy b"],
    [
      "that the host then denies",
      paths({ paths: null }, { changedPaths: ["x"] }),
      "ignored rule_paths_other",
    ],
    ["that the host cannot tell", paths({ paths: null }, { changedPaths: "unavailable" }), "deploy b"],
    ["that a forced push may have taken away", paths({ paths: ["x"], forced: true }), "ask changedPaths"],
    ["of a host that does not tell forced pushes", paths({ paths: ["x"], forced: null }), "ask changedPaths"],
    [
      "of such a host, where one is told to have changed",
      paths({ paths: ["apps/web/a"], forced: null }),
      "deploy b",
    ],
    ["of a new branch", paths({ paths: [], created: true, before: null }), "deploy b"],
  ])("%s", (_what, changes, expected) => expect(told(ofPush(changes))).toBe(expected));
});

describe("a push that comes late", () => {
  it.each<[string, Facts, string]>([
    ["has the host asked for the newest commit", { head: undefined }, "ask head"],
    ["deploys the newest commit", { head: C }, "deploy c"],
    [
      "is left out where that commit had its own event",
      { head: C, handled: [C] },
      "ignored rule_head_superseded",
    ],
    ["is left out where the branch is gone", { head: null }, "ignored rule_head_gone"],
    ["counts as it is where the host does not answer", { head: "unavailable" }, "deploy b"],
    ["is left out where its commit is deployed", { head: B, current: B }, "ignored rule_current_same"],
    ["is deployed again after another one was", { head: B, current: A }, "deploy b"],
  ])("%s", (_what, facts, expected) => expect(told(ofPush({ facts }))).toBe(expected));
});

describe("a pull request", () => {
  const preview = { environmentId: "pr-12" };
  const fork = { isFork: true, head: { ...request.head, repositoryId: "9" } };
  it.each<[string, Parameters<typeof ofRequest>[0], string]>([
    ["gets a preview", {}, "deploy b"],
    ["gets none where there are no previews", { previews: null }, "ignored rule_previews_off"],
    [
      "loses it where they were switched off",
      { previews: null, facts: { preview } },
      "remove rule_previews_off",
    ],
    [
      "loses it when it is closed",
      { request: { state: "closed" }, facts: { preview } },
      "remove rule_request_closed",
    ],
    [
      "loses it when it is merged",
      { request: { state: "merged" }, facts: { preview } },
      "remove rule_request_merged",
    ],
    [
      "loses it when it is closed while the provider is off",
      { request: { state: "closed" }, facts: { preview }, isActive: false },
      "remove rule_request_closed",
    ],
    ["that had none is closed", { request: { state: "closed" } }, "ignored rule_request_closed"],
    ["gets none from a provider that is off", { isActive: false }, "ignored rule_provider_inactive"],
    ["gets one to a wanted branch", { previews: { baseBranches: ["main", "release/*"] } }, "deploy b"],
    ["gets none to another branch", { previews: { baseBranches: ["next"] } }, "ignored rule_base_other"],
    [
      "loses it when it goes to another branch",
      { previews: { baseBranches: ["next"] }, facts: { preview } },
      "remove rule_base_other",
    ],
    [
      "gets one with the label",
      { previews: { labels: ["preview"] }, request: { labels: ["bug", "preview"] } },
      "deploy b",
    ],
    ["gets none without it", { previews: { labels: ["preview"] } }, "ignored rule_label_missing"],
    [
      "loses it with the label",
      { previews: { labels: ["preview"] }, facts: { preview } },
      "remove rule_label_missing",
    ],
    [
      "gets none where the host has no labels",
      { previews: { labels: ["preview"] }, request: { labels: null } },
      "ignored rule_labels_untold",
    ],
    ["gets none as a draft", { request: { draft: true } }, "ignored rule_draft"],
    [
      "gets one as a draft where they are wanted",
      { request: { draft: true }, previews: { drafts: true } },
      "deploy b",
    ],
    ["gets none beyond the limit", { facts: { previewCount: 5 } }, "ignored rule_limit"],
    ["is updated at the limit", { facts: { previewCount: 5, preview } }, "deploy b"],
    ["of a fork waits for somebody", { request: fork }, "approval rule_fork_approval"],
    [
      "of a fork gets one for the commit that was approved",
      { request: fork, facts: { approved: [B] } },
      "deploy b",
    ],
    [
      "of a fork waits again after another push",
      { request: fork, facts: { approved: [A] } },
      "approval rule_fork_approval",
    ],
    ["of a fork gets none", { request: fork, previews: { forks: "never" } }, "ignored rule_fork_never"],
    ["of a fork gets one at once", { request: fork, previews: { forks: "always" } }, "deploy b"],
    [
      "whose commit is told in part has the host asked",
      { request: { head: { ...request.head, sha: null, shortSha: "bbbbbbb" } }, facts: { head: undefined } },
      "ask head",
    ],
    ["that is shown already is left alone", { facts: { preview, current: B } }, "ignored rule_current_same"],
    [
      "of another repository",
      { request: { repository: { id: "7", fullName: "acme/site" } } },
      "ignored rule_repository_other",
    ],
  ])("%s", (_what, changes, expected) => expect(told(ofRequest(changes))).toBe(expected));
});

describe("other events", () => {
  const installation: HookItem = {
    kind: "installation",
    installationId: "1",
    change: "suspended",
    added: [],
    removed: [],
  };
  const ignored: HookItem = {
    kind: "ignored",
    event: "status",
    reason: { code: "hook_event_unused", params: { event: "status" } },
  };
  it.each<[string, HookItem, EnvironmentRules | null, string]>([
    ["an installation", installation, environment, "ignored rule_event_no_deployment"],
    ["a ping", { kind: "ping" }, environment, "ignored rule_event_ping"],
    ["an event that is not used", ignored, environment, "ignored hook_event_unused"],
    ["a request, for an environment that stays", request, environment, "ignored rule_event_request"],
    ["a push, for previews", push, null, "ignored rule_event_push"],
  ])("deploy nothing: %s", (_what, item, given, expected) =>
    expect(told(decide(item, { application, environment: given }))).toBe(expected),
  );
});

const anySha = fc.constantFrom(A, B, C);
const anyName = fc.constantFrom("main", "next", "release/1", "v1.0.0");
const anyFacts: fc.Arbitrary<Facts> = fc.record(
  {
    head: fc.oneof(anySha, fc.constant(null), fc.constant("unavailable" as const)),
    changedPaths: fc.oneof(
      fc.constant(["apps/web/a"]),
      fc.constant(["x"]),
      fc.constant("unavailable" as const),
    ),
    handled: fc.array(anySha, { maxLength: 2 }),
    current: fc.option(anySha),
    preview: fc.option(fc.constant({ environmentId: "pr-12" })),
    previewCount: fc.nat(8),
    approved: fc.array(anySha, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const anyApplication: fc.Arbitrary<ApplicationRules> = fc.record({
  provider: fc.record({ name: fc.constant("GitHub"), isActive: fc.boolean() }),
  repository: fc.record({ id: fc.constantFrom("1001", "7", null), fullName: fc.constant("acme/site") }),
  previews: fc.option(
    fc.record({
      labels: fc.subarray(["preview", "bug"]),
      baseBranches: fc.subarray(["main", "release/*"]),
      drafts: fc.boolean(),
      forks: fc.constantFrom("never", "approval", "always"),
      limit: fc.nat(8),
    }),
  ),
});
const anyEnvironment: fc.Arbitrary<EnvironmentRules> = fc.record({
  environmentId: fc.constant("production"),
  branch: anyName,
  branchPatterns: fc.subarray(["main", "release/*", "!next", "**"]),
  trigger: fc.constantFrom("push", "tag", "manual"),
  tagPatterns: fc.subarray(["v*", "!v1.0.0"]),
  watchPaths: fc.subarray(["apps/web", "!**/*.md"]),
  skipMarkers: fc.boolean(),
  frozen: fc.option(fc.constant({ why: "Holidays" })),
});
const anyPush: fc.Arbitrary<PushEvent> = fc
  .record({
    ref: anyName,
    refKind: fc.constantFrom("branch" as const, "tag" as const),
    before: fc.option(anySha),
    commit: fc.option(anySha),
    deleted: fc.boolean(),
    forced: fc.option(fc.boolean()),
    paths: fc.option(fc.subarray(["apps/web/a", "x", "apps/web/a.md"])),
    messages: fc.array(fc.constantFrom("Style", "Style [skip ci]"), { maxLength: 3 }),
    truncated: fc.boolean(),
  })
  .map((given) => ({
    ...push,
    ...given,
    after: given.commit,
    created: given.before === null && !given.deleted,
  }));
const anyRequest: fc.Arbitrary<PullRequestEvent> = fc
  .record({
    state: fc.constantFrom("open" as const, "closed" as const, "merged" as const),
    labels: fc.option(fc.subarray(["preview", "bug"])),
    draft: fc.boolean(),
    isFork: fc.boolean(),
    sha: fc.option(anySha),
    base: fc.record({ ref: anyName, sha: fc.option(anySha) }),
  })
  .map(({ sha, ...given }) => ({ ...request, ...given, head: { ...request.head, sha } }));
const anyCase = fc.record({
  item: fc.oneof(anyPush, anyRequest) as fc.Arbitrary<PushEvent | PullRequestEvent>,
  application: anyApplication,
  environment: anyEnvironment,
  facts: anyFacts,
});

type Case = {
  item: PushEvent | PullRequestEvent;
  application: ApplicationRules;
  environment: EnvironmentRules;
  facts: Facts;
};

function decided({ item, application: given, environment: rules, facts }: Case): Decision {
  return decide(item, { application: given, environment: item.kind === "push" ? rules : null }, facts);
}

describe("any decision", () => {
  it("tells each rule in words, stops at the last one, and only then does not deploy", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const { outcome, trace } = decided(one);
        for (const { detail } of trace) expect(messageOf(detail)).not.toContain(`(${detail.code})`);
        expect(trace.slice(0, -1).some((entry) => entry.outcome === "stop")).toBe(false);
        expect(trace.at(-1)?.outcome === "stop").toBe(outcome.kind !== "deploy");
        if ("reason" in outcome) expect(outcome.reason).toEqual(trace.at(-1)?.detail);
      }),
    );
  });

  it("deploys only what is there, wanted, of this repository and newest, and never secrets to a fork", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const { outcome } = decided(one);
        if (outcome.kind !== "deploy") return;
        const { item, application: given, environment: rules, facts } = one;
        expect(outcome.sha).toMatch(/^[0-9a-f]{40}$/);
        expect(given.repository.id).toBe(item.repository.id);
        expect(given.provider.isActive).toBe(true);
        expect(facts.head).toBe(facts.head === "unavailable" ? "unavailable" : outcome.sha);
        expect(facts.current).not.toBe(outcome.sha);
        if (item.kind === "pullRequest") {
          expect(item.state).toBe("open");
          expect(outcome.withSecrets).toBe(!item.isFork);
          return;
        }
        expect([item.deleted, rules.trigger, rules.frozen]).toEqual([
          false,
          item.refKind === "tag" ? "tag" : "push",
          null,
        ]);
      }),
    );
  });

  it("does not depend on a name in the payload: of the repository, a title or a person", () => {
    fc.assert(
      fc.property(anyCase, fc.string(), (one, name) => {
        const repository = { ...one.item.repository, fullName: name };
        const renamed =
          one.item.kind === "push" ? { ...one.item, repository } : { ...one.item, repository, title: name };
        const [first, second] = [decided(one).outcome, decided({ ...one, item: renamed }).outcome];
        expect(second.kind).toBe(first.kind);
        if (first.kind === "deploy") expect(second).toEqual(first);
      }),
    );
  });

  it("asks each question once", () => {
    fc.assert(
      fc.property(anyCase, anySha, (one, head) => {
        const asked: string[] = [];
        let facts = one.facts;
        for (let times = 0; times < 4; times++) {
          const { outcome } = decided({ ...one, facts });
          if (outcome.kind !== "ask") break;
          asked.push(outcome.question);
          facts = outcome.question === "head" ? { ...facts, head } : { ...facts, changedPaths: ["x"] };
        }
        expect(asked.length).toBe(new Set(asked).size);
        expect(decided({ ...one, facts }).outcome.kind).not.toBe("ask");
      }),
    );
  });
});

it("every rule has words for what it finds", () => {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  const codes = files.flatMap((file) =>
    [...readFileSync(path.join(import.meta.dirname, file), "utf8").matchAll(/"(rule_\w+)"/g)].map(
      ([, code = ""]) => code,
    ),
  );
  expect(codes.length).toBeGreaterThan(40);
  expect(codes.filter((code) => messageOf({ code }).includes(`(${code})`))).toEqual([]);
});
