import type { Receipt } from "@/features/git-provider/contract";
import { messageOf, type Reason } from "@/lib/reason";

/** A line of a receipt. What is left for a person names the page where it is done, where one is known. */
export function line(reason: Reason, url?: string): Receipt["left"][number] {
  const own = reason.params?.url;
  const page = typeof own === "string" && /^https?:\/\//.test(own) ? own : url;
  return { code: reason.code, message: messageOf(reason), ...(page && { url: page }) };
}

/** One receipt of several. */
export function joined(removed: boolean, parts: Pick<Receipt, "done" | "left">[]): Receipt {
  return {
    removed,
    done: parts.flatMap((part) => part.done),
    left: parts.flatMap((part) => part.left),
  };
}
