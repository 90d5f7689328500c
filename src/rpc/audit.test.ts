import { beforeEach, describe, expect, it, vi } from "vitest";
import { nobody } from "@/access/audit";
import { AuditContext } from "@/access/audit-context";
import { currentAuditRecorder } from "@/db/client";
import { Fault, type FaultCode } from "@/lib/fault";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";
import { auditCall, auditContextOf, declareFields, recordFailure, recordRefusal } from "@/rpc/audit";
import { type Context, createContext } from "@/rpc/context";

const anyone = createContext(new Headers());
const someone = {
  ...anyone,
  principal: async () => ({ userId: "u1", email: "ada@example.com", via: { kind: "session" } }),
  membership: async () => ({ organizationId: "o1" }),
} as unknown as Context;

beforeEach(() => {
  for (const name of ["rateLimitBuckets", "oncePerMinute"])
    processGlobal(name, () => new Map<string, unknown>()).value.clear();
});

/** What is recorded of a call from the beginning. */
function given(path: string, input: unknown) {
  const annotate = vi.spyOn(AuditContext.prototype, "annotate");
  auditContextOf(anyone, path, input);
  const [first] = annotate.mock.calls[0] ?? [];
  annotate.mockRestore();
  return first;
}

/** The events that `work` writes, as `result fault`, and by which action. */
async function eventsOf(work: () => Promise<unknown>): Promise<string[]> {
  const close = vi.spyOn(AuditContext.prototype, "close").mockResolvedValue();
  await work();
  const events = close.mock.calls.map(([result, fault]) => `${result} ${fault ?? ""}`.trim());
  close.mockRestore();
  return events;
}

describe("the audit record of a call", () => {
  it.each([
    ["application.update", { gitProviderId: "g1", applicationId: "a1" }, { type: "application", id: "a1" }],
    ["gitea.update", { giteaId: "t1" }, { type: "gitProvider", id: "t1" }],
    ["gitea.create", { organizationId: "o1" }, { type: "gitProvider" }],
    ["provider.moveAll", { fromGitProviderId: "g2" }, { type: "gitProvider", id: "g2" }],
    ["variable.set", { environmentId: "e1", organizationId: "o1" }, { type: "environment", id: "e1" }],
    ["application.update", { applicationId: "x".repeat(70) }, { type: "application", id: "x".repeat(64) }],
    ["application.update", { applicationId: "" }, undefined],
    ["application.update", { applicationId: 7 }, undefined],
    ["user.me", {}, undefined],
    ["user.me", null, undefined],
    ["user.me", "text", undefined],
  ])("%s with %o names the target %o", (path, input, target) => {
    expect(given(path, input)).toEqual({ target, details: undefined });
  });

  it("names the declared fields that were sent, without ids and without values", () => {
    declareFields("test.update", ["name", "branch", "gitProviderId"]);
    const input = { name: "secret", branch: "main", gitProviderId: "g1", undeclared: 1 };
    expect(given("test.update", input)?.details).toEqual({ fields: ["branch", "name"] });
    expect(given("test.update", { name: "x" })?.details).toEqual({ fields: ["name"] });
    expect(given("other.update", input)?.details).toBeUndefined();
  });

  it("names who calls and in which organization, or nobody", async () => {
    const actor = { userId: "u1", organizationId: "o1", apiKeyId: null, name: "ada@example.com" };
    expect(await auditContextOf(someone, "a.b", {}).actor()).toEqual(actor);
    const nowhere = { ...someone, membership: async () => null };
    expect(await auditContextOf(nowhere, "a.b", {}).actor()).toEqual({ ...actor, organizationId: null });
    expect(await auditContextOf(anyone, "a.b", {}).actor()).toEqual(nobody);
  });
});

const fault = (code: FaultCode, reason: string = code, params?: Record<string, string>) =>
  new Fault(code, { code: reason, params });

describe("a call that failed", () => {
  const recorded = (ctx: Context, why: Fault, changes: boolean) =>
    eventsOf(() => recordFailure(auditContextOf(ctx, "a.b", {}), why, changes));

  it.each([
    [fault("unauthenticated"), "denied unauthenticated", "denied unauthenticated"],
    [fault("forbidden"), "denied forbidden", "denied forbidden"],
    [fault("not_found", "not_found", { what: "provider" }), "denied not_found", "denied not_found"],
    [fault("not_found", "not_found", { what: "procedure" }), "failed not_found", undefined],
    [fault("not_found", "ref_not_found"), "failed not_found", undefined],
    [fault("conflict", "name_taken"), "failed conflict", undefined],
    [fault("internal"), "failed internal", undefined],
    [fault("unavailable", "host_busy"), "failed unavailable", undefined],
    [fault("unavailable", "database_away"), undefined, undefined],
    [fault("unavailable", "database_busy"), undefined, undefined],
    [fault("conflict", "organization_switched"), undefined, undefined],
    [fault("invalid_input", "invalid_input"), undefined, undefined],
  ])(
    "with %s is recorded as %s when it would change something, as %s when not",
    async (why, changing, reading) => {
      expect(await recorded(someone, why, true)).toEqual(changing ? [changing] : []);
      expect(await recorded(someone, why, false)).toEqual(reading ? [reading] : []);
    },
  );

  it("over the limit is recorded once a minute for each address", async () => {
    const limited = fault("rate_limited", "calls_limited");
    expect(await recorded(someone, limited, false)).toEqual(["denied rate_limited"]);
    expect(await recorded(someone, limited, true)).toEqual([]);
  });

  it("and whose caller is unknown is recorded only for changes, and not without end", async () => {
    expect(await recorded(anyone, fault("forbidden"), true)).toEqual([]);
    const failures = await eventsOf(async () => {
      for (let n = 0; n < 70; n++)
        await recordFailure(auditContextOf(anyone, "a.b", {}), fault("internal"), true);
    });
    expect(failures.length).toBeGreaterThanOrEqual(60);
    expect(failures.length).toBeLessThan(65);
    expect(await recorded(someone, fault("internal"), true)).toEqual(["failed internal"]);
  });

  it.each([
    [new TypeError("x"), "TypeError"],
    ["no error", "unknown"],
  ])("keeps its own fault when the record cannot be written: %s", async (problem, code) => {
    const close = vi.spyOn(AuditContext.prototype, "close").mockRejectedValue(problem);
    const told = vi.spyOn(log, "error").mockImplementation(() => undefined);
    await recordFailure(auditContextOf(someone, "a.b", {}), fault("forbidden"), false);
    expect(told.mock.calls).toMatchObject([[{ action: "a.b", code }, expect.any(String)]]);
    for (const spy of [close, told]) spy.mockRestore();
  });

  it("before it was handled is recorded where it was denied, with the first 100 characters of its path", async () => {
    const close = vi.spyOn(AuditContext.prototype, "close").mockResolvedValue();
    await recordRefusal(someone, "p".repeat(120), fault("forbidden"));
    await recordRefusal(someone, "path", new Error("x"));
    const actions = close.mock.contexts.map((context) => (context as AuditContext).action);
    close.mockRestore();
    expect(actions).toEqual(["p".repeat(100)]);
  });
});

describe("a change outside of a procedure", () => {
  const commit = async () => currentAuditRecorder()?.committed();
  const fail = async () => {
    throw new Error("broken");
  };

  it("is recorded by its own transaction, or at its end where it had none", async () => {
    expect(await eventsOf(() => auditCall(someone, "a.b", {}, commit))).toEqual([]);
    const done = vi.fn();
    expect(await eventsOf(() => auditCall(someone, "a.b", {}, async () => 7).then(done))).toEqual(["ok"]);
    expect(done).toHaveBeenCalledWith(7);
  });

  it("is recorded when it fails, unless that failure is left out, and throws in both cases", async () => {
    const failed = vi.fn();
    expect(await eventsOf(() => auditCall(someone, "a.b", {}, fail).catch(failed))).toEqual([
      "failed internal",
    ]);
    const never = () => false;
    expect(await eventsOf(() => auditCall(someone, "a.b", {}, fail, never).catch(failed))).toEqual([]);
    expect(failed).toHaveBeenCalledTimes(2);
  });
});
