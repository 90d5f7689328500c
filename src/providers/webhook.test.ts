import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { HOOK_SECRET, HOOK_TIME, mutants, signable, signed } from "@test/kit/webhook";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageOf } from "@/lib/reason";
import { registry } from "@/providers/registry";
import type { HookItem, Webhooks } from "@/providers/webhook";

const here = import.meta.dirname;

interface Fixture {
  name: string;
  headers: Record<string, string>;
  body: unknown;
  golden: string;
}

function fixturesOf(type: string): Fixture[] {
  const folder = path.join(here, type, "fixtures/webhook");
  return readdirSync(folder)
    .filter((file) => !file.endsWith(".golden.json"))
    .map((file) => {
      const { headers, body } = JSON.parse(readFileSync(path.join(folder, file), "utf8"));
      return {
        name: file.replace(".json", ""),
        headers,
        body,
        golden: path.join(folder, file.replace(".json", ".golden.json")),
      };
    });
}

function parse(
  webhooks: Webhooks,
  type: string,
  { headers, body }: { headers: Record<string, string>; body: Uint8Array | string },
): HookItem[] {
  const delivery = webhooks.verify(signed(type, body, headers), [HOOK_SECRET], HOOK_TIME);
  if (!delivery) throw new Error("the delivery was not accepted");
  expect(webhooks.deliveryId(delivery)).toMatch(/^[\w{}:.-]{1,110}$/);
  return webhooks.parse(delivery);
}

/** Whatever a payload holds, an item has values that the rest of the program can rely on. */
function expectSound(items: HookItem[]): void {
  expect(items.length).toBeGreaterThan(0);
  for (const item of items) {
    if (item.kind === "ignored") expect(messageOf(item.reason)).not.toContain(`(${item.reason.code})`);
    if (item.kind === "push") {
      for (const id of [item.before, item.after, item.commit])
        expect(id ?? "0".repeat(40)).toMatch(/^[0-9a-f]{40,64}$/);
      expect(item.deleted && (item.after !== null || item.commit !== null)).toBe(false);
      expect(item.ref).not.toMatch(/^refs\/|^-|\.\./);
    }
    if (item.kind === "pullRequest" && !item.isFork) expect(item.head.repositoryId).toBe(item.repository.id);
    if ("repository" in item && item.repository) expect(item.repository.id.length).toBeGreaterThan(0);
  }
}

/** One fixture of each kind of event: the schemas of the others are the same. */
const mutated =
  /^push$|^push-several$|-from-fork$|^repository-(renamed|deleted)$|^installation-repositories$/;

const withHooks = Object.entries(registry).flatMap(([type, { webhooks }]) =>
  webhooks ? [{ type, webhooks }] : [],
);

it("every host with an API delivers webhooks, and the kit of the tests signs for each of them", () => {
  expect(withHooks.map(({ type }) => type).toSorted()).toEqual(signable.toSorted());
  for (const { type } of withHooks)
    expect(readdirSync(path.join(here, type))).toEqual(
      expect.arrayContaining(["webhook.ts", "webhook-event.ts"]),
    );
});

describe.each(withHooks)("webhooks of $type", ({ type, webhooks }) => {
  const fixtures = fixturesOf(type);
  const push = fixtures.find(({ name }) => name === "push") ?? fixtures[0];

  it.each(fixtures)("reads $name as its golden file says", async ({ headers, body, golden }) => {
    const items = parse(webhooks, type, { headers, body: JSON.stringify(body) });
    expectSound(items);
    await expect(`${JSON.stringify(items, null, 2)}\n`).toMatchFileSnapshot(golden);
  });

  it("has golden files of pushes, tags, deletions and requests, also from a fork", () => {
    const items = fixtures.flatMap(({ golden }): HookItem[] => JSON.parse(readFileSync(golden, "utf8")));
    const pushes = items.filter((one) => one.kind === "push");
    expect(
      new Set(pushes.map(({ refKind, deleted }) => `${refKind} ${deleted}`)).size,
    ).toBeGreaterThanOrEqual(3);
    expect(pushes.some(({ created }) => created)).toBe(true);
    const requests = items.filter((one) => one.kind === "pullRequest");
    expect(new Set(requests.map(({ state }) => state)).size).toBeGreaterThanOrEqual(2);
    expect(new Set(requests.map(({ isFork }) => isFork)).size).toBe(2);
  });

  it("accepts the current secret and one that is being replaced, and says which", () => {
    const delivery = signed(type, JSON.stringify(push?.body), push?.headers);
    const other = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
    expect(webhooks.verify(delivery, [HOOK_SECRET, other], HOOK_TIME)?.secretIndex).toBe(0);
    expect(webhooks.verify(delivery, [other, HOOK_SECRET], HOOK_TIME)?.secretIndex).toBe(1);
    for (const secrets of [[other], [], [""], ["", other]])
      expect(webhooks.verify(delivery, secrets, HOOK_TIME)).toBeNull();
  });

  it("accepts no delivery whose signature or secret is absent, empty, cut or of the wrong form", () => {
    const { raw, headers } = signed(type, JSON.stringify(push?.body), push?.headers);
    const names = [...headers.keys()].filter((name) => /signature|token/.test(name));
    expect(names.length).toBeGreaterThan(0);
    const good = names.map((name) => headers.get(name) ?? "");
    const wrong: ((value: string) => string | null)[] = [
      () => null,
      () => "",
      () => "sha256=",
      (value) => value.slice(0, -4),
      (value) => `${value}00`,
      (value) =>
        value
          .replace("sha256=", "sha1=")
          .replace("v1,", "v2,")
          .replace(/^(?=[0-9a-f]{64}$)/, "sha1="),
    ];
    for (const change of wrong.slice(0, type === "azureDevops" ? 5 : 6)) {
      const changed = new Headers(headers);
      for (const [index, name] of names.entries()) {
        const value = change(good[index] ?? "");
        if (value === null) changed.delete(name);
        else changed.set(name, value);
      }
      expect(webhooks.verify({ raw, headers: changed }, [HOOK_SECRET], HOOK_TIME)).toBeNull();
    }
  });

  it.skipIf(type === "azureDevops")("accepts not one other byte of the body", () => {
    const { raw, headers } = signed(type, JSON.stringify(push?.body), push?.headers);
    for (const at of [0, Math.floor(raw.length / 2), raw.length - 1]) {
      const changed = Uint8Array.from(raw);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(webhooks.verify({ raw: changed, headers }, [HOOK_SECRET], HOOK_TIME)).toBeNull();
    }
    const spaced = Buffer.from(JSON.stringify(push?.body, null, 1));
    expect(webhooks.verify({ raw: spaced, headers }, [HOOK_SECRET], HOOK_TIME)).toBeNull();
  });

  it("gives the same id to the same delivery, and bytes have one where the host sends none", () => {
    const { raw, headers } = signed(type, "{}", push?.headers);
    for (const name of [...headers.keys()].filter((one) => /delivery|uuid|request-id|idempotency/.test(one)))
      headers.delete(name);
    const ids = [raw, raw].map((bytes) => {
      const delivery = webhooks.verify({ raw: bytes, headers }, [HOOK_SECRET], HOOK_TIME);
      return delivery && webhooks.deliveryId(delivery);
    });
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toMatch(/^(sha256:[0-9a-f]{64}|8f3a5c1e.*)$/);
  });

  it.each(fixtures.filter(({ name }) => mutated.test(name)))(
    "never throws on 60 payloads of $name that are wrong in one place",
    ({ headers, body }) => {
      for (const mutant of mutants(body, 60, 20_260_503))
        expectSound(parse(webhooks, type, { headers, body: mutant }));
    },
  );

  it("never throws on arbitrary bytes or JSON, under any name of an event", () => {
    const names = [...fixtures.map(({ headers }) => headers), {}];
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json({ maxDepth: 5 }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), body, (headers, bytes) => {
        expectSound(parse(webhooks, type, { headers, body: bytes }));
      }),
      { numRuns: 200 },
    );
  });
});

/** Payloads of others are not part of the project; where they lie beside it, they are read. */
const published = path.resolve(here, "../../../shared/webhook-payloads");
const folders: Record<string, string> = {
  azureDevops: "azure-devops",
  bitbucket: "bitbucket-cloud",
  bitbucketServer: "bitbucket-dc",
  gitea: "gitea-forgejo",
  github: "github",
  gitlab: "gitlab",
};

describe.each(withHooks)("published payloads of $type", ({ type, webhooks }) => {
  const folder = path.join(published, folders[type] ?? "none");
  const files = existsSync(folder)
    ? readdirSync(folder).filter((file) => !file.endsWith(".headers.json") && file.endsWith(".json"))
    : [];

  it.skipIf(files.length === 0)(
    `are read${files.length === 0 ? " (not run: there are none beside the project)" : ""}`,
    () => {
      for (const file of files) {
        const headers = JSON.parse(
          readFileSync(path.join(folder, file.replace(".json", ".headers.json")), "utf8"),
        );
        const items = parse(webhooks, type, { headers, body: readFileSync(path.join(folder, file)) });
        expectSound(items);
        const text = readFileSync(path.join(folder, file), "utf8");
        // One of them is older than the permanent ids of its host.
        if (type === "bitbucket" && !text.includes('"uuid"')) continue;
        const unread = items.filter((one) => one.kind === "ignored" && one.reason.code === "hook_unreadable");
        expect(unread, file).toEqual([]);
        expect(
          items.map((one) => `${one.kind}`),
          file,
        ).toEqual([expectedKind(type, file, Object.values(headers).join())]);
      }
    },
  );
});

/** By the name of the file, which says what the event is. */
function expectedKind(type: string, file: string, event: string): string {
  const isDeletion = type === "gitea" && event === "delete";
  if (/^(create|delete)$/.test(event)) return isDeletion ? "push" : "ignored";
  if (/ilestoned|ssigned|review_requested|ReviewRequest|approved|WithoutChanges|we_do_not/.test(file))
    return "ignored";
  return /^(push|Push|Tag_Push|repo_push|repo_refs|git_push)/.test(file) ? "push" : "pullRequest";
}
