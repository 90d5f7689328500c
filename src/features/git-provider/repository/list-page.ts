import type { ProviderRow } from "@/features/git-provider/record/row";
import type { Page } from "@/git/nouns";
import { decodeCursor, encodeCursor } from "@/lib/cursor";
import { Fault } from "@/lib/fault";
import { messageOf, type Reason } from "@/lib/reason";

/** The list that a cursor belongs to. */
export interface ListScope {
  row: ProviderRow;
  list: string;
  /** Everything that decides what is in the list. */
  of: string[];
}

/**
 * How answers show where a page of a host goes on, and why it does not hold all that there is. The host's cursor is
 * marked with its list, so that every other list or organization refuses it.
 */
export function shownPage(scope: ListScope, { nextCursor, incomplete }: Omit<Page<unknown>, "items">) {
  return {
    nextCursor: nextCursor === null ? null : encodeCursor(textOf(scope), nextCursor),
    ...(incomplete && { incomplete: { reason: shownReason(incomplete.reason) } }),
  };
}

function shownReason(reason: Reason) {
  return { code: reason.code, message: messageOf(reason) };
}

/** The cursor of the host within one of ours. @throws Fault `invalid_input` reason `cursor_invalid` */
export function hostCursor(scope: ListScope, cursor: string): string {
  const inner = decodeCursor(textOf(scope), cursor);
  if (typeof inner !== "string") throw new Fault("invalid_input", { code: "cursor_invalid" });
  return inner;
}

function textOf({ row, list, of }: ListScope): string {
  return JSON.stringify([row.organizationId, row.gitProviderId, list, ...of]);
}
