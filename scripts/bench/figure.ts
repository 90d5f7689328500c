/** One line of the table: what was measured, the figure, and how it stands to a floor of the same run. */
export interface Figure {
  name: string;
  value: string;
  /** The floor, in words with its own figure. */
  floor?: string;
  /** value / floor, where smaller is better. */
  ratio?: number;
  aim?: string;
}

/** The value below which the share `q` of the samples lies. */
export function quantile(samples: number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function millis(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

/** A Markdown table, which reads well in a terminal too. */
export function table(figures: Figure[]): string {
  const rows = figures.map((f) => [
    f.name,
    f.value,
    f.floor ?? "",
    f.ratio ? `${f.ratio.toFixed(1)}×` : "",
    f.aim ?? "",
  ]);
  const all = [["what", "figure", "floor in the same run", "ratio", "aim"], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [line(all[0] ?? []), rule, ...rows.map(line)].join("\n");
}
