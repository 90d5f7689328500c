import type { ProviderRow } from "@/features/git-provider/record/row";
import { decodeCursor, encodeCursor } from "@/lib/cursor";
import { Fault } from "@/lib/fault";

/** The list that a cursor belongs to. */
export interface ListScope {
  row: ProviderRow;
  list: string;
  /** Everything that decides what is in the list. */
  of: string[];
}

/** The host's cursor, marked with its list, so that every other list or organization refuses it. */
export function ourCursor(scope: ListScope, cursor: string | null): string | null {
  return cursor === null ? null : encodeCursor(textOf(scope), cursor);
}

/** @throws Fault `invalid_input` reason `cursor_invalid` */
export function hostCursor(scope: ListScope, cursor: string | null | undefined): string | undefined {
  if (!cursor) return undefined;
  const inner = decodeCursor(textOf(scope), cursor);
  if (typeof inner !== "string") throw new Fault("invalid_input", { code: "cursor_invalid" });
  return inner;
}

function textOf({ row, list, of }: ListScope): string {
  return JSON.stringify([row.organizationId, row.gitProviderId, list, ...of]);
}
