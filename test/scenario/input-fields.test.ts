import { describe, expect, it } from "vitest";
import { exampleOf } from "@/server/openapi/example";
import { collectSchemas } from "@/server/openapi/schema";
import { procedures } from "@/server/procedure-facts";

/** Fields that say who acts, or that only Slipway may set. */
const ours = [
  "organizationId",
  "userId",
  "authId",
  "createdAt",
  "updatedAt",
  "instanceAdmin",
  "isDefault",
  "role",
  "memberAccess",
  "keyHash",
  "keyId",
  "encryptedToken",
  "credentialVersion",
  "fence",
  "lease",
];

/** Procedures for which the field is the subject of the call. */
const meant = new Set([
  "organization.setActive organizationId",
  "member.invite role",
  "member.updateRole role",
  "gitProvider.setDefault isDefault",
]);

const { schemas, refs } = collectSchemas();

function schemaOf(input: object) {
  return schemas[(refs.get(input as never) ?? "").split("/").at(-1) ?? ""] ?? {};
}

describe("the input of every procedure", () => {
  const all = [...procedures.values()].filter(({ input }) => input !== null);

  it("has no field that only Slipway may set", () => {
    const found = all.flatMap(({ path, input }) =>
      Object.keys(schemaOf(input as object).properties ?? {})
        .filter((name) => ours.includes(name))
        .map((name) => `${path} ${name}`),
    );
    expect(found.filter((each) => !meant.has(each))).toEqual([]);
    expect(all.length).toBeGreaterThan(60);
  });

  it("drops unknown fields before the verb sees them", () => {
    const wrong: string[] = [];
    let read = 0;
    for (const { path, input } of all) {
      const example = exampleOf(schemaOf(input as object)) as object;
      const more = Object.fromEntries(ours.map((name) => [name, "theirs"]));
      const given = {
        ...more,
        strange: { deep: 1 },
        constructor: { prototype: { polluted: 1 } },
        ...example,
      };
      const parsed = input?.safeParse(given);
      if (!parsed?.success || typeof parsed.data !== "object" || parsed.data === null) continue;
      read++;
      const kept = Object.keys(parsed.data).filter((name) => !(name in example));
      const odd = kept.filter((name) => ["strange", "constructor", ...ours].includes(name));
      wrong.push(...odd.map((name) => `${path} keeps ${name}`));
    }
    expect(wrong).toEqual([]);
    expect(read).toBeGreaterThan(40);
  });
});
