import type { Span } from "@/app/o/[slug]/applications/_log/ansi";

/** A place where the search was found: the line, and the part of its plain text. */
export interface Hit {
  line: number;
  from: number;
  to: number;
}

/** Limit of matches, for searches of a single common letter. */
export const mostHits = 10_000;

/** Every place where `search` stands in the lines, whatever its case. */
export function findAll(lines: readonly string[], search: string): Hit[] {
  if (search === "") return [];
  const pattern = new RegExp(search.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi");
  const hits: Hit[] = [];
  for (const [line, text] of lines.entries()) {
    for (const found of text.matchAll(pattern)) {
      hits.push({ line, from: found.index, to: found.index + found[0].length });
      if (hits.length === mostHits) return hits;
    }
  }
  return hits;
}

/** Where the hits of each line are in the list of all, so that a row finds its own at once. */
export function hitsByLine(hits: readonly Hit[]): Map<number, { hit: Hit; index: number }[]> {
  const lines = new Map<number, { hit: Hit; index: number }[]>();
  for (const [index, hit] of hits.entries()) {
    const list = lines.get(hit.line) ?? [];
    lines.set(hit.line, list);
    list.push({ hit, index });
  }
  return lines;
}

export interface Piece extends Span {
  /** Where it begins in the plain text. */
  at: number;
  /** Which hit it belongs to. */
  hit?: number;
}

/** Cut the spans of a line where a hit begins or ends. */
export function piecesOf(spans: readonly Span[], hits: readonly { hit: Hit; index: number }[]): Piece[] {
  const edges = hits.flatMap(({ hit }) => [hit.from, hit.to]);
  let at = 0;
  return spans.flatMap(({ text, style }) => {
    const start = at;
    at += text.length;
    const cuts = [start, ...edges.filter((edge) => edge > start && edge < at), at];
    return cuts.slice(0, -1).map((from, index) => {
      const to = cuts[index + 1] ?? at;
      const within = hits.find(({ hit }) => from >= hit.from && to <= hit.to);
      return { text: text.slice(from - start, to - start), style, at: from, hit: within?.index };
    });
  });
}
