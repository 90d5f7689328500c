"use client";
import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";

/** Where each row begins, in pixels, and at the end where the last one ends. */
export function startsOf(count: number, heightOf: (index: number) => number, padding = 0): Float64Array {
  const starts = new Float64Array(count + 1);
  starts[0] = padding;
  for (let index = 0; index < count; index++) starts[index + 1] = (starts[index] ?? 0) + heightOf(index);
  return starts;
}

/** The first row that ends below `top`; the number of rows when none does. */
export function rowAt(starts: Float64Array, top: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle + 1] ?? 0) > top) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The scroll position that makes a row visible, or centres it. Null when it is visible already. */
export function scrollFor(
  row: { start: number; end: number },
  view: { top: number; height: number },
  center: boolean,
): number | null {
  if (center) return Math.max(0, (row.start + row.end - view.height) / 2);
  if (row.start < view.top) return row.start;
  return row.end > view.top + view.height ? row.end - view.height : null;
}

interface Options {
  count: number;
  /** The estimated height of a row until it is measured. Must be the same function while the estimates are the same. */
  heightOf(index: number): number;
  scroller: RefObject<HTMLElement | null>;
  overscan: number;
  padding?: number;
  /** Changes when rows may have other heights than before. */
  drawnAs?: string;
}

interface ShownRow {
  index: number;
  start: number;
  size: number;
}

/** Tracks the visible rows of a long list, so that only those are drawn. */
export function useRowWindow({ count, heightOf, scroller, overscan, padding = 0, drawnAs }: Options) {
  const [view, setView] = useState({ top: 0, height: 0, width: 0 });
  // Another look or width changes every height: a new map makes `measure` a new function, so every row is measured again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const measured = useMemo(() => new Map<number, number>(), [drawnAs, view.width]);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round has new measures
  const starts = useMemo(
    () => startsOf(count, (index) => measured.get(index) ?? heightOf(index), padding),
    [count, heightOf, padding, measured, round],
  );
  const known = useRef(starts);
  known.current = starts;
  const wanted = useRef<number | null>(null);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const read = () =>
      setView({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener("scroll", read, { passive: true });
    read();
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", read);
    };
  }, [scroller]);

  const scrollToIndex = useCallback(
    (index: number, center = false) => {
      const element = scroller.current;
      if (!element) return;
      const row = { start: known.current[index] ?? 0, end: known.current[index + 1] ?? 0 };
      const seen = { top: element.scrollTop, height: element.clientHeight };
      wanted.current = center ? index : null;
      const top = scrollFor(row, seen, center);
      if (top !== null) element.scrollTop = top;
    },
    [scroller],
  );
  // Rows scrolled past had estimated heights: scroll again once they are measured.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round has new measures
  useLayoutEffect(() => {
    if (wanted.current !== null) scrollToIndex(wanted.current, true);
    const timer = setTimeout(() => {
      wanted.current = null;
    }, 250);
    return () => clearTimeout(timer);
  }, [round, scrollToIndex]);

  /** As the ref of a drawn row with `data-index`. */
  const measure = useCallback(
    (element: HTMLElement | null) => {
      if (!element) return;
      const index = Number(element.dataset.index);
      if (measured.get(index) === element.offsetHeight) return;
      measured.set(index, element.offsetHeight);
      setRound((before) => before + 1);
    },
    [measured],
  );
  const first = Math.max(0, rowAt(starts, view.top) - overscan);
  const end = view.height === 0 ? 0 : Math.min(count, rowAt(starts, view.top + view.height) + 1 + overscan);
  const rows: ShownRow[] = [];
  for (let index = first; index < end; index++) {
    const start = starts[index] ?? 0;
    rows.push({ index, start, size: (starts[index + 1] ?? 0) - start });
  }
  return { rows, total: (starts[count] ?? 0) + padding, scrollToIndex, measure };
}
