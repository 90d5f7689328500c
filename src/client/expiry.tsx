"use client";
import type { Health } from "@/features/git-provider/contract";
import { Badge } from "@/ui/badge";
import { RelativeTime } from "@/ui/relative-time";

const soonDays = 14;
const words = { never: "never", renewed: "renewed by itself", at: "not known", unknown: "not known" };

/** When the credential of a provider ends: quiet while it is far, a warning when it is near or past. */
export function Expiry({ health: { ends, expiresAt } }: { health: Health }) {
  if (!expiresAt) return <span className="text-soft">{words[ends]}</span>;
  const days = (Date.parse(expiresAt) - Date.now()) / 86_400_000;
  if (days > soonDays) return <RelativeTime at={expiresAt} className="text-soft" />;
  return (
    <Badge tone={days < 0 ? "bad" : "warn"}>
      {days < 0 && "expired"} <RelativeTime at={expiresAt} />
    </Badge>
  );
}
