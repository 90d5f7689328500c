import type { Page } from "@/git/nouns";
import { messageOf } from "@/lib/reason";

/** Why a page does not hold all that there is, as answers show it. */
export function shownIncomplete({ incomplete }: Pick<Page<unknown>, "incomplete">) {
  if (!incomplete) return {};
  const { code } = incomplete.reason;
  return { incomplete: { reason: { code, message: messageOf(incomplete.reason) } } };
}
