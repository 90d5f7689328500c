import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import fresh from "fresh";
import parseRange from "range-parser";
import { filesFolder } from "@/features/site/folder";
import type { Release, SiteFile, Variant } from "@/features/site/manifest";
import { Fault } from "@/lib/fault";

export interface Sent {
  /** Path below the root of the site. */
  name: string;
  file: SiteFile;
  status: 200 | 404 | 410;
}

const aYear = 31_536_000;

/** What is said of a file unless the site says otherwise. */
function cachingOf({ immutable }: SiteFile): string {
  return immutable ? `public, max-age=${aYear}, immutable` : "no-cache";
}

/**
 * Send a file of a release: whole, the requested range, or 304 when the browser's copy is still valid. Type, length and
 * ETag are those of the manifest; headers that are set already win over them.
 * @throws Fault `unavailable` reason `release_damaged` when the file is not what was published
 */
export async function sendFile(
  req: IncomingMessage,
  res: ServerResponse,
  release: Release,
  { name, file, status }: Sent,
): Promise<void> {
  const chosen = chooseVariant(file, req.headers["accept-encoding"]);
  const handle = await openFile(path.join(filesFolder(release.folder), name + chosen.ending), chosen.variant);
  try {
    const etag = `"${chosen.variant.hash}"`;
    if (!res.hasHeader("content-type")) res.setHeader("content-type", file.type);
    if (!res.hasHeader("cache-control")) res.setHeader("cache-control", cachingOf(file));
    res.setHeader("etag", etag);
    res.setHeader("last-modified", new Date(file.since * 1000).toUTCString());
    res.setHeader("accept-ranges", "bytes");
    if (file.br || file.gzip) res.appendHeader("vary", "accept-encoding");
    if (chosen.encoding) res.setHeader("content-encoding", chosen.encoding);
    // Only by ETag: two versions within one second have the same date.
    if (status === 200 && fresh(req.headers, { etag })) return void res.writeHead(304).end();
    await sendBody(req, res, { handle, size: chosen.variant.size, status, etag });
  } finally {
    await handle.close();
  }
}

/** A file whose size changed since publishing must not be served. */
async function openFile(full: string, { size }: Variant): Promise<FileHandle> {
  const handle = await open(full, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(
    (cause: unknown) => {
      throw new Fault("unavailable", { code: "release_damaged" }, { cause });
    },
  );
  if ((await handle.stat()).size === size) return handle;
  await handle.close();
  throw new Fault("unavailable", { code: "release_damaged" });
}

interface Chosen {
  variant: Variant;
  ending: string;
  encoding?: "br" | "gzip";
}

/** The compressed copy beside a file, when the visitor's browser takes it; else the file. */
function chooseVariant(file: SiteFile, accepted = ""): Chosen {
  if (file.br && accepts(accepted, "br")) return { variant: file.br, ending: ".br", encoding: "br" };
  if (file.gzip && accepts(accepted, "gzip")) return { variant: file.gzip, ending: ".gz", encoding: "gzip" };
  return { variant: file, ending: "", encoding: file.encoding };
}

function accepts(header: string, encoding: string): boolean {
  return header.split(",").some((part) => {
    const [name = "", ...params] = part.trim().toLowerCase().split(";");
    return name.trim() === encoding && !params.some((param) => /^\s*q=0(\.0*)?\s*$/.test(param));
  });
}

interface Body {
  handle: FileHandle;
  size: number;
  status: Sent["status"];
  etag: string;
}

async function sendBody(req: IncomingMessage, res: ServerResponse, body: Body): Promise<void> {
  const { handle, size, status, etag } = body;
  const range = status === 200 ? rangeOf(req, size, etag) : null;
  if (range === "unsatisfiable") {
    return void res.writeHead(416, { "content-range": `bytes */${size}`, "content-length": 0 }).end();
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) res.setHeader("content-range", `bytes ${start}-${end}/${size}`);
  res.writeHead(range ? 206 : status, { "content-length": end - start + 1 });
  if (req.method === "HEAD" || size === 0) return void res.end();
  // A visitor who leaves ends the stream; that is no error of ours.
  await pipeline(handle.createReadStream({ start, end, autoClose: false }), res).catch(() => res.destroy());
}

/** The one range that is asked for; null for the whole. A range belongs to the version it was asked of. */
function rangeOf({ headers }: IncomingMessage, size: number, etag: string) {
  const condition = headers["if-range"];
  if (!headers.range || (condition !== undefined && condition !== etag)) return null;
  const ranges = parseRange(size, headers.range, { combine: true });
  if (ranges === -1) return "unsatisfiable" as const;
  if (ranges === -2 || ranges.type !== "bytes" || ranges.length !== 1) return null;
  return ranges[0] ?? null;
}
