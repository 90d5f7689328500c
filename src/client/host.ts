import type { GitProviderType } from "@/features/git-provider/contract";
import { urlOf } from "@/lib/url-of";

type HostOf = GitProviderType["hosts"][number];

/** A host of some provider type, with the address to begin with. */
export interface HostChoice {
  type: GitProviderType;
  host: HostOf;
  /** The value for the URL field; empty when the person must enter it. */
  url: string;
  /** What the pasted path says: an organization or workspace, by the name of its field. */
  fields?: Record<string, string>;
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
 * Which host a pasted address means: one of a known address or domain, else one whose name is part of the host name, else
 * null, and the person says which product runs there. Null too for a text that is not an address.
 */
export function hostOfUrl(types: readonly GitProviderType[], text: string): HostChoice | null {
  const url = readUrl(text);
  if (!url) return null;
  const hosts = allHosts(types);
  const known =
    hosts.find(({ host }) => host.baseUrl && new URL(host.baseUrl).host === url.host) ??
    hosts.find(({ host }) => host.domains?.some((domain) => isBelow(url.hostname, domain)));
  if (known) return filled({ ...known, url: addressOn(known.host, url) }, url);
  const named = hosts.find(
    ({ host }) => !host.baseUrl && url.hostname.split(/[.-]/).includes(nameOf(host.label)),
  );
  return named ? filled({ ...named, url: url.origin }, url) : null;
}

function isBelow(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** A domain of a public host is an address of its own: `contoso.visualstudio.com`. */
function addressOn({ baseUrl }: HostOf, url: URL): string {
  return baseUrl && new URL(baseUrl).host === url.host ? baseUrl : url.origin;
}

/** The first parts of the path are the owner; a name of the host's own pages or a lone part may be one as well. */
function filled(choice: HostChoice, url: URL): HostChoice {
  const parts = url.pathname.split("/").filter(Boolean);
  const isOfDomain = choice.host.baseUrl !== undefined && choice.url !== choice.host.baseUrl;
  // The organization is the first label of the host name there.
  const values = isOfDomain ? [url.hostname.split(".")[0] ?? ""] : parts;
  const names = choice.host.pathFields ?? [];
  const pairs = names.flatMap((name, at) => (isName(values[at]) ? [[name, values[at]]] : []));
  return pairs.length === 0 ? choice : { ...choice, fields: Object.fromEntries(pairs) };
}

function isName(text: string | undefined): text is string {
  return text !== undefined && /^[\w.-]{1,100}$/.test(text) && !["orgs", "groups", "users"].includes(text);
}

/** `owner/name` without a host: a person who writes that means a repository, and has to say where. */
export function isRepositoryName(text: string): boolean {
  return /^[\w-][\w-]*(?:\/[\w.-]+)+$/.test(text.trim());
}

/** The type as it is at one of its hosts: only the methods that exist there, and an address where there is no other. */
export function typeAt(type: GitProviderType, host: HostOf): GitProviderType {
  const offered = Object.entries(type.methods).filter(([name]) => host.methods?.includes(name) ?? true);
  const methods = offered.map(([name, method]) => {
    const fields = method.fields.map((field) =>
      host.needsAddress && field.name === type.urlField
        ? { ...field, required: true, advanced: false }
        : field,
    );
    return [name, { ...method, fields }];
  });
  return { ...type, methods: Object.fromEntries(methods) };
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
