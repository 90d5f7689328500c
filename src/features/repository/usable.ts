import type { Caller } from "@/access/caller";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

export interface Usable {
  row: ProviderRow;
  provider: Provider;
}

/** The providers a caller may take for a new application. */
export async function usableProviders(caller: Caller): Promise<Usable[]> {
  const rows = await readProviders(viewerOf(caller));
  return rows
    .filter((row) => row.status === "active" && row.visibility !== "application")
    .flatMap((row) => {
      const provider = registry[row.providerType]; // a newer version may know more types
      return provider ? [{ row, provider }] : [];
    });
}

export function nameOf({ gitProviderId, name, providerType }: ProviderRow) {
  return { gitProviderId, name, providerType };
}
