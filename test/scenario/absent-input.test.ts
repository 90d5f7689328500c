import { faultIn, owner, post } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { describe, expect, it } from "vitest";
import { collectSchemas, type JsonSchema } from "@/server/openapi/schema";
import { procedures } from "@/server/procedure-facts";

testDatabase();

function mayBeNull(part: JsonSchema): boolean {
  return [part, ...(part.anyOf ?? [])].some((each) => [each.type].flat().includes("null"));
}

describe("an optional input field", () => {
  it("may be null in every procedure", () => {
    const { schemas, refs } = collectSchemas();
    const strict = [...procedures.values()].flatMap(({ path, input }) => {
      const schema = input ? schemas[(refs.get(input) ?? "").split("/").at(-1) ?? ""] : undefined;
      const optional = Object.entries(schema?.properties ?? {}).filter(
        ([name]) => !schema?.required?.includes(name),
      );
      return optional.filter(([, part]) => !mayBeNull(part)).map(([name]) => `${path} ${name}`);
    });
    expect(strict).toEqual([]);
  });

  it("counts as left out when it is null", async () => {
    const { key } = await owner();
    expect((await post("rest", "application.all", { limit: null, search: null }, key)).status).toBe(200);
    const ids = { gitProviderId: "none", repository: null, name: null, slug: null };
    const update = await post("rest", "application.update", { applicationId: "none", ...ids }, key);
    expect(await faultIn(update)).toBe("not_found");
    const deploy = await post(
      "trpc",
      "application.deploy",
      { applicationId: "none", environment: null },
      key,
    );
    expect(await faultIn(deploy)).toBe("not_found");
  });
});
