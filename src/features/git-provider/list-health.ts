import type { Caller } from "@/access/caller";
import type { GitProviderHealthList } from "@/features/git-provider/contract";
import { healthAt } from "@/features/git-provider/health-now";
import { readProviders } from "@/features/git-provider/read";
import { refreshHealth } from "@/features/git-provider/refresh-health";
import { behind } from "@/features/git-provider/repository-cache";
import { viewerOf } from "@/features/git-provider/visibility";

/** How all providers do, as last seen. Those not looked at for hours are tested behind. */
export async function health(caller: Caller): Promise<GitProviderHealthList> {
  const now = new Date();
  const rows = await readProviders(viewerOf(caller));
  behind("health", refreshHealth(rows, now));
  return rows.map((row) => ({
    gitProviderId: row.gitProviderId,
    name: row.name,
    health: healthAt(row, now),
  }));
}
