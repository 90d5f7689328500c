"use client";
import { useEffect, useState } from "react";
import { relative } from "@/ui/relative";

/** How long ago, kept up to date; the exact time on hover. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  // Server and browser differ in clock and time zone, so their texts may differ: hydration warnings are suppressed.
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className={className} suppressHydrationWarning>
      {relative(at, now)}
    </time>
  );
}
