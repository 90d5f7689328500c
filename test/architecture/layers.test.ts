import { cycles, type Edge, folderCycles, graphOf, upwardImports } from "@test/architecture/graph";
import { resolveImport, sources } from "@test/architecture/source";
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

const edges: Edge[] = shipped.flatMap((file) =>
  file.imports.flatMap((name) => {
    const to = resolveImport(file.path, name, known);
    return to ? [{ from: file.path, to }] : [];
  }),
);

/** The sub-folders of each feature, lowest first, with `.` for its own files: an import may only point down. */
const orders: Record<string, string[]> = {
  "src/features/delivery": ["decide", "receive", "process", "recover", "."],
  "src/features/deployment": [".", "run"],
  "src/features/git-provider": [
    "record",
    "health",
    "token",
    "input",
    "client",
    "connection-test",
    "repository",
    "rotation",
    "oauth",
    "removal",
    ".",
  ],
};

/** Features with sub-folders, and what is in them. */
function subFolders(): Record<string, string[]> {
  const found: Record<string, Set<string>> = {};
  for (const { path } of shipped) {
    const [, feature, folder] = /^(src\/features\/[^/]+)\/([^/]+)\//.exec(path) ?? [];
    if (feature && folder) found[feature] = (found[feature] ?? new Set(["."])).add(folder);
  }
  return Object.fromEntries(
    Object.entries(found).map(([feature, names]) => [feature, [...names].toSorted()]),
  );
}

describe("the layers", () => {
  it("every file belongs to a layer", () => {
    expect(files.filter((file) => layerOf(file.path) < 0).map((file) => file.path)).toEqual([]);
  });

  it("no import points to a higher layer", () => {
    expect(edges.filter(({ from, to }) => layerOf(to) > layerOf(from))).toEqual([]);
  });

  it("no cycle of imports between files, type imports included", () => {
    expect(cycles(graphOf(edges))).toEqual([]);
  });

  it("no cycle of imports between folders that lie side by side", () => {
    expect(folderCycles(edges)).toEqual([]);
  });

  it("each feature with sub-folders has an order of them", () => {
    const sorted = Object.entries(orders).map(([feature, order]) => [feature, order.toSorted()]);
    expect(Object.fromEntries(sorted)).toEqual(subFolders());
  });

  it.each(Object.entries(orders))("no import in %s points to a higher sub-folder", (feature, order) => {
    expect(upwardImports(edges, feature, order)).toEqual([]);
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
