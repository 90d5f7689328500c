"use client";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { LogLine } from "@/features/deployment/contract";
import { useRowWindow } from "@/ui/row-window";

export const lineHeight = 20;
/** Distance to the end, in pixels, that still counts as the end. */
const slack = 24;

/** The line an address leads to: `#build` is the first line of a step, `#L120` a line by its number. */
function lineOfHash(lines: readonly LogLine[], hash: string): number | null {
  const number = /^#L(\d{1,6})$/.exec(hash)?.[1];
  if (number) return Number(number) - 1;
  const step = hash.slice(1);
  const index = step ? lines.findIndex((line) => line.step === step) : -1;
  return index < 0 ? null : index;
}

function heightOf(): number {
  return lineHeight;
}

/** Which rows are drawn, and whether the end is followed. */
export function useScroll(lines: readonly LogLine[], wrap: boolean) {
  const scroller = useRef<HTMLElement>(null);
  const lastTop = useRef(0);
  const [following, setFollowing] = useState(true);
  const [marked, setMarked] = useState<number | null>(null);
  const drawnAs = wrap ? "wrapped" : "cut";
  const shown = useRowWindow({ count: lines.length, heightOf, scroller, overscan: 20, padding: 8, drawnAs });
  const { total, scrollToIndex } = shown;
  const toLine = useCallback(
    (index: number) => {
      setFollowing(false);
      scrollToIndex(index, true);
    },
    [scrollToIndex],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: with every line that comes the end moves
  useLayoutEffect(() => {
    const element = scroller.current;
    if (following && element) element.scrollTop = element.scrollHeight;
  }, [following, total, lines.length]);

  /** Only a person scrolls up: scrolling by the page itself goes down only. */
  function onScroll(): void {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    if (scrollHeight - scrollTop - clientHeight < slack) setFollowing(true);
    else if (scrollTop < lastTop.current - 1) setFollowing(false);
    lastTop.current = scrollTop;
  }

  const waiting = useRef(true);
  const known = useRef(lines);
  known.current = lines;
  const goToHash = useCallback((): boolean => {
    const index = lineOfHash(known.current, window.location.hash);
    if (index === null || index >= known.current.length) return false;
    setMarked(index);
    toLine(index);
    scroller.current?.scrollIntoView({ block: "nearest" });
    return true;
  }, [toLine]);
  useEffect(() => {
    const listen = () => void goToHash();
    window.addEventListener("hashchange", listen);
    return () => window.removeEventListener("hashchange", listen);
  }, [goToHash]);
  // The address may lead to a line that comes a little later than the page.
  useEffect(() => {
    if (waiting.current && lines.length > 0 && goToHash()) waiting.current = false;
  }, [lines, goToHash]);

  const toEnd = useCallback(() => setFollowing(true), []);
  return { scroller, window: shown, total, following, marked, onScroll, toLine, toEnd };
}
