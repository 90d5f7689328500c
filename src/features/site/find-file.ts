import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { siteLink } from "@/features/site/folder";

/** What a path of a site leads to. */
export type Found =
  /** Absolute real path, inside the release. */
  | { kind: "file"; file: string }
  /** A folder with a page of its own, asked for without the slash at its end. */
  | { kind: "folder" }
  | { kind: "none" };

/** The folder that is served now; null for an unknown site and before the first release. */
export function currentRoot(site: string): Promise<string | null> {
  return real(path.join(siteLink(site), "current"));
}

/**
 * The file for a path of a request. Everything is looked at by its real path, which must lie in the release: encoded
 * ways out, links and names with a dot in front lead nowhere.
 */
export async function findFile(root: string, pathname: string): Promise<Found> {
  const relative = readPath(pathname);
  if (relative === null) return { kind: "none" };
  const asked = await inside(root, relative);
  if (asked?.kind === "folder") {
    const page = await inside(root, path.join(relative, "index.html"));
    if (page?.kind !== "file") return { kind: "none" };
    return relative === "" || pathname.endsWith("/") ? page : { kind: "folder" };
  }
  if (asked) return pathname.endsWith("/") ? { kind: "none" } : asked;
  // `/about` for `about.html`, as many generators link it
  const page = pathname.endsWith("/") ? null : await inside(root, `${relative}.html`);
  return page?.kind === "file" ? page : { kind: "none" };
}

/** The site's own page for what is not there. */
export async function findMissingPage(root: string): Promise<string | null> {
  const page = await inside(root, "404.html");
  return page?.kind === "file" ? page.file : null;
}

/** The path as a name of a file below the root; null for one that cannot be published. */
function readPath(pathname: string): string | null {
  const decoded = decode(pathname);
  if (decoded === null || decoded.includes("\0") || decoded.includes("\\")) return null;
  const parts = decoded.split("/").filter((part) => part !== "");
  return parts.every(isPublic) ? parts.join("/") : null;
}

function isPublic(part: string): boolean {
  return !part.startsWith(".") || part === ".well-known";
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // not properly encoded: no file has that name
  }
}

type Inside = { kind: "file"; file: string } | { kind: "folder" };

async function inside(root: string, relative: string): Promise<Inside | null> {
  const file = await real(path.join(root, relative));
  if (file === null || (file !== root && !file.startsWith(root + path.sep))) return null;
  if (readPath(path.relative(root, file).split(path.sep).map(encodeURIComponent).join("/")) === null)
    return null;
  const seen = await lstat(file).catch(() => null); // removed between two looks
  if (seen?.isDirectory()) return { kind: "folder" };
  return seen?.isFile() ? { kind: "file", file } : null;
}

async function real(file: string): Promise<string | null> {
  return realpath(file).catch(() => null); // not there, a loop, or a name too long
}
