/** What each node points at. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** An import of one file of the project by another. */
export interface Edge {
  from: string;
  to: string;
}

/** Groups of nodes that reach each other, by Tarjan's algorithm. */
export function cycles(graph: Graph): string[][] {
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
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}

export function graphOf(edges: readonly Edge[]): Graph {
  const graph = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (!graph.has(to)) graph.set(to, []);
    graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  return graph;
}

/**
 * Cycles between folders that lie side by side. A file below a folder belongs to it, however deep; a folder and its own
 * sub-folders are no neighbours.
 * @returns for each cycle the imports that make it
 */
export function folderCycles(edges: readonly Edge[]): string[][] {
  const byParent = new Map<string, { edge: Edge; from: string; to: string }[]>();
  for (const edge of edges) {
    const [from, to] = [edge.from.split("/"), edge.to.split("/")];
    const shared = from.findIndex((part, at) => part !== to[at]);
    // At the first difference both parts have to be folders: the last part is the file.
    if (shared < 0 || shared >= from.length - 1 || shared >= to.length - 1) continue;
    const parent = from.slice(0, shared).join("/");
    const own = { edge, from: from[shared] ?? "", to: to[shared] ?? "" };
    byParent.set(parent, [...(byParent.get(parent) ?? []), own]);
  }
  return [...byParent.values()].flatMap((list) =>
    cycles(graphOf(list)).map((group) =>
      list
        .filter(({ from, to }) => group.includes(from) && group.includes(to))
        .map(({ edge }) => `${edge.from} -> ${edge.to}`),
    ),
  );
}

/**
 * Imports inside a feature that run against the order of its sub-folders. A contract may be imported by everybody.
 * @param order the sub-folders, lowest first; `.` stands for the feature's own files, its verbs
 */
export function upwardImports(edges: readonly Edge[], feature: string, order: readonly string[]): string[] {
  const rank = (file: string) => {
    const [first = "", ...rest] = file.slice(feature.length + 1).split("/");
    return order.indexOf(rest.length === 0 ? "." : first);
  };
  const isOwn = (file: string) => file.startsWith(`${feature}/`);
  return edges
    .filter(({ from, to }) => isOwn(from) && isOwn(to) && !/\/[\w-]*contract\.ts$/.test(to))
    .filter(({ from, to }) => rank(from) < rank(to))
    .map(({ from, to }) => `${from} -> ${to}`);
}
