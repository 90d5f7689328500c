import fc from "fast-check";
import { expect, it } from "vitest";
import { newId } from "@/lib/id";
import { Id, Name } from "@/lib/shape";

it("an id of ours stays as it is", () => {
  const id = newId();
  expect(Id.parse(id)).toBe(id);
});

it("an id that is empty, too long or strange is one that no row has, and never an error", () => {
  for (const id of ["", " ", "\0", "a".repeat(65), "ä", "a b"]) expect(Id.parse(id)).toBe("-");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => Id.parse(text).length <= 64));
});

it.each(["\u202e", "\u2066", "\u200f", "\u2028", "\u2029", "\u200b", "\ufeff", "\u0007", "\n"])(
  "a name with the invisible sign %j is refused",
  (sign) => {
    expect(Name.safeParse(`a${sign}b`).success).toBe(false);
  },
);

it.each(["Ünïcode 名前", "עברית", "👩‍👩‍👧 family", "a-b_c.d (e)", "a\u00a0b"])(
  "a name such as %s is taken",
  (name) => {
    expect(Name.parse(name)).toBe(name);
  },
);
