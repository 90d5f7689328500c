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
  // The server's clock and time zone are not the browser's: both texts are right where they were made.
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className={className} suppressHydrationWarning>
      {relative(at, now)}
    </time>
  );
}
