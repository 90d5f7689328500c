import { readFileSync } from "node:fs";
import path from "node:path";
import published from "@octokit/webhooks-examples" with { type: "json" };
import { HOOK_SECRET, HOOK_TIME, signed } from "@test/kit/webhook";
import { describe, expect, it } from "vitest";
import { webhooks } from "@/providers/github/webhook";
import type { HookItem } from "@/providers/webhook";

function parse(event: string, body: string, type = "application/json"): HookItem[] {
  const headers = { "x-github-event": event, "content-type": type };
  const delivery = webhooks.verify(signed("github", body, headers), [HOOK_SECRET], HOOK_TIME);
  return delivery ? webhooks.parse(delivery) : [];
}

describe("a delivery of GitHub as a form", () => {
  const push = JSON.parse(readFileSync(path.join(import.meta.dirname, "fixtures/webhook/push.json"), "utf8"));

  it("is read like one of JSON, with the signature over the form", () => {
    const text = JSON.stringify(push.body);
    const form = new URLSearchParams({ payload: text }).toString();
    expect(parse("push", form, "application/x-www-form-urlencoded")).toEqual(parse("push", text));
  });

  it.each(["", "payload=", "payload=%7B", "other=%7B%7D", "%"])("is unreadable as %j", (form) => {
    const [item] = parse("push", form, "application/x-www-form-urlencoded; charset=utf-8");
    expect(item).toMatchObject({ kind: "ignored", reason: { code: "hook_unreadable" } });
  });
});

describe("the App that a delivery of GitHub is for", () => {
  const recipient = (type: string, id: string) =>
    webhooks.recipient?.(
      new Headers({
        "x-github-hook-installation-target-type": type,
        "x-github-hook-installation-target-id": id,
      }),
    );

  it("is told by its header", () => {
    expect(recipient("integration", "123456")).toEqual({ setting: "githubAppId", value: "123456" });
  });

  it.each([
    ["repository", "123456"],
    ["integration", ""],
    ["integration", "1 or 1=1"],
  ])("is not told by %s %s", (type, id) => expect(recipient(type, id)).toBeNull());
});

describe("the examples that GitHub publishes", () => {
  const examples: { name: string; examples: unknown[] }[] = published;
  const used = new Set([
    "push",
    "pull_request",
    "repository",
    "installation",
    "installation_repositories",
    "ping",
  ]);

  it("has examples of every event that is used", () => {
    expect(examples.filter(({ name }) => used.has(name)).length).toBe(used.size);
  });

  it.each(examples.filter(({ name }) => used.has(name)))("are all read: $name", ({ name, examples: all }) => {
    expect(all.length).toBeGreaterThan(0);
    for (const example of all) {
      const [item] = parse(name, JSON.stringify(example));
      if (item?.kind === "ignored") expect(item.reason.code).toMatch(/^hook_(action|event)_unused$/);
      else expect(item?.kind).toMatch(/^(push|pullRequest|repository|installation|ping)$/);
    }
  });

  it("lead to nothing for all other events", () => {
    for (const { name, examples: all } of examples.filter(
      (one) => !used.has(one.name) && one.name !== "installation_target",
    ))
      for (const example of all)
        expect(parse(name, JSON.stringify(example))).toMatchObject([
          { kind: "ignored", reason: { code: expect.stringMatching(/^hook_(event_unused|told_by_push)$/) } },
        ]);
  });
});
