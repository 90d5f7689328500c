import { providerOf, storedSettings } from "@/features/git-provider/client/open";
import { sessionOf } from "@/features/git-provider/client/pipeline";
import type { ProviderRow } from "@/features/git-provider/record/row";
import type { Forge } from "@/providers/provider";

/** Page of the host on which the credentials of a provider are made, added and deleted, where it is known. */
export function credentialPage(row: ProviderRow): string | undefined {
  return unsignedForge(row)?.page("credentials");
}

/** Used only to build addresses, nothing is sent. Null when the stored settings, of another version, do not fit. */
export function unsignedForge(row: ProviderRow): Forge | null {
  const provider = providerOf(row);
  const { authMethod } = row;
  try {
    return provider.open(sessionOf({ authMethod, settings: storedSettings(provider, row), secrets: {} }));
  } catch {
    return null;
  }
}
