import fc from "fast-check";
import { expect, it } from "vitest";
import { newId } from "@/lib/id";
import { Id } from "@/lib/shape";

it("an id of ours stays as it is", () => {
  const id = newId();
  expect(Id.parse(id)).toBe(id);
});

it("an id that is empty, too long or strange is one that no row has, and never an error", () => {
  for (const id of ["", " ", "\0", "a".repeat(65), "ä", "a b"]) expect(Id.parse(id)).toBe("-");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => Id.parse(text).length <= 64));
});
