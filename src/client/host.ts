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

/** The address in what was entered; that of a clone over SSH with its path, as if it were a page. */
function readUrl(text: string): URL | null {
  const trimmed = text.trim();
  const scp = /^[\w.-]+@([\w.-]+):(?!\/\/)(.*)$/.exec(trimmed);
  const isUrl = /^(https?|ssh):\/\//i.test(trimmed);
  const given = urlOf(scp ? `https://${scp[1]}/${scp[2]}` : isUrl ? trimmed : `https://${trimmed}`);
  const url = given?.protocol === "ssh:" ? urlOf(`https://${given.hostname}${given.pathname}`) : given;
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
  const exact = hosts.find(({ host }) => isAt(host, url.host));
  if (exact) return filled(exact, url);
  const known = hosts.find(({ host }) => host.domains?.some((domain) => isBelow(url.hostname, domain)));
  if (known) return filled({ ...known, url: url.origin }, url);
  const named = hosts.find(
    ({ host }) => host.needsAddress && url.hostname.split(/[.-]/).includes(nameOf(host.label)),
  );
  return named ? filled({ ...named, url: url.origin }, url) : null;
}

function isAt({ baseUrl, aliases = [] }: HostOf, name: string): boolean {
  return baseUrl !== undefined && (new URL(baseUrl).host === name || aliases.includes(name));
}

function isBelow(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** The settings that the path of `url` names, below the address of the host. */
function filled(choice: HostChoice, url: URL): HostChoice {
  const { host } = choice;
  const base = urlOf(choice.url)?.pathname.replace(/\/$/, "") ?? "";
  const below = base && url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : url.pathname;
  const path = decoded(below).replace(/\/+$/, "");
  // In an address below a domain of the host the organization is the first label of its name.
  const isOfDomain = host.baseUrl !== undefined && choice.url !== host.baseUrl;
  const whole = isOfDomain ? `/${url.hostname.split(".")[0] ?? ""}${path}` : path;
  const owned = ownedPath(host, whole);
  const fields = owned === null ? {} : { ...byPosition(host, owned), ...byPattern(host, owned) };
  return Object.keys(fields).length === 0 ? choice : { ...choice, fields };
}

/** The path from its owner on; null where it is a page of the host itself. */
function ownedPath({ beforeOwner = [], pages = [] }: HostOf, path: string): string | null {
  const [, first = "", rest = ""] = /^\/?([^/]*)(\/.*)?$/s.exec(path) ?? [];
  if (beforeOwner.includes(first)) return rest;
  return pages.includes(first.toLowerCase()) ? null : path;
}

function byPosition({ pathFields = [] }: HostOf, path: string): Record<string, string> {
  const parts = path.split("/").filter(Boolean);
  const pairs = pathFields.flatMap((name, at) => (isName(parts[at]) ? [[name, parts[at]]] : []));
  return Object.fromEntries(pairs);
}

function byPattern({ pathPatterns = [] }: HostOf, path: string): Record<string, string> {
  for (const pattern of pathPatterns) {
    const found = new RegExp(pattern).exec(path);
    if (!found) continue;
    const pairs = Object.entries(found.groups ?? {}).filter(([, value]) => isPath(value));
    return Object.fromEntries(pairs);
  }
  return {};
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray percent sign
  }
}

function isName(text: string | undefined): text is string {
  return text !== undefined && /^[\w.-]{1,100}$/.test(text);
}

/** A group with its parents, or a project with spaces in its name. */
function isPath(text: string | undefined): boolean {
  return text !== undefined && /^[\p{L}\p{N}_. /-]{1,200}$/u.test(text);
}

/** A host that was recognized by asking it, with the settings that the pasted path names. */
export function withPathOf(choice: HostChoice, text: string): HostChoice {
  const url = readUrl(text);
  return url ? filled(choice, url) : choice;
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
        ? { ...field, ...host.address, required: true, advanced: false }
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

/** What was entered as an address that can be asked: of a clone over SSH as if it were a page. */
export function addressOfText(text: string): string {
  return readUrl(text)?.href ?? text;
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
