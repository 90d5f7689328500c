import type { Caller } from "@/access/caller";
import type { GitProvider } from "@/features/git-provider/contract";
import { toPublic } from "@/features/git-provider/public";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";

/** Every provider the caller may see, newest first. */
export async function getAll(caller: Caller): Promise<GitProvider[]> {
  const now = new Date();
  return (await readProviders(viewerOf(caller))).map((row) => toPublic(row, now));
}
