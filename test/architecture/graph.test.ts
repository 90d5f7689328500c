import { cycles, type Edge, folderCycles, graphOf, upwardImports } from "@test/architecture/graph";
import { describe, expect, it } from "vitest";

const imports = (...pairs: [from: string, to: string][]): Edge[] => pairs.map(([from, to]) => ({ from, to }));

describe("the search for import cycles", () => {
  it("finds nodes that reach each other, and a node that reaches itself", () => {
    const edges = imports(["a", "b"], ["b", "c"], ["c", "a"], ["c", "d"], ["e", "e"]);
    expect(cycles(graphOf(edges)).map((group) => group.toSorted())).toEqual([["a", "b", "c"], ["e"]]);
  });

  it("finds a cycle of folders although no file is in a cycle", () => {
    const there = ["src/a/one.ts", "src/b/one.ts"] as [string, string];
    const back = ["src/b/deep/two.ts", "src/a/two.ts"] as [string, string];
    expect(folderCycles(imports(there, back))).toEqual([
      ["src/a/one.ts -> src/b/one.ts", "src/b/deep/two.ts -> src/a/two.ts"],
    ]);
    expect(folderCycles(imports(there))).toEqual([]);
  });

  it("finds none between a folder and its own sub-folders", () => {
    const edges = imports(["src/a/index.ts", "src/a/part/one.ts"], ["src/a/part/one.ts", "src/a/noun.ts"]);
    expect(folderCycles(edges)).toEqual([]);
  });
});

describe("an import in a feature", () => {
  const order = ["record", "client", "."];
  const found = (from: string, to: string) =>
    upwardImports(imports([`src/features/x/${from}`, `src/features/x/${to}`]), "src/features/x", order);

  it("is refused when it runs against the order of the sub-folders", () => {
    expect(found("record/row.ts", "client/open.ts")).toHaveLength(1);
    expect(found("client/open.ts", "record/row.ts")).toEqual([]);
  });

  it("is refused from a sub-folder to a verb, but not to a contract", () => {
    expect(found("client/open.ts", "create.ts")).toHaveLength(1);
    expect(found("client/open.ts", "contract.ts")).toEqual([]);
    expect(found("create.ts", "client/open.ts")).toEqual([]);
  });
});
