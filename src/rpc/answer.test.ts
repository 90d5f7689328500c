import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Id, optional } from "@/lib/shape";
import { answerOf } from "@/rpc/answer";
import { anyone, createCallerFactory, router } from "@/rpc/procedure";

const Provider = z.object({
  id: Id,
  name: z.string(),
  count: z.number().int(),
  state: z.enum(["ok", "broken"]),
  reason: z.object({ code: z.string() }).optional(),
  account: z.object({ name: z.string() }).nullable(),
  fields: z.record(z.string(), z.union([z.string(), z.boolean(), z.null()])),
  next: optional(z.object({ madeAt: z.string() })),
});
const provider = {
  id: "p1",
  name: "Gitea",
  count: 3,
  state: "ok",
  reason: { code: "not_tested", params: { token: "undeclared" } },
  account: { name: "ada", secret: "undeclared" },
  fields: { giteaId: "g1", hasAccessToken: true, organizationName: null },
  next: null,
  accessToken: "undeclared",
};

describe("an answer by its output schema", () => {
  it("contains no field that its schema does not declare, at every depth", () => {
    const answered = answerOf(z.array(Provider))([provider]);
    expect(answered).toEqual(z.array(Provider).parse([provider]));
    expect(JSON.stringify(answered)).not.toContain("undeclared");
  });

  it("leaves out absent fields, and keeps null where the schema allows it", () => {
    const bare = { ...provider, reason: undefined, account: null };
    const text = JSON.stringify(answerOf(Provider)(bare));
    expect(text).toContain('"account":null');
    expect(text).not.toMatch(/reason|next/);
  });

  it.each([
    ["a number where text is declared", { name: 7 }],
    ["a word that is none of the declared ones", { state: "great" }],
    ["a number that JSON does not know", { count: Number.NaN }],
    ["a missing field", { name: undefined }],
    ["a list where an object is declared", { account: [] }],
    ["an object among plain values", { fields: { giteaId: { secret: "undeclared" } } }],
  ])("is refused with %s, exactly as zod refuses it", (_, wrong) => {
    expect(() => answerOf(Provider)({ ...provider, ...wrong })).toThrow(z.ZodError);
  });

  it("does not let a field called __proto__ change its prototype", () => {
    const fields = JSON.parse('{"__proto__": "x", "a": "b"}');
    expect(answerOf(z.record(z.string(), z.string()))(fields)).toEqual({ a: "b" });
  });

  it("equals zod's output for schemas that transform, are strict or are loose", () => {
    const Closed = z.object({ at: z.string().transform((text) => text.length) });
    expect(answerOf(Closed)({ at: "four" })).toEqual({ at: 4 });
    expect(() => answerOf(z.strictObject({ a: z.string() }))({ a: "b", secret: "undeclared" })).toThrow(
      z.ZodError,
    );
    expect(answerOf(z.looseObject({ a: z.string() }))({ a: "b", c: 1 })).toEqual({ a: "b", c: 1 });
  });
});

describe("a procedure", () => {
  const procedures = router({
    show: anyone()
      .output(z.object({ name: z.string() }))
      .query(() => ({ name: "Gitea", accessToken: "undeclared" })),
    wrong: anyone()
      .output(z.object({ name: z.string() }))
      .query(() => ({ name: 7 }) as never),
  });

  it("answers by its schema, and fails when the result does not fit", async () => {
    const origin = { requestId: "r", address: "127.0.0.1", userAgent: "" };
    const caller = createCallerFactory(procedures)({ origin } as never);
    expect(await caller.show()).toEqual({ name: "Gitea" });
    await expect(caller.wrong()).rejects.toThrow("Output validation failed");
  });
});
