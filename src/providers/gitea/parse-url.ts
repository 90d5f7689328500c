import type { Settings } from "@/providers/gitea/settings";
import { baseUrl, pathSegments, segmentsBelow } from "@/providers/kit/base-url";
import type { ParsedUrl } from "@/providers/provider";

/** First segments that are pages of the server and never an owner. */
export const RESERVED = new Set(
  "-|admin|api|assets|attachments|avatars|explore|issues|login|metrics|milestones|notifications|org|pulls|repo|ssh_info|swagger|user|v2".split(
    "|",
  ),
);

/** `/owner/name`, also with `.git`, `/src/branch/…`, `/src/tag/…`, `/src/commit/…` or `/commit/…` behind it. */
export function parseUrl(url: URL, settings: Settings): ParsedUrl | null {
  const base = baseUrl(settings.giteaUrl);
  const [owner, repo, ...rest] =
    (url.protocol === "ssh:" ? overSsh(base, url) : segmentsBelow(base, url)) ?? [];
  if (!owner || !repo || RESERVED.has(owner)) return null;
  const name = repo.replace(/\.git$/, "");
  if (!isName(owner) || !isName(name)) return null;
  return { fullName: `${owner}/${name}`, ...refAndPathOf(rest) };
}

/** Servers leave their sub-path out of addresses of SSH, and use any port. */
function overSsh(base: URL, url: URL): string[] | null {
  const segments = url.hostname.toLowerCase() === base.hostname ? pathSegments(url) : null;
  return segments?.length === 2 ? segments : null;
}

function isName(text: string): boolean {
  return /^[\w.-]+$/.test(text) && !/^\.{1,2}$/.test(text);
}

function refAndPathOf([area, kind, ref, ...path]: string[]): Omit<ParsedUrl, "fullName"> {
  if (area === "commit" && kind) return { commit: kind };
  if (area !== "src" || !ref) return {};
  const within = path.length > 0 ? { path: path.join("/") } : {};
  if (kind === "commit") return { commit: ref, ...within };
  // A slash in a branch name looks like a folder here; the first segment is the common case.
  return kind === "branch" || kind === "tag" ? { ref, ...within } : {};
}
