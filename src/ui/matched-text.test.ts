import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matches } from "@/ui/matched-text";

describe("marking search matches in a text", () => {
  it("marks every word, whatever its case", () => {
    const hits = matches("Acme/web-Site", "site ACME").filter((piece) => piece.hit);
    expect(hits.map((piece) => piece.part)).toEqual(["Acme", "Site"]);
  });

  it("treats regular expression characters as plain text", () => {
    expect(matches("a.b", ".").filter((piece) => piece.hit)).toHaveLength(1);
  });

  it("never loses or adds a letter", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, search) => {
        expect(
          matches(text, search)
            .map((piece) => piece.part)
            .join(""),
        ).toBe(text);
      }),
    );
  });
});
