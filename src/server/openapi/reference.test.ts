import { testEnv } from "@test/kit/database";
import { beforeAll, describe, expect, it } from "vitest";
import { setEnv } from "@/lib/env";
import { exampleOf, kindOfValue } from "@/server/openapi/example";
import { reference } from "@/server/openapi/reference";
import { procedures } from "@/server/procedure-facts";

beforeAll(() => setEnv(testEnv({ SLIPWAY_URL: "https://slipway.example.com" })));

describe("the API reference", () => {
  it("shows every procedure with a call to copy", () => {
    const entries = reference().flatMap((group) => group.entries);
    expect(entries.map((entry) => entry.path)).toEqual([...procedures.keys()]);
    for (const { path, curl } of entries) expect(curl).toContain(`https://slipway.example.com/api/${path}`);
  });

  it("gives each procedure a summary and an example call of its fields", () => {
    const entry = reference()
      .flatMap((group) => group.entries)
      .find(({ path }) => path === "setup.initialize");
    expect(entry?.fields.map((field) => field.name)).toContain("setupToken");
    expect(JSON.parse(entry?.example ?? "")).toMatchObject({ email: expect.any(String), setupToken: "…" });
    expect(
      reference()
        .flatMap((group) => group.entries)
        .filter((each) => !each.summary),
    ).toEqual([]);
  });
});

describe("an example", () => {
  it("has the required fields of an object, and the first of several choices", () => {
    const schema = {
      type: "object",
      required: ["name", "when", "kind", "list"],
      properties: {
        name: { type: "string" },
        when: { type: "string", format: "date-time" },
        kind: { anyOf: [{ type: "null" }, { type: "string", enum: ["a", "b"] }] },
        list: { type: "array", items: { type: "integer", minimum: 3 } },
        extra: { type: "boolean" },
      },
    };
    expect(exampleOf(schema)).toEqual({ name: "my-app", when: "2027-01-31T12:00:00Z", kind: "a", list: [3] });
  });

  it("names kinds in words", () => {
    expect(kindOfValue({ anyOf: [{ $ref: "#/components/schemas/Commit" }, { type: "null" }] })).toBe(
      "Commit or null",
    );
    expect(kindOfValue({ type: "array", items: { type: "string" } })).toBe("list of text");
  });
});
