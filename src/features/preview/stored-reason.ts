import type { Reason } from "@/lib/reason";
import type { ReasonParams } from "@/lib/reason/table";

/** A reason from the two columns that it is stored in. */
export function storedReason(code: string | null, params: unknown): Reason | null {
  return code === null ? null : { code, params: (params ?? undefined) as ReasonParams | undefined };
}
