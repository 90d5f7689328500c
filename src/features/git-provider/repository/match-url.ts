import { readRepositoryUrl } from "@/git/url";
import { readUrl } from "@/lib/outbound/url";
import { urlOf } from "@/lib/url-of";
import type { ParsedUrl, Provider } from "@/providers/provider";

/**
 * Read what a person pasted: the page of a repository, branch, file or commit in the browser, or an address for
 * cloning, also in the short form of ssh. A user name or password in it is dropped.
 * @throws Fault `invalid_input` reason `git_url_invalid` | `address_invalid`
 */
export function parseRepositoryUrl(text: string): URL {
  // A line of a file, or a heading of a page: it says nothing of the repository.
  const trimmed = text.trim().replace(/#.*$/s, "");
  if (/^https?:/i.test(trimmed)) return readUrl(trimmed.replace(/^(https?:\/\/)[^/?#@\\]*@/i, "$1"));
  const read = readRepositoryUrl(
    /^[\w.-]+\.[a-z]{2,}(:\d+)?\//i.test(trimmed) ? `https://${trimmed}` : trimmed,
  );
  if (read.kind === "http") return new URL(read.url);
  const port = read.port === 22 ? "" : `:${read.port}`;
  return new URL(`ssh://${read.host}${port}/${read.path.replace(/^\//, "")}`);
}

/**
 * What a pasted address means on one connection; null when it lies elsewhere. Typing http for https is forgiven. An
 * address of ssh, or below the internal address, is read as the one of the same repository below the public address.
 */
export function matchUrl(provider: Provider, settings: Record<string, unknown>, url: URL): ParsedUrl | null {
  const bases = basesOf(provider, settings);
  const readings = [url, overHttp(bases, url), otherScheme(url), fromInternal(bases, url)];
  for (const each of readings) {
    const parsed = each && provider.parseUrl(each, settings);
    if (parsed) return parsed;
  }
  return null;
}

interface Bases {
  /** Without a slash at the end; null when not set. */
  open: string | null;
  internal: string | null;
}

function basesOf({ manifest }: Provider, settings: Record<string, unknown>): Bases {
  const text = (field = "") => {
    const value = settings[field];
    return typeof value === "string" && value !== "" ? value.replace(/\/+$/, "") : null;
  };
  return { open: text(manifest.urlField), internal: text(manifest.internalUrlField) };
}

function otherScheme(url: URL): URL | null {
  if (url.protocol === "https:") return new URL(url.href.replace(/^https:/, "http:"));
  return url.protocol === "http:" ? new URL(url.href.replace(/^http:/, "https:")) : null;
}

/** Servers leave their sub-path out of addresses of ssh. */
function overHttp({ open }: Bases, url: URL): URL | null {
  if (url.protocol !== "ssh:" || !open || !/^https?:/.test(open)) return null;
  if (urlOf(open)?.hostname !== url.hostname) return null;
  return new URL(open + url.pathname);
}

function fromInternal({ open, internal }: Bases, url: URL): URL | null {
  const below = open && internal && url.href.startsWith(`${internal}/`);
  return below ? new URL(open + url.href.slice(internal.length)) : null;
}
