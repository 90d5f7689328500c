import type { Caller } from "@/access/caller";
import { storedSettings } from "@/features/git-provider/client/open";
import { settingColumns } from "@/features/git-provider/record/store";
import { matchUrl } from "@/features/git-provider/repository/match-url";
import { usableProviders } from "@/features/repository/usable";
import type { ParsedUrl, Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

/** The host of a repository URL, determined without a call to it. */
export interface UrlHost {
  provider: Provider;
  /** The settings that say which host it is: its addresses, and the organization where the address needs one. */
  settings: Record<string, string>;
  parsed: ParsedUrl;
}

/**
 * The host of a pasted address: one that the organization has connected before, the most exact first, else one that
 * people know by name. Null for others; plain Git servers are not among them.
 */
export async function hostOf(caller: Caller, url: URL): Promise<UrlHost | null> {
  const connected = (await usableProviders(caller))
    .filter(({ provider }) => isListed(provider))
    .map(({ provider, row }) => ({
      provider,
      settings: addressesOf(provider, storedSettings(provider, row)),
    }))
    .toSorted((a, b) => addressLength(b) - addressLength(a));
  const known = Object.values(registry)
    .filter(isListed)
    .flatMap((provider) => knownOf(provider, url));
  return [...connected, ...known].flatMap((one) => read(one, url))[0] ?? null;
}

type Guess = Pick<UrlHost, "provider" | "settings">;

function read({ provider, settings }: Guess, url: URL): UrlHost[] {
  const parsed = matchUrl(provider, settings, url);
  return parsed ? [{ provider, settings, parsed }] : [];
}

/** Whether the type can look up repositories by name. */
function isListed({ manifest }: Provider): boolean {
  return Object.values(manifest.methods).some((method) => method.can.includes("repositories"));
}

function addressesOf(provider: Provider, stored: Record<string, unknown>): Record<string, string> {
  const { urlField, internalUrlField = urlField } = provider.manifest;
  const names = [...new Set([urlField, internalUrlField, ...provider.addressFields])];
  return textOf(stored, names);
}

function textOf(values: Record<string, unknown>, names: string[]): Record<string, string> {
  const pairs = names.map((name) => [name, values[name]] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

/** Some hosts, such as Azure DevOps, have the organization in the URL: it is read into its setting. */
function knownOf(provider: Provider, url: URL): Guess[] {
  const { hosts, urlField } = provider.manifest;
  return hosts.flatMap(({ baseUrl }) => {
    if (!baseUrl) return [];
    const plain = { [urlField]: baseUrl };
    const read = settingColumns(provider).flatMap((name) => {
      const value = provider.settings.safeParse({ ...plain, [name]: url.href }).data?.[name];
      const isKnown = typeof value === "string" && value !== "" && !value.includes("/");
      return isKnown && name !== urlField ? [{ provider, settings: { ...plain, [name]: value } }] : [];
    });
    return [{ provider, settings: plain }, ...read];
  });
}

function addressLength({ provider, settings }: Guess): number {
  return settings[provider.manifest.urlField]?.length ?? 0;
}
