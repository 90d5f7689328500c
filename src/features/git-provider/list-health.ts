import type { Caller } from "@/access/caller";
import type { GitProviderHealthList } from "@/features/git-provider/contract";
import { healthAt } from "@/features/git-provider/health/current-health";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";

/** How all providers do, as last seen: they are tested in the background, never while someone waits for this. */
export async function health(caller: Caller): Promise<GitProviderHealthList> {
  const now = new Date();
  const rows = await readProviders(viewerOf(caller));
  return rows.map((row) => ({
    gitProviderId: row.gitProviderId,
    name: row.name,
    health: healthAt(row, now),
  }));
}
