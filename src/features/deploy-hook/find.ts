import { setTargetName } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { DeployHook } from "@/db/generated/client";
import { Fault } from "@/lib/fault";

/** The caller's deploy hook. @throws Fault `not_found`, the same for foreign and made-up ids */
export async function findDeployHook({ organizationId }: Caller, deployHookId: string): Promise<DeployHook> {
  const where = { deployHookId: deployHookId.replaceAll("\0", ""), organizationId };
  const row = await db().deployHook.findFirst({ where });
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "deploy hook" } });
  setTargetName("deployHook", [row.deployHookId], row.name);
  return row;
}
