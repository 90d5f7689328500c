import type { Settings } from "@/providers/bitbucket/settings";
import { baseUrl, pathSegments, segmentsBelow } from "@/providers/kit/base-url";
import type { ParsedUrl } from "@/providers/provider";

/** First segments that are pages of the host and never a workspace. */
export const RESERVED = new Set(
  "!api|account|api|blog|dashboard|gateway|login|logout|product|repo|search|site|socialauth|support|user|users|whats-new|workspaces|workspace".split(
    "|",
  ),
);

const NAME = /^[\w.-]+$/;
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Read an address of a repository, of its branches, files, commits and pull requests, or for cloning. A branch may
 * hold slashes, so behind `src` its first segment is `ref` and `path` the rest, unless `?at=` tells the whole name.
 */
export function parseUrl(url: URL, settings: Settings): ParsedUrl | null {
  const base = baseUrl(settings.bitbucketUrl);
  if (url.protocol === "ssh:") return isSshHost(url, base) ? overSsh(pathSegments(url) ?? []) : null;
  const parsed = repositoryOf(segmentsBelow(base, withoutWww(url, base)) ?? []);
  const at = url.searchParams.get("at");
  // The page of a commit may also name a branch; the exact commit wins.
  return parsed && at && parsed.path !== undefined && !parsed.commit ? wholeName(parsed, at) : parsed;
}

/** `src/feature/a/file?at=feature/a`: the name is told whole, and what is left of the path is the file. */
function wholeName(parsed: ParsedUrl, at: string): ParsedUrl {
  const name = at.replace(/^refs\/(?:heads|tags)\//, "");
  const place = `${parsed.ref}/${parsed.path}`;
  if (!place.startsWith(`${name}/`)) return parsed;
  return { fullName: parsed.fullName, ref: name, path: place.slice(name.length + 1) };
}

/** Bitbucket serves ssh on port 443 under a name of its own. */
function isSshHost(url: URL, base: URL): boolean {
  return url.hostname.toLowerCase().replace(/^altssh\.(?=bitbucket\.org$)/, "") === base.hostname;
}

/** A path of SSH holds the owner and the name, and nothing else. */
function overSsh(segments: string[]): ParsedUrl | null {
  return segments.length === 2 ? repositoryOf(segments) : null;
}

function withoutWww(url: URL, base: URL): URL {
  return url.origin === `https://www.${base.hostname}` ? new URL(url.href.replace("://www.", "://")) : url;
}

function repositoryOf([owner = "", repo = "", ...rest]: string[]): ParsedUrl | null {
  const name = repo.replace(/\.git$/i, "");
  if (RESERVED.has(owner.toLowerCase()) || !isName(owner) || !isName(name) || name === "workspace")
    return null;
  return { fullName: `${owner}/${name}`, ...refAndPathOf(rest) };
}

function isName(name: string): boolean {
  return NAME.test(name) && name !== "." && name !== "..";
}

/** The part behind the name: `src/main/file`, `branch/feature/a`, `commits/<id>`, `commits/branch/main`. */
function refAndPathOf([page = "", first = "", ...rest]: string[]): Omit<ParsedUrl, "fullName"> {
  if (first === "") return {};
  if (page === "branch") return { ref: [first, ...rest].join("/") };
  if (page === "commits" && (first === "branch" || first === "tag"))
    return rest.length > 0 ? { ref: rest.join("/") } : {};
  if (page === "commits" || page === "commit") return SHA.test(first) ? { commit: first } : {};
  if (!["src", "raw", "annotate", "history-node"].includes(page)) return {};
  const within = rest.some(Boolean) ? { path: rest.join("/") } : {};
  return SHA.test(first) ? { commit: first, ...within } : { ref: first, ...within };
}
