import { providerOf, storedSettings } from "@/features/git-provider/client/open";
import type { ProviderRow } from "@/features/git-provider/record/row";
import type { Provider } from "@/providers/provider";

/** A type of provider with the settings that say where it is. */
export interface ProviderHost {
  provider: Provider;
  settings: Record<string, unknown>;
}

export function hostOfRow(row: ProviderRow): ProviderHost {
  const provider = providerOf(row);
  return { provider, settings: storedSettings(provider, row) };
}

/** Whether the permanent ids of one are those of the other. */
export function isSameHost(one: ProviderHost, other: ProviderHost): boolean {
  const { urlField } = one.provider.manifest;
  return one.provider.type === other.provider.type && one.settings[urlField] === other.settings[urlField];
}
