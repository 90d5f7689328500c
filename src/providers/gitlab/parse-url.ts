import type { Settings } from "@/providers/gitlab/settings";
import { baseUrl, pathSegments, segmentsBelow } from "@/providers/kit/base-url";
import type { ParsedUrl } from "@/providers/provider";

/** First segments that GitLab keeps for its own pages: no group or user can have them. */
export const RESERVED = new Set(
  "-|admin|api|assets|dashboard|explore|files|groups|health_check|help|jwt|login|oauth|profile|projects|public|search|sitemap|unsubscribes|uploads|users|v2".split(
    "|",
  ),
);

/** Words that no project or sub-group may be called: below a project they open one of its pages. */
const PAGES = new Set("-|badges|blame|blob|builds|commits|commit|find_file|raw|refs|tree|wikis".split("|"));

const NAME = /^[\p{L}\p{N}_.][\p{L}\p{N}_.-]*$/u;
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Read an address of a project, of its branches, files, commits and merge requests, or for cloning. A branch may
 * hold slashes, so where it is written plainly `ref` is the first segment only and `path` the rest: one that does
 * not exist is continued with the next segments of `path`.
 */
export function parseUrl(url: URL, settings: Settings): ParsedUrl | null {
  if (url.protocol === "ssh:") return parseSsh(url, settings);
  for (const base of [settings.gitlabUrl, settings.gitlabInternalUrl]) {
    const segments = base ? segmentsBelow(baseUrl(base), url) : null;
    if (segments) return parseSegments(segments);
  }
  return null;
}

/** GitLab serves ssh without its sub-path, and on any port; gitlab.com also as altssh.gitlab.com. */
function parseSsh(url: URL, settings: Settings): ParsedUrl | null {
  const host = url.hostname.replace(/^altssh\./i, "").toLowerCase();
  if (host !== baseUrl(settings.gitlabUrl).hostname) return null;
  const segments = pathSegments(url);
  const fullName = segments && fullNameOf(segments);
  return fullName ? { fullName } : null;
}

function parseSegments(segments: string[]): ParsedUrl | null {
  const at = segments.findIndex((segment, index) => index >= 2 && PAGES.has(segment));
  const fullName = fullNameOf(at < 0 ? segments : segments.slice(0, at));
  if (!fullName) return null;
  const rest = at < 0 ? [] : segments.slice(segments[at] === "-" ? at + 1 : at);
  return { fullName, ...refAndPathOf(rest) };
}

function fullNameOf(segments: string[]): string | null {
  const names = segments.map((segment, index) =>
    index === segments.length - 1 ? segment.replace(/\.git$/i, "") : segment,
  );
  if (names.length < 2 || RESERVED.has(names[0] ?? "") || !names.every(isName)) return null;
  return names.join("/");
}

function isName(name: string): boolean {
  return NAME.test(name) && name !== "." && name !== "..";
}

/** The part behind `/-/`: `tree/main/src`, `commit/<id>`, `tags/v1`. Merge requests name the project only. */
function refAndPathOf([page = "", first = "", ...rest]: string[]): Omit<ParsedUrl, "fullName"> {
  if (first === "") return {};
  if (page === "commit") return SHA.test(first) ? { commit: first } : {};
  if (page === "tags") return { ref: [first, ...rest].join("/") };
  if (!["tree", "blob", "raw", "blame", "commits"].includes(page)) return {};
  const path = rest.length > 0 ? { path: rest.join("/") } : {};
  return SHA.test(first) ? { commit: first, ...path } : { ref: first, ...path };
}
