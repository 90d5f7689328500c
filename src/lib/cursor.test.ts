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

describe("a list cursor", () => {
  it("gives back the value that was put in", () => {
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

  it("is refused when its value has another shape", () => {
    const cursor = encodeCursor("scope", { after: 3 });
    expect(decodeCursor("scope", cursor, z.object({ after: z.number() }))).toEqual({ after: 3 });
    expect(thrown(() => decodeCursor("scope", cursor, z.string()))).toEqual(refused);
  });

  it("is refused when it is damaged, and never causes another error", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(thrown(() => decodeCursor("scope", text))).toEqual(refused);
      }),
    );
  });
});
