import type { GitProviderType } from "@/features/git-provider/contract";
import { urlOf } from "@/lib/url-of";

type HostOf = GitProviderType["hosts"][number];

/** A host of some provider type, with the address to begin with. */
export interface HostChoice {
  type: GitProviderType;
  host: HostOf;
  /** For the URL field; empty when only the person knows it. */
  url: string;
}

/** Every host people can choose, in the order of the types. */
export function allHosts(types: readonly GitProviderType[]): HostChoice[] {
  return types.flatMap((type) => type.hosts.map((host) => ({ type, host, url: host.baseUrl ?? "" })));
}

function readUrl(text: string): URL | null {
  const trimmed = text.trim();
  const ssh = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)[:/](.*)$/.exec(trimmed);
  const wanted = ssh
    ? `https://${ssh[1]}/${ssh[2]}`
    : /^https?:\/\//i.test(trimmed)
      ? trimmed
      : `https://${trimmed}`;
  const url = urlOf(wanted);
  return url && /\.|^localhost$|:/.test(url.host) ? url : null;
}

/** The words of a label that can be part of a host name: `GitLab self-managed` gives `gitlab`. */
function nameOf(label: string): string {
  return label.split(" ")[0]?.toLowerCase() ?? "";
}

/**
 * Which host a pasted address means: one of a known address, else one whose name is part of the host name, else
 * null, and the person says which product runs there. Null too for a text that is not an address.
 */
export function hostOfUrl(types: readonly GitProviderType[], text: string): HostChoice | null {
  const url = readUrl(text);
  if (!url) return null;
  const hosts = allHosts(types);
  const exact = hosts.find(({ host }) => host.baseUrl && new URL(host.baseUrl).host === url.host);
  if (exact) return exact;
  const named = hosts.find(
    ({ host }) => !host.baseUrl && url.hostname.split(/[.-]/).includes(nameOf(host.label)),
  );
  return named ? { ...named, url: url.origin } : null;
}

/** The address part of what was pasted, to keep when the product is chosen by hand. */
export function originOfText(text: string): string {
  return readUrl(text)?.origin ?? "";
}

/** The host a stored provider lives on: Codeberg rather than Gitea where the address says so. */
export function hostOfProvider(
  type: GitProviderType | undefined,
  address: unknown,
): { label: string; logo: string } {
  if (!type) return { label: "Git", logo: "git.svg" };
  const url = typeof address === "string" ? readUrl(address) : null;
  const known = type.hosts.find((host) => host.baseUrl && url && new URL(host.baseUrl).host === url.host);
  return known ?? { label: type.label, logo: type.logo };
}
