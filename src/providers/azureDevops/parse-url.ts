import { hasOwnHost, isServices } from "@/providers/azureDevops/api";
import type { Settings } from "@/providers/azureDevops/settings";
import { baseUrl, pathSegments, segmentsBelow } from "@/providers/kit/base-url";
import type { ParsedUrl } from "@/providers/provider";

/** Signs that no name of a project or repository has. Spaces are fine. */
const NAME = /^[^\\/:*?"<>|;#${},+=[\]\p{Cc}]{1,64}$/u;
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const OLD_HOST = ".visualstudio.com";

/**
 * Read an address of a repository, of its files, branches, commits and pull requests, or for cloning: of this
 * organization by its newer and its older host, or of this Server.
 */
export function parseUrl(url: URL, settings: Settings): ParsedUrl | null {
  if (url.protocol === "ssh:") return parseSsh(url, settings);
  const parts = belowCollection(url, settings);
  const at = parts?.indexOf("_git") ?? -1;
  if (!parts || at < 0 || at > 1) return null;
  const name = parts[at + 1] ?? "";
  // Without a project it is the repository that is named like its project.
  const fullName = fullNameOf(at === 1 ? (parts[0] ?? "") : name, name);
  return fullName === null ? null : { fullName, ...refAndPathOf(parts.slice(at + 2), url.searchParams) };
}

/** The path behind the organization; null when the address is none of it. The user name in front of the host is left out. */
function belowCollection(url: URL, settings: Settings): string[] | null {
  const name = organizationOf(settings);
  if (!isServices(settings)) {
    const parts = segmentsBelow(baseUrl(settings.azureDevopsUrl), url);
    return parts && without(name, parts);
  }
  const parts = url.protocol === "https:" && url.port === "" ? pathSegments(url) : null;
  if (!parts || name === "") return null;
  if (url.hostname === "dev.azure.com") return without(name, parts);
  if (url.hostname !== `${name.toLowerCase()}${OLD_HOST}`) return null;
  return parts[0]?.toLowerCase() === "defaultcollection" ? parts.slice(1) : parts;
}

function organizationOf(settings: Settings): string {
  if (!hasOwnHost(settings)) return settings.organizationName ?? "";
  return new URL(settings.azureDevopsUrl).hostname.slice(0, -OLD_HOST.length);
}

function without(name: string, parts: string[]): string[] | null {
  const wanted = name.split("/").filter(Boolean);
  const isBelow = wanted.every((part, index) => parts[index]?.toLowerCase() === part.toLowerCase());
  return isBelow ? parts.slice(wanted.length) : null;
}

/** `ssh.dev.azure.com/v3/acme/project/name`; on a Server `tfs/collection/project/_ssh/name`. */
function parseSsh(url: URL, settings: Settings): ParsedUrl | null {
  const parts = pathSegments(url) ?? [];
  const host = url.hostname.toLowerCase();
  if (isServices(settings)) {
    if (!["ssh.dev.azure.com", `vs-ssh${OLD_HOST}`].includes(host) || parts[0] !== "v3") return null;
    const rest = organizationOf(settings) === "" ? null : without(organizationOf(settings), parts.slice(1));
    return rest?.length === 2 ? named(rest[0], rest[1]) : null;
  }
  const base = baseUrl(settings.azureDevopsUrl);
  const at = parts.indexOf("_ssh");
  if (host !== base.hostname || at < 0 || at !== parts.length - 2) return null;
  const name = parts[at + 1] ?? "";
  const projects = belowServer(base, settings, parts.slice(0, at));
  return projects && projects.length < 2 ? named(projects[0] ?? name, name) : null;
}

/** What follows the collection. A Server may leave its virtual folder (`tfs`) out of addresses of ssh. */
function belowServer(base: URL, settings: Settings, parts: string[]): string[] | null {
  const collection = organizationOf(settings);
  const folder = pathSegments(base) ?? [];
  return without([...folder, collection].join("/"), parts) ?? without(collection || folder.join("/"), parts);
}

function named(project = "", name = ""): ParsedUrl | null {
  const fullName = fullNameOf(project, name);
  return fullName === null ? null : { fullName };
}

function fullNameOf(project: string, name: string): string | null {
  return isName(project) && !project.startsWith("_") && isName(name) ? `${project}/${name}` : null;
}

function isName(name: string): boolean {
  return NAME.test(name) && name.trim() !== "" && name !== "." && name !== "..";
}

/** `commit/<id>`, and `?path=/a.md&version=GBmain`, where GB begins a branch, GT a tag and GC a commit. */
function refAndPathOf([page, id = ""]: string[], query: URLSearchParams): Omit<ParsedUrl, "fullName"> {
  if (page === "commit") return SHA.test(id) ? { commit: id } : {};
  if (page !== undefined) return {};
  const [, kind = "", text = ""] = /^(GB|GT|GC)(.+)$/s.exec(query.get("version") ?? "") ?? [];
  const path = query.get("path")?.replace(/^\/+/, "");
  const file = path ? { path } : {};
  if (kind === "GC") return SHA.test(text) ? { commit: text, ...file } : file;
  return kind === "" ? file : { ref: text, ...file };
}
