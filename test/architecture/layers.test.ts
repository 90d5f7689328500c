import { resolveImport, type SourceFile, sources } from "@test/architecture/source";
import { describe, expect, it } from "vitest";

/** Lowest first. A folder that is not named here does not belong in src. */
const layers = [
  ["src/lib", "src/git"],
  ["src/providers", "src/db", "src/ui"],
  ["src/access", "src/queue"],
  ["src/rpc"],
  ["src/features"],
  ["src/server", "src/client"],
  ["src/app"],
];

function layerOf(file: string): number {
  return layers.findIndex((folders) => folders.some((folder) => file.startsWith(`${folder}/`)));
}

const files = sources();
const known = new Set(files.map((file) => file.path));
const shipped = files.filter((file) => !/\.test\.tsx?$/.test(file.path));

function edges(file: SourceFile): string[] {
  return file.imports.flatMap((name) => resolveImport(file.path, name, known) ?? []);
}

/** Groups of files that reach each other, by Tarjan's algorithm. */
function cycles(list: SourceFile[]): string[][] {
  const graph = new Map(list.map((file) => [file.path, edges(file)]));
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  function visit(node: string): void {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1 || graph.get(node)?.includes(node)) found.push(group);
  }
  for (const file of list) if (!index.has(file.path)) visit(file.path);
  return found;
}

describe("the layers", () => {
  it("every file belongs to a layer", () => {
    expect(files.filter((file) => layerOf(file.path) < 0).map((file) => file.path)).toEqual([]);
  });

  it("no import points to a higher layer", () => {
    const upward = shipped.flatMap((file) =>
      edges(file)
        .filter((target) => layerOf(target) > layerOf(file.path))
        .map((target) => `${file.path} -> ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it("no import cycle, type imports included", () => {
    expect(cycles(shipped)).toEqual([]);
  });

  it("every import of the project's own files resolves", () => {
    const broken = shipped.flatMap((file) =>
      file.imports
        .filter((name) => name.startsWith("@/") && !name.startsWith("@/db/generated"))
        .filter((name) => !/\.(css|json|svg)$/.test(name) && !resolveImport(file.path, name, known))
        .map((name) => `${file.path} -> ${name}`),
    );
    expect(broken).toEqual([]);
  });
});
