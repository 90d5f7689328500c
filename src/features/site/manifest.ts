import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { filesFolder, manifestFile } from "@/features/site/folder";
import type { HeaderRule } from "@/features/site/header-rules";
import type { RedirectRule } from "@/features/site/redirects";
import type { SiteWarning } from "@/features/site/warning";
import { Fault } from "@/lib/fault";
import { processGlobal } from "@/lib/process-global";

/** A compressed copy that a build put beside a file. */
export interface Variant {
  hash: string;
  size: number;
}

/** What one file of a release is, looked up once when it is published. */
export interface SiteFile extends Variant {
  /** Value of the Content-Type header. */
  type: string;
  /** When this content was published under this name first, in seconds since 1970. The time on the disk is the build's. */
  since: number;
  /** It is stored compressed and served so, as `.svgz` is. */
  encoding?: "gzip";
  /** Its name changes with its content, so a browser may keep it for ever. */
  immutable?: true;
  br?: Variant;
  gzip?: Variant;
}

/** All that is served of a release follows from this. */
export interface Manifest {
  version: 1;
  /** By path below the root of the site, without a slash in front. */
  files: Record<string, SiteFile>;
  redirects: RedirectRule[];
  headers: HeaderRule[];
  warnings: SiteWarning[];
}

/** A release as requests are answered from it. */
export interface Release {
  folder: string;
  files: ReadonlyMap<string, SiteFile>;
  redirects: readonly RedirectRule[];
  headers: readonly HeaderRule[];
}

/** The manifest of a release; null when there is none, so that the release is not whole. */
export async function readManifest(release: string): Promise<Manifest | null> {
  try {
    const read: unknown = JSON.parse(await readFile(manifestFile(release), "utf8"));
    return isManifest(read) ? read : null;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return null;
    throw error;
  }
}

/** Only Slipway writes these files, so checking the version is enough. */
function isManifest(value: unknown): value is Manifest {
  return typeof value === "object" && value !== null && "version" in value && value.version === 1;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/**
 * Which files of a release are not there as its manifest has them, the first few of them.
 * @returns null when the release has no manifest
 */
export async function damagedFiles(release: string): Promise<string[] | null> {
  const manifest = await readManifest(release);
  if (!manifest) return null;
  const damaged: string[] = [];
  for (const [name, { size }] of Object.entries(manifest.files)) {
    const found = await stat(path.join(filesFolder(release), name)).catch(() => null); // gone, which is damage
    if (found?.size !== size && damaged.push(name) === maxDamaged) break;
  }
  return damaged;
}

const maxDamaged = 20;

/** Releases in memory hold at most so many files together. */
const maxFilesHeld = 500_000;

const held = processGlobal("siteReleases", () => new Map<string, Promise<Release>>());
const sizes = new WeakMap<Promise<Release>, number>();

/** A release, read once and kept while it is asked for. @throws Fault `unavailable` reason `release_damaged` */
export async function openRelease(folder: string): Promise<Release> {
  const known = held.value.get(folder);
  const opening = known ?? load(folder);
  held.value.delete(folder); // moves it to the end: the least recently used one is dropped first
  held.value.set(folder, opening);
  try {
    const release = await opening;
    sizes.set(opening, release.files.size);
    dropOldest();
    return release;
  } catch (error) {
    held.value.delete(folder);
    throw error;
  }
}

async function load(folder: string): Promise<Release> {
  const manifest = await readManifest(folder);
  if (!manifest) throw new Fault("unavailable", { code: "release_damaged" });
  const { redirects, headers } = manifest;
  return { folder, files: new Map(Object.entries(manifest.files)), redirects, headers };
}

function dropOldest(): void {
  const total = () => [...held.value.values()].reduce((sum, each) => sum + (sizes.get(each) ?? 0), 0);
  for (const folder of [...held.value.keys()].slice(0, -1)) {
    if (held.value.size <= 200 && total() <= maxFilesHeld) return;
    held.value.delete(folder);
  }
}
