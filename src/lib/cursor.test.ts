import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/cursor";

const refused = expect.objectContaining({ code: "invalid_input", reason: { code: "cursor_invalid" } });

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe("a cursor", () => {
  it("gives back what was put in", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (scope, value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(decodeCursor(scope, encodeCursor(scope, value))).toEqual(plain);
      }),
    );
  });

  it("is refused by every other scope", () => {
    const cursor = encodeCursor("org-a/member.all", { after: "x" });
    expect(thrown(() => decodeCursor("org-b/member.all", cursor))).toEqual(refused);
  });

  it("whose value was changed into another shape is refused", () => {
    const cursor = encodeCursor("scope", { after: 3 });
    expect(decodeCursor("scope", cursor, z.object({ after: z.number() }))).toEqual({ after: 3 });
    expect(thrown(() => decodeCursor("scope", cursor, z.string()))).toEqual(refused);
  });

  it("that is damaged is refused and never breaks anything", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(thrown(() => decodeCursor("scope", text))).toEqual(refused);
      }),
    );
  });
});
