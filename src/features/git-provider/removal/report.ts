import type { RemovalReport } from "@/features/git-provider/contract";
import { messageOf, type Reason } from "@/lib/reason";

/** A line of a report. What is left for a person names the page where it is done, where one is known. */
export function line(reason: Reason, url?: string): RemovalReport["left"][number] {
  const own = reason.params?.url;
  const page = typeof own === "string" && /^https?:\/\//.test(own) ? own : url;
  return { code: reason.code, message: messageOf(reason), ...(page && { url: page }) };
}

/** One report of several. */
export function joined(removed: boolean, parts: Pick<RemovalReport, "done" | "left">[]): RemovalReport {
  return {
    removed,
    done: parts.flatMap((part) => part.done),
    left: parts.flatMap((part) => part.left),
  };
}
