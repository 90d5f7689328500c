import { isCommitId } from "@/git/ref-name";
import { coversSsh, isSshUrl, readSshUrl, type SshAddress, writeSshUrl } from "@/git/ssh-url";
import { Fault } from "@/lib/fault";
import { urlOf } from "@/lib/url-of";
import { addressProblem, canonical, covers } from "@/providers/git/address";
import type { Settings } from "@/providers/git/settings";
import type { ParsedUrl } from "@/providers/provider";

/**
 * Read an address of a repository on a server of any kind. Its full name is its clone address. Pages are known by
 * the shapes that the common servers share; as for a branch with slashes, `ref` is the first segment and `path` the
 * rest. With a connection's address set, only what lies there or below is meant.
 */
export function parseUrl(pasted: URL, settings: Settings): ParsedUrl | null {
  if (settings.gitUrl && isSshUrl(settings.gitUrl)) return overSsh(pasted, settings.gitUrl);
  const url = pasted.protocol === "ssh:" ? overHttps(pasted, settings) : pasted;
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  const segments = url.pathname.split("/").filter(Boolean);
  const { length, place } = splitAt(segments, url.searchParams);
  const fullName = canonical(`${url.origin}/${segments.slice(0, length).join("/")}`);
  if (length === 0 || addressProblem(fullName) !== null) return null;
  if (settings.gitUrl && !covers(settings.gitUrl, fullName)) return null;
  const decoded = decodedPlace(place);
  return decoded && { fullName, ...decoded };
}

/** The same repository over HTTPS: nearly every server has it at the same path. The port of ssh is not that of the web. */
function overHttps(url: URL, { gitUrl }: Settings): URL | null {
  const own = gitUrl ? new URL(gitUrl) : null;
  const isOwn = own?.hostname === url.hostname.toLowerCase();
  const path = url.pathname.replace(home, "/");
  // What lies in the home folder of a person is not on the web.
  if (path !== url.pathname && url.username !== "" && !serviceUsers.test(url.username)) return null;
  // Joined as text: a path that begins with two slashes would name another host.
  return urlOf((isOwn ? own.origin : `https://${url.hostname}`) + path);
}

/** How the path of an address of ssh begins that starts at the home folder. */
const home = /^\/~\//;
const serviceUsers = /^(git.*|forgejo|gogs)$/i;

/**
 * On a connection over ssh: its own address, or the page of the same repository on the same host. A page does not show
 * the user, or whether the path starts at the home folder, so those of the connection are used; an address of ssh does,
 * and where it differs it is another repository.
 */
function overSsh(given: URL, gitUrl: string): ParsedUrl | null {
  const root = readSshUrl(gitUrl);
  const pasted = azurePage(given, root.host) ?? given;
  if (pasted.hostname.toLowerCase() !== root.host) return null;
  if (pasted.protocol === "ssh:") return sameAccount(root, pasted);
  const segments = pasted.pathname.split("/").filter((part) => part !== "" && part !== "~");
  const { length, place } = splitAt(segments, pasted.searchParams);
  const found = within(root, segments.slice(0, length).join("/"));
  const decoded = decodedPlace(place);
  return found !== null && decoded !== null ? { fullName: found, ...decoded } : null;
}

function sameAccount(root: SshAddress, { port, username, pathname }: URL): ParsedUrl | null {
  if (Number(port || 22) !== root.port || (username !== "" && username !== root.user)) return null;
  const path = pathname.replace(home, "").replace(/^\/+|\/+$/g, "");
  const fullName = within(root, path, !home.test(pathname));
  return fullName === null ? null : { fullName };
}

const azure = /^\/([^/]+)\/(?:([^/]+)\/)?_git\/([^/]+)\/?$/;

/**
 * Azure DevOps has its pages on another host than its repositories, under other paths: `org/project/_git/name` is
 * `v3/org/project/name`. A repository that is called like its project leaves that out. Null for any other page.
 */
function azurePage(page: URL, host: string): URL | null {
  if (host !== "ssh.dev.azure.com" || page.hostname !== "dev.azure.com") return null;
  const [, organization, project, name] = azure.exec(page.pathname) ?? [];
  if (!organization || !name) return null;
  const [, kind, text = ""] = /^G([BTC])(.+)$/.exec(page.searchParams.get("version") ?? "") ?? [];
  const tail = kind && /^[BT]$/.test(kind) ? `/-/tree/${encodeURIComponent(text)}` : "";
  return new URL(`https://${host}/v3/${organization}/${project ?? name}/${name}${tail}`);
}

/** With or without `.git` it is the same repository, and the connection's way to write it is the one that works. */
function within(root: SshAddress, path: string, absolute = root.absolute): string | null {
  const bare = (text: string) => text.replace(/\.git$/i, "");
  try {
    const place = readSshUrl(
      writeSshUrl({ ...root, absolute, path: bare(path) === bare(root.path) ? root.path : path }),
    );
    return path !== "" && coversSsh(root, place) ? writeSshUrl(place) : null;
  } catch (error) {
    if (error instanceof Fault) return null;
    throw error;
  }
}

type Place = Omit<ParsedUrl, "fullName">;

interface Split {
  /** How many segments name the repository. */
  length: number;
  place: Place;
}

function splitAt(segments: string[], query: URLSearchParams): Split {
  const dash = segments.indexOf("-", 2);
  if (dash > 0) return { length: dash, place: pageOf(segments.slice(dash + 1)) };
  const suffix = segments.findIndex(
    (segment, index) => /.\.git$/i.test(segment) && isPageOfSuffix(segments.slice(index + 1)),
  );
  if (suffix >= 0) return { length: suffix + 1, place: behindSuffix(segments.slice(suffix + 1), query) };
  const page = segments.findIndex((_, index) => index >= 2 && isPage(segments.slice(index)));
  if (page > 0) return { length: page, place: pageOf(segments.slice(page)) };
  return { length: segments.length, place: {} };
}

const SUFFIX_PAGES =
  "about|blame|commit|diff|info|log|patch|plain|refs|shortlog|snapshot|src|summary|tag|tree".split("|");

/** Any other path behind `name.git` is that of another repository: folders may be called so too. */
function isPageOfSuffix([kind = ""]: string[]): boolean {
  return kind === "" || SUFFIX_PAGES.includes(kind);
}

const LISTS = [
  "branches",
  "commits",
  "issues",
  "merge_requests",
  "pull",
  "pull-requests",
  "pulls",
  "releases",
  "tags",
];
const FILES = ["tree", "blob", "raw", "blame", "edit", "commits"];

/** `/tree/main`, `/src/branch/main`, `/commit/<id>`, `/pull/7`: without what follows, it may be a folder's name. */
function isPage([kind = "", first = "", second = ""]: string[]): boolean {
  if (kind === "src") return ["branch", "tag", "commit"].includes(first) && second !== "";
  if (kind === "commit") return isCommitId(first);
  return first !== "" && (FILES.includes(kind) || (LISTS.includes(kind) && /^\d+$/.test(first)));
}

function pageOf([kind = "", first = "", ...rest]: string[]): Place {
  if (kind === "src") return at(rest);
  if (kind === "commit") return isCommitId(first) ? { commit: first } : {};
  if (kind === "tags" && first) return { ref: [first, ...rest].join("/") };
  return FILES.includes(kind) ? at([first, ...rest]) : {};
}

/** Behind `name.git` the page names the branch as `h` and the commit as `id`. */
function behindSuffix([kind = "", ...rest]: string[], query: URLSearchParams): Place {
  const [commit, ref] = [query.get("id") ?? "", query.get("h") ?? ""];
  const path =
    ["tree", "plain", "blame", "log"].includes(kind) && rest.length > 0 ? { path: rest.join("/") } : {};
  if (isCommitId(commit)) return { commit, ...path };
  return ref ? { ref, ...path } : path;
}

function at([first = "", ...rest]: string[]): Place {
  if (first === "") return {};
  const path = rest.length > 0 ? { path: rest.join("/") } : {};
  return isCommitId(first) ? { commit: first, ...path } : { ref: first, ...path };
}

/** Null when a part is not properly encoded: no server gave out such an address. */
function decodedPlace(place: Place): Place | null {
  try {
    return Object.fromEntries(Object.entries(place).map(([key, text]) => [key, decodeURIComponent(text)]));
  } catch {
    return null;
  }
}
