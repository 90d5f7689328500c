"use client";
import { Badge } from "@/ui/badge";
import { RelativeTime } from "@/ui/relative-time";

const soonDays = 14;

/** When something ends: quiet while it is far, a warning when it is near or past. @param at an ISO instant or day */
export function Expiry({ at, none = "not known" }: { at: string | null | undefined; none?: string }) {
  if (!at) return <span className="text-soft">{none}</span>;
  const days = (Date.parse(at) - Date.now()) / 86_400_000;
  if (days > soonDays) return <RelativeTime at={at} className="text-soft" />;
  return (
    <Badge tone={days < 0 ? "bad" : "warn"}>
      {days < 0 && "expired"} <RelativeTime at={at} />
    </Badge>
  );
}
