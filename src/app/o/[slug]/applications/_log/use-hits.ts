"use client";
import { useDeferredValue, useMemo, useState } from "react";
import { plainOf } from "@/app/o/[slug]/applications/_log/ansi";
import { findAll, hitsByLine } from "@/app/o/[slug]/applications/_log/find";
import type { LogLine } from "@/features/deployment/contract";

const plain = new WeakMap<LogLine, string>();

/** The line without colours. */
export function plainText(line: LogLine): string {
  const known = plain.get(line) ?? plainOf(line.text);
  plain.set(line, known);
  return known;
}

/** What a search finds in the log, and the place it stands at. */
export function useHits(lines: readonly LogLine[]) {
  const [search, setSearch] = useState("");
  const [current, setCurrent] = useState(0);
  const wanted = useDeferredValue(search);
  const hits = useMemo(() => (wanted === "" ? [] : findAll(lines.map(plainText), wanted)), [lines, wanted]);
  const byLine = useMemo(() => hitsByLine(hits), [hits]);
  function change(value: string): void {
    setSearch(value);
    setCurrent(0);
  }
  return {
    search,
    change,
    hits,
    byLine,
    current: Math.min(current, Math.max(0, hits.length - 1)),
    setCurrent,
  };
}
