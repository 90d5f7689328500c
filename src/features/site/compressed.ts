import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { type BrotliDecompress, createBrotliDecompress, createGunzip, type Gunzip } from "node:zlib";
import type { SiteFile } from "@/features/site/manifest";
import { inParallel } from "@/lib/map-concurrently";

const kinds = [
  { member: "br", ending: ".br", decompress: createBrotliDecompress },
  { member: "gzip", ending: ".gz", decompress: createGunzip },
] as const;

const atOnce = 4;

/**
 * Note beside each file the compressed copies of it that a build left. A file with other content (left from an older
 * build, or not compressed at all) does not count.
 */
export async function findCompressed(folder: string, files: Map<string, SiteFile>): Promise<void> {
  const pairs = kinds.flatMap((kind) =>
    [...files.keys()]
      .filter((name) => name.endsWith(kind.ending))
      .flatMap((name) => {
        const original = files.get(name.slice(0, -kind.ending.length));
        return original ? [{ kind, name, original }] : [];
      }),
  );
  await inParallel(pairs, atOnce, async ({ kind, name, original }) => {
    const copy = files.get(name);
    const hash = await unpackedHash(path.join(folder, name), kind.decompress(), original.size);
    if (copy && hash === original.hash) original[kind.member] = { hash: copy.hash, size: copy.size };
  });
}

/** Null when it cannot be unpacked, or is longer than the original. */
async function unpackedHash(
  file: string,
  unpack: BrotliDecompress | Gunzip,
  longest: number,
): Promise<string | null> {
  const hash = createHash("sha256");
  let size = 0;
  try {
    await pipeline(createReadStream(file), unpack, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        size += chunk.length;
        if (size > longest) throw new RangeError("longer than the original");
        hash.update(chunk);
      }
    });
  } catch {
    return null; // not a compressed copy: the original is served alone
  }
  return hash.digest("base64url");
}
