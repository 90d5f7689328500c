import { describe, expect, it } from "vitest";
import {
  changesOf,
  draftOfRows,
  rowsOfDraft,
} from "@/app/o/[slug]/applications/[id]/_environments/variables-editor";

const stored = (name: string, value = "") => ({ key: name, name, value, stored: true });
const added = (name: string, value = "") => ({ key: `new ${name}`, name, value, stored: false });

describe("what an edit of variables sends", () => {
  it("leaves out stored variables with a blank value", () => {
    expect(changesOf([{ name: "A" }], [stored("A")])).toEqual([]);
  });

  it("contains new values, new variables, and null for removed ones", () => {
    const rows = [stored("A", "2"), added(" C ", "3"), added("")];
    expect(changesOf([{ name: "A" }, { name: "B" }], rows)).toEqual([
      { name: "B", value: null },
      { name: "A", value: "2" },
      { name: "C", value: "3" },
    ]);
  });

  it("contains a new variable without a value, so that the server can say what is missing", () => {
    expect(changesOf([], [added("A")])).toEqual([{ name: "A", value: "" }]);
  });
});

describe("the draft of variables", () => {
  it("holds their names and none of their values", () => {
    const draft = draftOfRows([stored("A", "secret one"), added("B", "secret two"), added("")]);
    expect(draft).not.toContain("secret");
    expect(rowsOfDraft(draft, ["A"])).toMatchObject([
      { name: "A", value: "", stored: true },
      { name: "B", value: "", stored: false },
    ]);
  });
});
