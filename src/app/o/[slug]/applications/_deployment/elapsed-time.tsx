"use client";
import { useEffect, useState } from "react";
import { elapsed } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { duration } from "@/ui/relative";

type Span = { startedAt: string | null; finishedAt: string | null };

/** How long something took, counting while it goes on. */
export function ElapsedTime({ span, className }: { span: Span; className?: string }) {
  const goesOn = span.startedAt !== null && span.finishedAt === null;
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!goesOn) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [goesOn]);
  const ms = elapsed(span, now);
  if (ms === null) return null;
  // Running times are in whole seconds. The clocks of server and browser differ, so the hydrated text may differ.
  return (
    <span className={`tabular whitespace-nowrap ${className ?? ""}`} suppressHydrationWarning>
      {duration(goesOn ? Math.floor(ms / 1000) * 1000 || 1000 : ms)}
    </span>
  );
}
