import { currentSecrets } from "@/features/git-provider/open";
import type { ProviderRow } from "@/features/git-provider/row";
import { Fault } from "@/lib/fault";

/** What is to be replaced. A secret that no longer opens is none: there is nothing to put back then. */
export async function storedSecrets(row: ProviderRow): Promise<Record<string, string | null>> {
  return currentSecrets(row).catch((error: unknown) => {
    if (error instanceof Fault && error.reason.code === "secret_unreadable") return {};
    throw error;
  });
}
