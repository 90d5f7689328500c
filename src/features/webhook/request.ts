import type { Db } from "@/db/client";
import { planHooks } from "@/features/webhook/plan";

/**
 * An application or its environments changed, came or went: have its hooks made, changed or removed. What is needed is
 * written down in the same transaction; hosts are called by the background round, within seconds.
 */
export async function requestHooks(tx: Db, organizationId: string): Promise<void> {
  await planHooks(tx, organizationId);
}
