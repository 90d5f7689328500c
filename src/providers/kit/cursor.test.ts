import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Fault } from "@/lib/fault";
import { decodeCursor, encodeCursor } from "@/providers/kit/cursor";

const At = z.strictObject({ page: z.number().int() });

function faultOf(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a cursor of a provider list", () => {
  it("gives its position back for the same query", () => {
    const cursor = encodeCursor({ search: "web" }, { page: 7 });
    expect(decodeCursor({ search: "web" }, At, cursor)).toEqual({ page: 7 });
  });

  it("is refused for another query", () => {
    const cursor = encodeCursor({ search: "web" }, { page: 7 });
    const fault = faultOf(() => decodeCursor({ search: "api" }, At, cursor));
    expect(fault).toMatchObject({ code: "invalid_input", reason: { code: "cursor_invalid" } });
  });

  it("is refused when its position has another shape", () => {
    const cursor = encodeCursor("q", { page: "https://evil.example/" });
    expect(faultOf(() => decodeCursor("q", At, cursor)).code).toBe("invalid_input");
  });

  it("never throws anything but invalid_input for any text", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.base64String().map((text) => `1.${text}`),
    );
    fc.assert(
      fc.property(texts, (text) => faultOf(() => decodeCursor("q", At, text)).code === "invalid_input"),
    );
  });

  it("keeps any position that JSON can hold", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (query, at) => {
        const back = decodeCursor(query, z.unknown(), encodeCursor(query, at));
        return JSON.stringify(back) === JSON.stringify(at);
      }),
    );
  });
});
