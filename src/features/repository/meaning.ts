import { matchUrl } from "@/features/git-provider/repository/match-url";
import type { ParsedUrl, Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

/** What an address means when no provider is connected to its host: by the hosts people know, else by its path. */
export function meaningOf(url: URL): ParsedUrl {
  for (const provider of Object.values(registry)) {
    const parsed = onKnownHost(provider, url);
    if (parsed) return parsed;
  }
  return {
    fullName: decodeURI(url.pathname)
      .replace(/^\/(~\/)?\/*|\/+$/g, "")
      .replace(/\.git$/i, ""),
  };
}

function onKnownHost(provider: Provider, url: URL): ParsedUrl | null {
  const { hosts, urlField } = provider.manifest;
  const host = hosts.find(({ baseUrl }) => baseUrl && new URL(baseUrl).hostname === url.hostname);
  return host ? matchUrl(provider, { [urlField]: host.baseUrl }, url) : null;
}
