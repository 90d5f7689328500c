import fc from "fast-check";
import { expect, it } from "vitest";
import { newId } from "@/lib/id";
import { Id, Name } from "@/lib/shape";

it("a generated id is accepted unchanged", () => {
  const id = newId();
  expect(Id.parse(id)).toBe(id);
});

it("an id that is empty, too long or malformed is read as one that no row has, without an error", () => {
  for (const id of ["", " ", "\0", "a".repeat(65), "ä", "a b"]) expect(Id.parse(id)).toBe("-");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => Id.parse(text).length <= 64));
});

it.each(["\u202e", "\u2066", "\u200f", "\u2028", "\u2029", "\u200b", "\ufeff", "\u0007", "\n"])(
  "a name with the invisible character %j is refused",
  (sign) => {
    expect(Name.safeParse(`a${sign}b`).success).toBe(false);
  },
);

it.each(["Ünïcode 名前", "עברית", "👩‍👩‍👧 family", "a-b_c.d (e)", "a\u00a0b"])(
  "a name such as %s is accepted",
  (name) => {
    expect(Name.parse(name)).toBe(name);
  },
);
