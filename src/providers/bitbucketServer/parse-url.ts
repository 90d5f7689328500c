import type { Settings } from "@/providers/bitbucketServer/settings";
import { baseUrl, pathSegments, segmentsBelow } from "@/providers/kit/base-url";
import type { ParsedUrl } from "@/providers/provider";

const NAME = /^[\w.-]+$/;
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Read an address of a repository, of its files, branches, commits and pull requests, or for cloning. What is looked
 * at stands in `?at=` or `?until=`, so the name of a branch is always whole.
 */
export function parseUrl(url: URL, settings: Settings): ParsedUrl | null {
  const base = baseUrl(settings.bitbucketServerUrl);
  if (url.protocol === "ssh:") {
    const parts = pathSegments(url) ?? [];
    return url.hostname.toLowerCase() === base.hostname && parts.length === 2 ? cloned(parts) : null;
  }
  const [kind = "", owner = "", ...rest] = segmentsBelow(base, url) ?? [];
  if (kind === "scm") return rest.length === 1 ? cloned([owner, ...rest]) : null;
  if (!["projects", "users"].includes(kind) || rest[0] !== "repos") return null;
  const fullName = fullNameOf(kind === "users" ? `~${owner}` : owner, rest[1] ?? "");
  return fullName === null ? null : { fullName, ...refAndPathOf(rest.slice(2), url.searchParams) };
}

function cloned([owner = "", name = ""]: string[]): ParsedUrl | null {
  const fullName = fullNameOf(owner, name.replace(/\.git$/i, ""));
  return fullName === null ? null : { fullName };
}

function fullNameOf(owner: string, name: string): string | null {
  return isName(owner.replace(/^~/, "")) && isName(name) ? `${owner}/${name}` : null;
}

function isName(name: string): boolean {
  return NAME.test(name) && name !== "." && name !== "..";
}

function refAndPathOf([page = "", ...rest]: string[], query: URLSearchParams): Omit<ParsedUrl, "fullName"> {
  if (page === "commits" && SHA.test(rest[0] ?? "")) return { commit: rest[0] };
  const isFile = page === "browse" || page === "raw";
  const at = (isFile ? query.get("at") : query.get("until")) ?? "";
  const path = isFile && rest.length > 0 ? { path: rest.join("/") } : {};
  const place = isFile || page === "commits" ? refOf(at) : {};
  return { ...place, ...path };
}

function refOf(at: string): Omit<ParsedUrl, "fullName"> {
  if (at === "") return {};
  return SHA.test(at) ? { commit: at } : { ref: at.replace(/^refs\/(?:heads|tags)\//, "") };
}
