import type { DeployHook as Row } from "@/db/generated/client";
import type { DeployHook } from "@/features/deploy-hook/contract";
import { env } from "@/lib/env";

/** A deploy hook as the API shows it, without its secret. */
export function toDeployHook(row: Row): DeployHook {
  const { deployHookId, environmentId, name } = row;
  return {
    deployHookId,
    environmentId,
    name,
    url: `${env().url}/api/hooks/${deployHookId}`,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
