import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainOf, spansOf } from "@/app/o/[slug]/applications/_log/ansi";

const esc = "\u001b";

describe("parsing the ANSI colours of a line", () => {
  it("splits the line where the colour changes", () => {
    expect(spansOf(`a ${esc}[31mred${esc}[0m b`)).toEqual([
      { text: "a ", style: {} },
      { text: "red", style: { colour: "red" } },
      { text: " b", style: {} },
    ]);
  });

  it("combines several attributes and resets single ones", () => {
    const [both, plain] = spansOf(`${esc}[1;4;92mgo${esc}[22;39m on`);
    expect(both).toEqual({ text: "go", style: { bold: true, underline: true, colour: "green" } });
    expect(plain?.style).toEqual({ underline: true });
  });

  it("maps backgrounds, 256 colours and true colours to the nearest named colour", () => {
    const first = (codes: string) => spansOf(`${esc}[${codes}mx`)[0]?.style;
    expect(first("41")).toEqual({ ground: "red" });
    expect(first("38;5;12")).toEqual({ colour: "blue" });
    expect(first("38;5;208;1")).toEqual({ colour: "red", bold: true });
    expect(first("48;2;10;250;240")).toEqual({ ground: "cyan" });
    expect(first("38:2:250:250:0")).toEqual({ colour: "yellow" });
  });

  it("treats an empty code as a reset", () => {
    expect(spansOf(`${esc}[31ma${esc}[mb`)[1]).toEqual({ text: "b", style: {} });
  });

  it("drops cursor movements and keeps markup as text", () => {
    expect(spansOf(`${esc}[2K<b>x</b>`)).toEqual([{ text: "<b>x</b>", style: {} }]);
  });

  it("keeps all text of any line", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(`${esc}[31m`, `${esc}[0m`, `${esc}[38;5;`, `${esc}[1A`, esc),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const line = pieces.join("");
        const spans = spansOf(line);
        expect(spans.map((span) => span.text).join("")).toBe(plainOf(line));
        expect(spans.every((span) => span.text !== "")).toBe(true);
      }),
    );
  });
});
