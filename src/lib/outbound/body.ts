import { promisify } from "node:util";
import zlib from "node:zlib";
import { Fault } from "@/lib/fault";

const decoders: Record<string, (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>> =
  {
    gzip: promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip),
    "x-gzip": promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip),
    deflate: promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflate),
    br: promisify<Uint8Array, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
  };

export interface Place {
  host: string;
  port: number;
}

/** Read a body as it was sent, never more than the cap. Leaving the loop destroys the stream and its socket. */
export async function collect(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
  place: Place,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes, place);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Undo the content encodings, counting decoded bytes while they appear.
 * @throws Fault `too_large` | `bad_response` reason `bad_encoding`
 */
export async function decode(
  bytes: Buffer,
  encoding: string,
  maxBytes: number,
  place: Place,
): Promise<Buffer> {
  const names = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  const layers = names.filter((name) => name !== "" && name !== "identity").reverse();
  if (bytes.length === 0) return bytes;
  if (layers.length > 2) throw badEncoding(place);
  let decoded = bytes;
  for (const layer of layers) decoded = await unwrap(decoded, layer, maxBytes, place);
  return decoded;
}

async function unwrap(bytes: Buffer, layer: string, maxBytes: number, place: Place): Promise<Buffer> {
  const decoder = decoders[layer];
  if (!decoder) throw badEncoding(place);
  try {
    return await decoder(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    const overflow = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
    throw overflow ? tooLarge(maxBytes, place) : badEncoding(place, cause);
  }
}

function tooLarge(limit: number, place: Place): Fault {
  return new Fault("too_large", { code: "answer_too_large", params: { ...place, limit } });
}

function badEncoding(place: Place, cause?: unknown): Fault {
  return new Fault("bad_response", { code: "bad_encoding", params: { ...place } }, { cause });
}
