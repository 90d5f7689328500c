import { GITHUB, type Settings } from "@/providers/github/settings";
import { baseUrl, pathSegments, segmentsBelow } from "@/providers/kit/base-url";
import type { ParsedUrl } from "@/providers/provider";

/** First segments that are pages of the host and never an owner. */
export const RESERVED = new Set(
  "about|account|api|apps|codespaces|collections|customer-stories|dashboard|enterprise|enterprises|events|explore|features|gist|github-apps|issues|join|login|logout|marketplace|new|notifications|organizations|orgs|pricing|pulls|raw|readme|search|security|sessions|settings|setup|signup|site|sponsors|stafftools|stars|team|topics|trending|users".split(
    "|",
  ),
);

const OWNER = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const NAME = /^[\w.-]+$/;
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Read an address of a repository, of its branches, files, commits and pull requests, or for cloning. A branch may
 * hold slashes, so where it is written plainly `ref` is the first segment only and `path` the rest.
 */
export function parseUrl(url: URL, settings: Settings): ParsedUrl | null {
  const base = baseUrl(settings.githubUrl);
  if (url.protocol === "ssh:") return isSshHost(url, base) ? overSsh(pathSegments(url) ?? []) : null;
  if (settings.githubUrl === GITHUB && url.origin === "https://raw.githubusercontent.com")
    return rawFile(pathSegments(url) ?? []);
  return repositoryOf(segmentsBelow(base, withoutWww(url, base)) ?? []);
}

/** github.com serves ssh on port 443 under a name of its own. */
function isSshHost(url: URL, base: URL): boolean {
  return url.hostname.toLowerCase().replace(/^ssh\.(?=github\.com$)/, "") === base.hostname;
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
  if (RESERVED.has(owner.toLowerCase()) || !OWNER.test(owner) || !isName(name)) return null;
  return { fullName: `${owner}/${name}`, ...refAndPathOf(rest) };
}

function isName(name: string): boolean {
  return NAME.test(name) && name !== "." && name !== "..";
}

/** `owner/name/ref/path`, or `owner/name/refs/heads/ref/path`. */
function rawFile([owner = "", name = "", ...rest]: string[]): ParsedUrl | null {
  const place = rest[0] === "refs" ? rest.slice(2) : rest;
  return repositoryOf([owner, name, "raw", ...place]);
}

/** The part behind the name: `tree/main/src`, `commit/<id>`, `releases/tag/v1`, `pull/5`. */
function refAndPathOf([page = "", first = "", ...rest]: string[]): Omit<ParsedUrl, "fullName"> {
  if (page === "releases" && first === "tag" && rest.length > 0) return { ref: rest.join("/") };
  if (page === "commit" || page === "pull")
    return SHA.test(last(first, rest)) ? { commit: last(first, rest) } : {};
  if (first === "" || !["tree", "blob", "raw", "blame", "edit", "commits"].includes(page)) return {};
  // `raw/refs/heads/main/file` is the long way to write the same.
  const [ref = "", ...path] = first === "refs" && rest.length > 1 ? rest.slice(1) : [first, ...rest];
  const within = path.length > 0 ? { path: path.join("/") } : {};
  return SHA.test(ref) ? { commit: ref, ...within } : { ref, ...within };
}

/** `commit/<id>`, and `pull/5/commits/<id>`. */
function last(first: string, rest: string[]): string {
  return rest.at(-1) ?? first;
}
