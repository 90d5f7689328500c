import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import zlib from "node:zlib";
import type { Dispatcher } from "undici";
import { portOf } from "@/lib/address";
import { Fault } from "@/lib/fault";
import { exchangeFault } from "@/lib/outbound/network-fault";
import type { OutboundRequest } from "@/lib/outbound/request";

const bodiless = new Set([204, 205, 304]);

/**
 * Send one request over one dispatcher and read the whole answer. No redirect is followed and nothing is retried.
 * @throws Fault, or whatever the signal was aborted with
 */
export async function exchange(
  request: OutboundRequest,
  dispatcher: Dispatcher,
  signal: AbortSignal,
  maxBytes: number,
): Promise<Response> {
  const { url } = request;
  try {
    // undici honours the signal only once it is connected.
    const answer = await untilAborted(signal, dispatcher.request(toDispatch(request, signal)));
    const raw = await collect(answer.body, maxBytes, url);
    // undici takes a connection back one turn after its answer has ended; a call at once would open another.
    await setImmediate();
    const headers = readHeaders(answer.headers);
    const body = await decode(
      raw,
      request.method === "HEAD" ? "" : (headers.get("content-encoding") ?? ""),
      maxBytes,
      url,
    );
    return toResponse(answer.statusCode, headers, body);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw exchangeFault(error, placeOf(url));
  }
}

/** Wait for work that cannot be stopped itself, but no longer than the signal lasts. @throws the signal's reason */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function toDispatch(request: OutboundRequest, signal: AbortSignal): Dispatcher.RequestOptions {
  const { url } = request;
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method as Dispatcher.HttpMethod,
    headers: request.headers,
    body: request.body,
    signal,
  };
}

function readHeaders(given: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const each of [value ?? []].flat()) headers.append(name, each);
  }
  return headers;
}

function toResponse(status: number, headers: Headers, body: Buffer): Response {
  if (status < 200 || status > 599) throw new Fault("bad_response", { code: "not_http", params: { status } });
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(bodiless.has(status) ? null : new Uint8Array(body), { status, headers });
}

const decoders: Record<string, (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>> =
  {
    gzip: promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip),
    "x-gzip": promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip),
    deflate: promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflate),
    br: promisify<Uint8Array, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
  };

function placeOf(url: URL): { host: string; port: number } {
  return { host: url.hostname, port: portOf(url) };
}

/** Read a body as it was sent, never more than the cap. Leaving the loop destroys the stream and its socket. */
async function collect(stream: AsyncIterable<Uint8Array>, maxBytes: number, url: URL): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes, url);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Undo the content encodings, counting decoded bytes while they appear.
 * @throws Fault `too_large` | `bad_response` reason `bad_encoding`
 */
async function decode(bytes: Buffer, encoding: string, maxBytes: number, url: URL): Promise<Buffer> {
  const names = encoding
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  const layers = names.filter((name) => name !== "" && name !== "identity").reverse();
  if (bytes.length === 0) return bytes;
  if (layers.length > 2) throw badEncoding(url);
  let decoded = bytes;
  for (const layer of layers) decoded = await unwrap(decoded, layer, maxBytes, url);
  return decoded;
}

async function unwrap(bytes: Buffer, layer: string, maxBytes: number, url: URL): Promise<Buffer> {
  const decoder = decoders[layer];
  if (!decoder) throw badEncoding(url);
  try {
    return await decoder(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    const overflow = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
    throw overflow ? tooLarge(maxBytes, url) : badEncoding(url, cause);
  }
}

function tooLarge(limit: number, url: URL): Fault {
  return new Fault("too_large", { code: "answer_too_large", params: { ...placeOf(url), limit } });
}

function badEncoding(url: URL, cause?: unknown): Fault {
  return new Fault("bad_response", { code: "bad_encoding", params: placeOf(url) }, { cause });
}
