import { addressUrl } from "@/git/ssh-url";
import { readRepositoryUrl } from "@/git/url";
import { readUrl } from "@/lib/outbound/url";
import { urlOf } from "@/lib/url-of";
import type { ParsedUrl, Provider } from "@/providers/provider";

/**
 * Read what a person pasted: the page of a repository, branch, file or commit in the browser, or an address for
 * cloning, also in the short form of ssh, whose path at the home folder is then written `/~/`. A user name or password
 * is dropped from an address of the web; the user of ssh is kept, since another one has another home.
 * @throws Fault `invalid_input` reason `git_url_invalid` | `address_invalid`
 */
export function parseRepositoryUrl(text: string): URL {
  // The fragment (a line of a file, a heading) says nothing about the repository.
  const trimmed = text.trim().replace(/#.*$/s, "");
  if (/^https?:/i.test(trimmed)) return readUrl(trimmed.replace(/^(https?:\/\/)[^/?#@\\]*@/i, "$1"));
  const read = readRepositoryUrl(
    /^[\w.-]+\.[a-z]{2,}(:\d+)?\//i.test(trimmed) ? `https://${trimmed}` : trimmed,
  );
  if (read.kind === "http") return new URL(read.url);
  const user = /^(ssh:\/\/)?[^/@]+@/i.test(trimmed) ? `${read.user}@` : "";
  const port = read.port === 22 ? "" : `:${read.port}`;
  return new URL(`ssh://${user}${read.host}${port}${read.path.startsWith("/") ? "" : "/~/"}${read.path}`);
}

/**
 * What a repository URL means on one connection; null when it lies elsewhere. Typing http for https is forgiven, and a
 * URL below the internal address is read as the one below the public address. A reading that keeps only a part of the
 * path of a clone address is another repository, and never accepted.
 */
export function matchUrl(provider: Provider, settings: Record<string, unknown>, url: URL): ParsedUrl | null {
  const readings = [url, withOtherScheme(url), belowPublicAddress(provider, settings, url)];
  for (const each of readings) {
    const parsed = each && provider.parseUrl(each, settings);
    if (parsed && namesWhole(url, parsed)) return parsed;
  }
  return null;
}

/**
 * Whether the whole path is the name: an SSH path holds a repository and no page of it. So does one of the web that ends
 * in `.git`, unless that end was read as a file, branch or tag.
 */
function namesWhole(url: URL, { fullName, ref, path: file }: ParsedUrl): boolean {
  const last = url.pathname.split("/").findLast((segment) => segment !== "") ?? "";
  const isPlace = [ref, file].some((text) => text !== undefined && `/${text}`.endsWith(`/${decoded(last)}`));
  if (url.protocol !== "ssh:" && (isPlace || !/\.git$/i.test(last))) return true;
  const path = segmentsOf(url.pathname);
  const name = segmentsOf(addressUrl(fullName)?.pathname ?? fullName);
  // In Azure DevOps a repository that is called like its project leaves that out.
  if (/\/_(git|ssh)\/[^/]+\/?$/.test(url.pathname)) return path.at(-1) === name.at(-1);
  const shared = Math.min(path.length, name.length);
  return shared > 0 && path.slice(-shared).join("/") === name.slice(-shared).join("/");
}

/** Without the marks of Azure DevOps Server and of a home folder, which are no part of a name. */
function segmentsOf(path: string): string[] {
  const segments = path.split("/").map(decoded);
  const names = segments.filter((segment) => !["", "~", "_ssh", "_git"].includes(segment));
  return names.map((name, index) => (index === names.length - 1 ? name.replace(/\.git$/i, "") : name));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a percent sign that begins no escape
  }
}

function withOtherScheme(url: URL): URL | null {
  if (url.protocol === "https:") return new URL(url.href.replace(/^https:/, "http:"));
  return url.protocol === "http:" ? new URL(url.href.replace(/^http:/, "https:")) : null;
}

function belowPublicAddress({ manifest }: Provider, settings: Record<string, unknown>, url: URL): URL | null {
  const [open, internal] = [manifest.urlField, manifest.internalUrlField ?? ""].map((field) =>
    urlOf(String(settings[field] ?? "").replace(/\/*$/, "/")),
  );
  if (!open || !internal || !url.href.startsWith(internal.href)) return null;
  return new URL(open.href + url.href.slice(internal.href.length));
}
