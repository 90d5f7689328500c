import type { Environment } from "@/db/generated/client";
import type { Reason } from "@/lib/reason";

export type Freezable = Pick<Environment, "name" | "frozenReason" | "frozenBy">;

/** Why an environment takes nothing for now; null when it is not frozen. */
export function frozenReason({ name, frozenReason: why, frozenBy: by }: Freezable): Reason | null {
  return why === null ? null : { code: "environment_frozen", params: { name, why, by } };
}
