/** One line of the table: what was measured, beside a peer of the same run, and what was aimed at. */
export interface Figure {
  name: string;
  value: string;
  /** The reference, in words with its own figure. */
  peer?: string;
  /** Its ratio to the reference. */
  ratio?: string;
  aim?: string;
  /** Absent where nothing was aimed at. */
  reached?: boolean;
}

/** The value below which the share `q` of the samples lies. */
function quantile(samples: number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function median(samples: number[]): number {
  return quantile(samples, 0.5);
}

export function millis(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

/** A Markdown table, which reads well in a terminal too. */
export function table(figures: Figure[]): string {
  const rows = figures.map((f) => [f.name, f.value, f.peer ?? "", f.ratio ?? "", f.aim ?? "", mark(f)]);
  const all = [["what", "figure", "peer in the same run", "ratio", "aim", "reached"], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [line(all[0] ?? []), rule, ...rows.map(line)].join("\n");
}

function mark({ reached }: Figure): string {
  return reached === undefined ? "" : reached ? "yes" : "no";
}
