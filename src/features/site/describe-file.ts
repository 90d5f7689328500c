import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { hasEnding, isLfsPointer, type Looked, typeOf } from "@/features/site/file-type";
import { isHashName } from "@/features/site/hash-name";
import type { SiteFile } from "@/features/site/manifest";

export interface Described {
  file: SiteFile;
  /** It is only the pointer to a file in Git LFS. */
  pointer: boolean;
}

const headBytes = 1_024;
const longestSniffed = 1_000_000;

/** Read a file once, determine its type and hash, and flush it to disk. */
export async function describeFile(full: string, name: string): Promise<Described> {
  const handle = await open(full, process.platform === "win32" ? "r+" : "r");
  try {
    const { size } = await handle.stat();
    const sha256 = createHash("sha256");
    const [md5, sha1] = [createHash("md5"), createHash("sha1")];
    const utf8 = utf8Check();
    const kept: Buffer[] = [];
    const keepAll = !hasEnding(name) && size <= longestSniffed;
    let read = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      for (const hash of [sha256, md5, sha1]) hash.update(chunk);
      utf8.push(chunk);
      if (keepAll || read < headBytes) kept.push(chunk);
      read += chunk.length;
    }
    await handle.sync();
    const start = Buffer.concat(kept);
    const looked: Looked = {
      name,
      size: read,
      head: start.subarray(0, headBytes),
      isUtf8: utf8.end(),
      ...(keepAll && { text: start.toString("utf8") }),
    };
    const digest = sha256.digest();
    const digests = [digest.toString("hex"), md5.digest("hex"), sha1.digest("hex")];
    return { file: fileOf(looked, digest, digests), pointer: isLfsPointer(looked) };
  } finally {
    await handle.close();
  }
}

function fileOf(looked: Looked, digest: Buffer, digests: string[]): SiteFile {
  const { name, size, head } = looked;
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const svgz = isGzip && name.toLowerCase().endsWith(".svgz");
  return {
    hash: digest.toString("base64url"),
    size,
    since: Math.floor(Date.now() / 1000),
    type: svgz ? "image/svg+xml" : typeOf(looked),
    ...(svgz && { encoding: "gzip" as const }),
    ...(!isLfsPointer(looked) && isHashName(name, digests) && { immutable: true as const }),
  };
}

function utf8Check() {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let valid = true;
  const step = (work: () => void) => {
    if (!valid) return;
    try {
      work();
    } catch {
      valid = false; // what the decoder says of bytes that are no UTF-8
    }
  };
  return {
    push: (chunk: Buffer) => step(() => decoder.decode(chunk, { stream: true })),
    end: () => {
      step(() => decoder.decode());
      return valid;
    },
  };
}
