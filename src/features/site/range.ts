export interface Range {
  /** First and last byte, both sent. */
  start: number;
  end: number;
}

/** One range of bytes; `none` when there is none or it is of a kind that is ignored; `unsatisfiable` beyond the end. */
export function readRange(header: string | undefined, size: number): Range | "none" | "unsatisfiable" {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (!match || (first === "" && last === "")) return "none";
  if (first === "") return lastBytes(Number(last), size);
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return "none";
  return start >= size ? "unsatisfiable" : { start, end };
}

function lastBytes(count: number, size: number): Range | "unsatisfiable" {
  if (count === 0 || size === 0) return "unsatisfiable";
  return { start: Math.max(0, size - count), end: size - 1 };
}
