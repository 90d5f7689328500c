import type { Fault } from "@/lib/fault";
import { messageOf, type Reason } from "@/lib/reason";
import type { Check } from "@/providers/connection/report";

/** What happened, and what to do about it: the first sentence of a reason and the rest. */
export function told(reason: Reason): { detail: string; fix?: Check["fix"] } {
  const text = messageOf(reason);
  const end = /[.!?]\s+(?=[A-Z])/.exec(text);
  if (!end) return { detail: text };
  const at = end.index + 1;
  return { detail: text.slice(0, at), fix: { text: text.slice(at).trim() } };
}

/** The same for a fault, with the page on which to fix it. */
export function toldOf(fault: Fault, url?: string): { detail: string; fix?: Check["fix"] } {
  const { detail, fix } = told(fault.reason);
  return fix ? { detail, fix: { ...fix, ...(url ? { url } : {}) } } : { detail };
}

/** `3 May 2026`, in UTC. */
export function day(at: Date): string {
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** `1 repository`, `12 repositories`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** `2 min 5 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min ${seconds % 60} s` : `${Math.round(minutes / 60)} h`;
}
