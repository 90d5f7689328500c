import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findAll, hitsByLine, mostHits, piecesOf } from "@/app/o/[slug]/applications/_log/find";

describe("searching a log", () => {
  it("finds every match in order, whatever the case", () => {
    expect(findAll(["Error: no error", "fine", "ERROR"], "error")).toEqual([
      { line: 0, from: 0, to: 5 },
      { line: 0, from: 10, to: 15 },
      { line: 2, from: 0, to: 5 },
    ]);
  });

  it("treats pattern characters as plain text and finds nothing for an empty search", () => {
    expect(findAll(["a.b", "axb"], "a.b")).toHaveLength(1);
    expect(findAll(["a"], "")).toEqual([]);
  });

  it("stops at the limit of matches", () => {
    expect(
      findAll(
        Array.from({ length: mostHits + 5 }, () => "e"),
        "e",
      ),
    ).toHaveLength(mostHits);
  });

  it("marks a match that spans a colour change in each part", () => {
    const spans = [
      { text: "ab", style: {} },
      { text: "cd", style: { bold: true } },
    ];
    const hits = hitsByLine(findAll(["abcd"], "bc")).get(0) ?? [];
    expect(piecesOf(spans, hits).map(({ text, hit }) => [text, hit])).toEqual([
      ["a", undefined],
      ["b", 0],
      ["c", 0],
      ["d", undefined],
    ]);
  });

  it("keeps all text, wherever the matches are", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.string({ maxLength: 2 }), (texts, search) => {
        const line = texts.join("");
        const hits = hitsByLine(findAll([line], search)).get(0) ?? [];
        const pieces = piecesOf(
          texts.map((text) => ({ text, style: {} })),
          hits,
        );
        expect(pieces.map((piece) => piece.text).join("")).toBe(line);
      }),
    );
  });
});
