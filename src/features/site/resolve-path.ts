/** Which file answers an address, as Netlify, Cloudflare Pages and GitHub Pages decide it. Pure: no file is touched. */
import { acceptsPage, isAssetPath } from "@/features/site/file-type";
import type { Release } from "@/features/site/manifest";
import { applyRedirect, type RedirectRule } from "@/features/site/redirects";

export interface Address {
  /** As it came, without the query. */
  pathname: string;
  /** With its question mark, or empty. */
  query: string;
  /** The `Sec-Fetch-Dest` that a browser sent: what it loads. */
  destination?: string;
}

export type Decision =
  | {
      kind: "file";
      /** Path below the root of the site. */
      name: string;
      status: 200 | 404 | 410;
      /** Another file is sent in place of the one at the address: header rules of the address do not apply to it. */
      standIn: boolean;
    }
  | { kind: "redirect"; status: number; location: string }
  | { kind: "missing" };

type Found = { kind: "file"; name: string } | { kind: "moved"; pathname: string } | null;

/** Decide in Netlify's order: forced rules, files, other rules, the start page of a single-page application, 404. */
export function resolvePath(
  { files, redirects }: Pick<Release, "files" | "redirects">,
  address: Address,
  spaFallback = false,
): Decision {
  const found = findFile(files, address.pathname);
  const ruled = firstRule(redirects, address);
  if (ruled?.rule.force) return follow(files, ruled, address);
  if (found?.kind === "moved") {
    return { kind: "redirect", status: 301, location: found.pathname + address.query };
  }
  if (found) return { ...found, status: 200, standIn: false };
  if (ruled) return follow(files, ruled, address);
  if (spaFallback && files.has("index.html") && mayBePage(address) && isPublic(address.pathname)) {
    return { kind: "file", name: "index.html", status: 200, standIn: true };
  }
  return missing(files, address.pathname);
}

interface Ruled {
  rule: RedirectRule;
  target: string;
}

/** The first rule that fits and leads elsewhere: one that leads to the address itself would never end. */
function firstRule(rules: readonly RedirectRule[], { pathname, query }: Address): Ruled | null {
  for (const rule of rules) {
    const target = applyRedirect(rule, pathname, query);
    if (target === null) continue;
    const circles = isRedirect(rule) && samePath(target, pathname);
    if (!circles) return { rule, target };
  }
  return null;
}

function isRedirect({ status }: RedirectRule): boolean {
  return status >= 300 && status < 400;
}

function samePath(target: string, pathname: string): boolean {
  const plain = (text: string) => (text.split(/[?#]/)[0] ?? "").replace(/\/+$/, "").replace(/^\/+/, "");
  return target.startsWith("/") && plain(target) === plain(pathname);
}

/** Whether a page that stands for many addresses may answer this one. */
function mayBePage({ pathname, destination }: Address): boolean {
  return !isAssetPath(pathname) && acceptsPage(destination);
}

function follow(files: Release["files"], { rule, target }: Ruled, address: Address): Decision {
  const { pathname } = address;
  if (isRedirect(rule)) return { kind: "redirect", status: rule.status, location: target };
  const found = findFile(files, target.split(/[?#]/)[0] ?? "");
  if (found?.kind !== "file") return missing(files, pathname);
  const page = /\.html?$/i.test(found.name);
  const coversMany = rule.splat || rule.from.some((part) => part.startsWith(":"));
  if (coversMany && rule.status === 200 && page && !mayBePage(address)) return missing(files, pathname);
  const status = rule.status === 404 || rule.status === 410 ? rule.status : 200;
  return { kind: "file", name: found.name, status, standIn: true };
}

/** The page for what is not there: of the folder that was asked for, or of one above it. */
function missing(files: Release["files"], pathname: string): Decision {
  const parts = (readPath(pathname) ?? "").split("/");
  for (let length = parts.length; length >= 0; length--) {
    const name = [...parts.slice(0, length), "404.html"].filter((part) => part !== "").join("/");
    if (files.has(name)) return { kind: "file", name, status: 404, standIn: true };
  }
  return { kind: "missing" };
}

function findFile(files: Release["files"], pathname: string): Found {
  const name = readPath(pathname);
  if (name === null) return null;
  const file = (candidate: string): Found =>
    files.has(candidate) ? { kind: "file", name: candidate } : null;
  const index = file(name === "" ? "index.html" : `${name}/index.html`);
  if (name === "") return index;
  // `/about` for `about.html`, as many generators link it
  const page = file(`${name}.html`);
  const bare = `/${pathname.replace(/^\/+|\/+$/g, "")}`;
  if (pathname.endsWith("/")) return index ?? (page && { kind: "moved", pathname: bare });
  return file(name) ?? page ?? (index && { kind: "moved", pathname: `${bare}/` });
}

function isPublic(pathname: string): boolean {
  return readPath(pathname) !== null;
}

/** The path as a name of a file below the root; null for one that cannot be published. */
function readPath(pathname: string): string | null {
  const decoded = decode(pathname);
  if (decoded === null || decoded.includes("\0") || decoded.includes("\\")) return null;
  const parts = decoded.split("/").filter((part) => part !== "");
  return parts.every(isPublicName) ? parts.join("/") : null;
}

/** No name with a dot in front is published, but for the folder that standards give a meaning. */
export function isPublicName(part: string): boolean {
  return !part.startsWith(".") || part === ".well-known";
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // not properly encoded: no file has that name
  }
}
