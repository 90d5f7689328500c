import { constants } from "node:fs";
import { chmod, copyFile, link, mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { findCompressed } from "@/features/site/compressed";
import { type Described, describeFile } from "@/features/site/describe-file";
import { syncFolder, writeDurably } from "@/features/site/durable";
import { filesFolder, manifestFile } from "@/features/site/folder";
import { parseHeaders } from "@/features/site/header-rules";
import type { Manifest, SiteFile } from "@/features/site/manifest";
import { parseRedirects } from "@/features/site/redirects";
import { resolvePath } from "@/features/site/resolve-path";
import { maxWarnings, type SiteWarning, someOf } from "@/features/site/warning";
import { Fault } from "@/lib/fault";
import { inParallel } from "@/lib/map-concurrently";

/** A file to publish. */
export interface Chosen {
  /** Where it lies: an absolute real path. */
  from: string;
  /** Its path below the root of the site. */
  name: string;
}

interface Writing {
  /** The folder of the release, not there yet. */
  folder: string;
  files: readonly Chosen[];
  /** What was noticed before. */
  warnings: readonly SiteWarning[];
  /** What is served now: a name whose content changed does not hold its hash. */
  previous: Manifest | null;
  signal: AbortSignal;
}

const atOnce = 8;
const longestRules = 1_000_000;

/**
 * Write a release: its files, then, when all of them are on the disk, the manifest that makes it whole.
 * @throws Fault `invalid_input` reason `site_password_unsupported`
 */
export async function writeRelease(writing: Writing): Promise<Manifest> {
  const { folder, signal } = writing;
  const root = filesFolder(folder);
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folders = await placeAll(writing, root);
  const described = await inParallel([...writing.files], atOnce, async ({ name }) => {
    signal.throwIfAborted();
    return { name, ...(await describeReadable(path.join(root, name), name)) };
  });
  const files = new Map<string, SiteFile>();
  for (const { name, file } of described) files.set(name, keepsName(file, name, writing.previous));
  await findCompressed(root, files);
  const pointers = described.filter((each) => each.pointer).map((each) => each.name);
  const manifest = await manifestOf(writing, files, pointers);
  for (const each of folders) await syncFolder(each);
  await writeDurably(manifestFile(folder), JSON.stringify(manifest));
  return manifest;
}

/**
 * Files are hard-linked to save space. A file with several links, or behind a symbolic link, is copied, so that it
 * cannot be changed later.
 */
async function placeAll({ files, signal }: Writing, root: string): Promise<Set<string>> {
  const folders = new Set([path.dirname(root), root]);
  for (const { name } of files) {
    for (let at = path.dirname(path.join(root, name)); !folders.has(at); at = path.dirname(at))
      folders.add(at);
  }
  for (const each of [...folders].sort()) await mkdir(each, { recursive: true, mode: 0o700 });
  const placed = new Set<string>();
  for (const { from, name } of files) {
    signal.throwIfAborted();
    const to = path.join(root, name);
    const { nlink } = await stat(from);
    if (nlink === 1 && !placed.has(from)) await link(from, to);
    else await copyFile(from, to, constants.COPYFILE_FICLONE);
    placed.add(from);
  }
  return folders;
}

/** A build may leave files that their owner cannot read. */
async function describeReadable(full: string, name: string): Promise<Described> {
  try {
    return await describeFile(full, name);
  } catch (error) {
    const denied = error instanceof Error && "code" in error && error.code === "EACCES";
    if (!denied) throw error;
    await chmod(full, 0o600);
    return describeFile(full, name);
  }
}

/** What the release before says of a file under this name. */
function keepsName(file: SiteFile, name: string, previous: Manifest | null): SiteFile {
  const before = previous && Object.hasOwn(previous.files, name) ? previous.files[name] : undefined;
  if (!before) return file;
  const same = before.hash === file.hash;
  const { immutable, ...rest } = same ? { ...file, since: before.since } : file;
  return same && before.immutable && immutable ? { ...rest, immutable } : rest;
}

async function manifestOf(
  writing: Writing,
  files: Map<string, SiteFile>,
  pointers: string[],
): Promise<Manifest> {
  const root = filesFolder(writing.folder);
  const texts = await Promise.all(ruleFiles.map((name) => readRules(root, name, files)));
  for (const name of ruleFiles) files.delete(name);
  const headers = parseHeaders(texts[1] ?? "");
  const redirects = parseRedirects(texts[0] ?? "", (pathname) => isFile(files, pathname));
  if (headers.password) throw signInUnsupported("_headers", "Basic-Auth");
  if (redirects.signIn) throw signInUnsupported("_redirects", redirects.signIn);
  const warnings = [
    ...writing.warnings,
    ...(pointers.length > 0 ? [{ code: "lfs_pointers", params: { files: someOf(pointers) } }] : []),
    ...(files.has("index.html") ? [] : [{ code: "index_missing" }]),
    ...redirects.warnings,
    ...headers.warnings,
  ].slice(0, maxWarnings);
  return {
    version: 1,
    files: Object.fromEntries(files),
    redirects: redirects.rules,
    headers: headers.rules,
    warnings,
  };
}

function signInUnsupported(file: string, rule: string): Fault {
  return new Fault("invalid_input", { code: "site_password_unsupported", params: { file, rule } });
}

function isFile(files: Map<string, SiteFile>, pathname: string): boolean {
  const found = resolvePath({ files, redirects: [] }, { pathname, query: "" });
  return found.kind === "file" && !found.standIn;
}

const ruleFiles = ["_redirects", "_headers"];

/** @throws Fault `too_large` reason `site_rules_too_large` */
async function readRules(root: string, name: string, files: Map<string, SiteFile>): Promise<string> {
  const file = files.get(name);
  if (!file) return "";
  if (file.size > longestRules)
    throw new Fault("too_large", { code: "site_rules_too_large", params: { name } });
  return readFile(path.join(root, name), "utf8");
}
