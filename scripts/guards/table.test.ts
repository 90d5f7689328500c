import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../test/architecture/source";
import { countOf } from "./guard";
import { guards } from "./table";

const isFile = (file: string) => existsSync(path.join(root, file));
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

describe("the table of guards", () => {
  it("has no name twice", () => {
    const names = guards.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(guards)("finds the text of $name exactly once in its file", (guard) => {
    expect(countOf(guard, read(guard.file))).toBe(1);
    expect(guard.without).not.toBe(guard.text);
  });

  it.each(guards)("names only existing tests as proofs of $name", ({ proofs }) => {
    expect(proofs.length).toBeGreaterThan(0);
    const missing = proofs.filter(({ file, test }) => !isFile(file) || !read(file).includes(test));
    expect(missing).toEqual([]);
  });
});
