import { env } from "@/lib/env";

/** Letters of one label of a host name. */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Where a site is read: its own origin, no slash at the end. */
export function siteUrl(site: string): string {
  return env().sitesUrl.replace("*", site);
}

/**
 * Which site a Host header asks for: its label, `""` for a host below the sites' domain that cannot be one, null for
 * any other host. The port is not compared: a proxy may listen on another one.
 */
export function siteOfHost(host: string | undefined): string | null {
  const name = (host ?? "").toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
  const domain = new URL(env().sitesUrl.replace("*", "site")).hostname.slice("site".length);
  if (!name.endsWith(domain) || name.length === domain.length) return null;
  const site = name.slice(0, -domain.length);
  return label.test(site) ? site : "";
}

export function isSiteLabel(text: string): boolean {
  return label.test(text);
}
