import { arbitraryOf, undeclared } from "@test/kit/schema-values";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { permissions } from "@/access/policy";
import { answerOf, isCompiled } from "@/rpc/answer";
import { procedures } from "@/server/procedure-facts";
import { appRouter } from "@/server/root";
import { routes } from "@/server/routes";

describe("every procedure", () => {
  const all = [...procedures.values()];

  it("declares who may call it", () => {
    const known = new Set<string>([...permissions, "anyone", "signedIn", "sessionOnly"]);
    expect(all.filter(({ meta }) => !known.has(meta?.access)).map(({ path }) => path)).toEqual([]);
  });

  it("declares a schema of its output", () => {
    const loose = all.filter(({ output, type }) => !output && type !== "subscription");
    expect(loose.map(({ path }) => path)).toEqual([]);
  });

  it("is answered through the compiled output schema", () => {
    const answering = all.filter(({ type }) => type !== "subscription").map(({ path }) => path);
    const byPath: Record<string, unknown> = appRouter._def.procedures;
    expect(answering.filter((path) => !isCompiled(byPath[path]))).toEqual([]);
  });

  it("answers what its schema declares and nothing else, exactly as zod would", () => {
    const outputs = new Set(
      all.flatMap(({ output, type }) => (output && type !== "subscription" ? output : [])),
    );
    for (const output of outputs) {
      const answer = answerOf(output);
      fc.assert(
        fc.property(arbitraryOf(output), (value) => {
          const answered = answer(value);
          expect(answered).toEqual(output.parse(value));
          expect(JSON.stringify(answered)).not.toContain(undeclared);
        }),
        { numRuns: 20, seed: 7 },
      );
    }
  });

  it("is named router.procedure, in letters", () => {
    expect(
      all.map(({ path }) => path).filter((name) => !/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/.test(name)),
    ).toEqual([]);
  });
});

describe("the routes under /api", () => {
  it("do not take the name of a router", () => {
    const names = routes.map(({ path }) => /^\/api\/([\w.]+)/.exec(path)?.[1]).filter((name) => name);
    expect(names).toEqual(expect.arrayContaining(["trpc", "auth", "health", "ready"]));
    expect(Object.keys(appRouter._def.record).filter((name) => names.includes(name))).toEqual([]);
  });

  it("end with the REST API, which takes every path that no other route takes", () => {
    expect(routes.at(-1)?.path).toBe("/api/*");
  });
});
