import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { findEncoded } from "@/features/site/encoded";
import { cachingOf, typeOf } from "@/features/site/headers";
import { readRange } from "@/features/site/range";

interface Sent {
  /** Absolute real path of the file that was asked for. */
  file: string;
  status: 200 | 404;
}

/** Send a file of a release, or the part that is asked for, or word that the copy of the browser is still good. */
export async function sendFile(
  req: IncomingMessage,
  res: ServerResponse,
  { file, status }: Sent,
): Promise<void> {
  const chosen = await findEncoded(file, req.headers["accept-encoding"]);
  // A link put in its place since it was looked up is not followed.
  const handle = await open(chosen.file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size, mtime } = await handle.stat();
    const tag = `"${size.toString(36)}-${Math.floor(mtime.getTime()).toString(36)}${chosen.encoding ?? ""}"`;
    res.setHeader("content-type", typeOf(file));
    res.setHeader("cache-control", status === 200 ? cachingOf(file) : "no-cache");
    res.setHeader("etag", tag);
    res.setHeader("last-modified", mtime.toUTCString());
    res.setHeader("accept-ranges", "bytes");
    if (chosen.varies) res.setHeader("vary", "accept-encoding");
    if (chosen.encoding) res.setHeader("content-encoding", chosen.encoding);
    if (status === 200 && isFresh(req, tag, mtime)) return void res.writeHead(304).end();
    await sendBody(req, res, { handle, size, status, tag, mtime });
  } finally {
    await handle.close();
  }
}

interface Body {
  handle: FileHandle;
  size: number;
  status: 200 | 404;
  tag: string;
  mtime: Date;
}

async function sendBody(req: IncomingMessage, res: ServerResponse, body: Body): Promise<void> {
  const { handle, size, status } = body;
  const range = status === 200 && rangeApplies(req, body) ? readRange(req.headers.range, size) : "none";
  if (range === "unsatisfiable") {
    return void res.writeHead(416, { "content-range": `bytes */${size}`, "content-length": 0 }).end();
  }
  const { start, end } = range === "none" ? { start: 0, end: size - 1 } : range;
  if (range !== "none") res.setHeader("content-range", `bytes ${start}-${end}/${size}`);
  res.writeHead(range === "none" ? status : 206, { "content-length": end - start + 1 });
  if (req.method === "HEAD" || size === 0) return void res.end();
  // A visitor who leaves ends the stream; that is no error of ours.
  await pipeline(handle.createReadStream({ start, end, autoClose: false }), res).catch(() => res.destroy());
}

function isFresh({ headers }: IncomingMessage, tag: string, mtime: Date): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined)
    return tags === "*" || tags.split(",").some((one) => one.trim().replace(/^W\//, "") === tag);
  const since = Date.parse(headers["if-modified-since"] ?? "");
  // After a rollback the files are older than the copy: only the same instant is the same version.
  return Math.floor(mtime.getTime() / 1000) * 1000 === since;
}

/** A range belongs to the version it was asked of; of another one the whole is sent. */
function rangeApplies({ headers }: IncomingMessage, { tag, mtime }: Body): boolean {
  const condition = headers["if-range"];
  if (condition === undefined) return true;
  return condition === tag || condition === mtime.toUTCString();
}
