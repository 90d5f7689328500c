import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { HOOK_SECRET, HOOK_TIME, signed } from "@test/kit/webhook";
import { describe, expect, it } from "vitest";
import type { ApplicationRules } from "@/features/delivery/decide/common";
import { decide } from "@/features/delivery/decide/decide";
import type { EnvironmentRules } from "@/features/delivery/decide/push";
import { messageOf } from "@/lib/reason";
import { registry } from "@/providers/registry";
import type { HookItem, Webhooks } from "@/providers/webhook";

/** An application with production behind `main`, releases behind tags, and previews: what would each payload do? */
const environments: Record<string, EnvironmentRules | null> = {
  production: rules("push"),
  releases: rules("tag"),
  previews: null,
};

function rules(trigger: "push" | "tag"): EnvironmentRules {
  const environmentId = trigger === "push" ? "production" : "releases";
  const patterns = { branchPatterns: ["main", "master"], tagPatterns: ["v*"] };
  return {
    environmentId,
    branch: "main",
    ...patterns,
    trigger,
    watchPaths: [],
    skipMarkers: true,
    frozen: null,
  };
}

function applicationOf(item: HookItem): ApplicationRules {
  const known = "repository" in item ? item.repository : undefined;
  return {
    provider: { name: "the host", isActive: true },
    repository: { id: known?.id ?? "none", fullName: known?.fullName ?? "" },
    previews: { labels: [], baseBranches: [], drafts: false, forks: "approval", limit: 10 },
  };
}

/** One line for each environment in which a part of the delivery does more than nothing, or why it does nothing. */
function decisionsOf(items: HookItem[]): string[] {
  return items.flatMap((item) => {
    const all = Object.entries(environments).map(([name, environment]) => {
      const head = item.kind === "push" ? item.commit : item.kind === "pullRequest" ? item.head.sha : null;
      const facts = { head: head ?? "d".repeat(40), preview: { environmentId: "preview" } };
      const { outcome, trace } = decide(item, { application: applicationOf(item), environment }, facts);
      const sha = "sha" in outcome ? ` ${outcome.sha.slice(0, 8)}` : "";
      const detail = trace.at(-1)?.detail ?? { code: "none" };
      return { name, kind: outcome.kind, text: `${outcome.kind}${sha}: ${messageOf(detail)}` };
    });
    const acting = all.filter(({ kind }) => kind !== "ignored");
    const own = item.kind === "pullRequest" ? all.slice(-1) : all.slice(0, 1);
    return (acting.length > 0 ? acting : own).map(({ name, text }) => `${name} ${text}`);
  });
}

function itemsOf(
  webhooks: Webhooks,
  type: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
): HookItem[] {
  const delivery = webhooks.verify(signed(type, body, headers), [HOOK_SECRET], HOOK_TIME);
  return delivery ? webhooks.parse(delivery) : [];
}

const providers = Object.entries(registry).flatMap(([type, { webhooks }]) =>
  webhooks ? [{ type, webhooks }] : [],
);
const root = path.resolve(import.meta.dirname, "../../../..");

describe.each(providers)("what payloads of $type lead to", ({ type, webhooks }) => {
  it("is as the golden file says", async () => {
    const folder = path.join(root, "src/providers", type, "fixtures/webhook");
    const files = readdirSync(folder).filter((file) => !file.endsWith(".golden.json"));
    const lines = files.toSorted().flatMap((file) => {
      const { headers, body } = JSON.parse(readFileSync(path.join(folder, file), "utf8"));
      return [
        file.replace(".json", ""),
        ...decisionsOf(itemsOf(webhooks, type, headers, JSON.stringify(body))).map((line) => `  ${line}`),
      ];
    });
    const golden = path.join(import.meta.dirname, "fixtures", `${type}.decisions.txt`);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(golden);
  });

  /** Payloads of others are not part of the project; where they lie beside it, each of them leads to a decision. */
  const folders: Record<string, string> = {
    azureDevops: "azure-devops",
    bitbucket: "bitbucket-cloud",
    bitbucketServer: "bitbucket-dc",
    gitea: "gitea-forgejo",
    github: "github",
    gitlab: "gitlab",
  };
  const published = path.resolve(root, "../shared/webhook-payloads", folders[type] ?? "none");
  const isThere = existsSync(published);

  it.skipIf(!isThere)(
    `is stated for payloads of others${isThere ? "" : " (not run: there are none beside the project)"}`,
    () => {
      for (const file of readdirSync(published).filter((name) => !name.endsWith(".headers.json"))) {
        const headers = JSON.parse(
          readFileSync(path.join(published, file.replace(".json", ".headers.json")), "utf8"),
        );
        const decisions = decisionsOf(
          itemsOf(webhooks, type, headers, readFileSync(path.join(published, file))),
        );
        expect(decisions.length, file).toBeGreaterThan(0);
        const isPush =
          /^push__(plain|forced)|Push_Hook__plain|repo_push__plain|refs_changed__update|git_push/.test(file);
        if (isPush && /master|main/.test(decisions.join()))
          expect(decisions.join(), file).toMatch(/deploy [0-9a-f]{8}|does not fit/);
        if (
          /closed|merged|merge__|declined|deleted|fulfilled|rejected|completed/.test(file) &&
          /pull|Merge|pr_/.test(file)
        )
          expect(decisions.join(), file).toMatch(/^previews remove/);
      }
    },
  );
});
