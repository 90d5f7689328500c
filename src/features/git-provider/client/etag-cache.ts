/** Responses with their ETags, per credential, in the memory of this process. */

import { createHash } from "node:crypto";
import type { HttpHook } from "@/lib/http";
import { processGlobal } from "@/lib/process-global";

interface Kept {
  etag: string;
  body: Uint8Array;
  headers: [string, string][];
}

const mostEntries = 200;
const mostBytes = 512 * 1024;
/** Headers that describe the moment of the response, not its content: they are not cached. */
const momentary = /ratelimit|^retry-after$|^date$|^set-cookie$/;

const held = processGlobal("etags", () => new Map<string, Kept>());

/**
 * Send If-None-Match with requests whose response is cached: GitHub does not count a 304 against the rate limit. A 304
 * is answered with the cached body.
 */
export const revalidate: HttpHook = (next) => async (request, limits) => {
  if (request.method !== "GET" || request.headers.has("if-none-match")) return next(request, limits);
  const key = keyOf(request);
  const kept = held.value.get(key);
  if (kept) request.headers.set("if-none-match", kept.etag);
  const response = await next(request, limits);
  if (kept && response.status === 304) return again(kept, response);
  const etag = response.status === 200 ? response.headers.get("etag") : null;
  held.value.delete(key);
  if (etag && etag.length <= 256) await keep(key, etag, response);
  return response;
};

/** All request headers are part of the key, above all the credential: no caller gets another one's response. */
function keyOf(request: Request): string {
  const parts = JSON.stringify([request.url, ...request.headers]);
  return createHash("sha256").update(parts).digest("base64url");
}

async function keep(key: string, etag: string, response: Response): Promise<void> {
  const body = new Uint8Array(await response.clone().arrayBuffer());
  if (body.byteLength > mostBytes) return;
  // The oldest entry is evicted first.
  const [oldest] = held.value.keys();
  if (held.value.size >= mostEntries && oldest) held.value.delete(oldest);
  held.value.set(key, {
    etag,
    body,
    headers: [...response.headers].filter(([name]) => !momentary.test(name)),
  });
}

/** Headers of the 304, such as the remaining rate limit, replace the cached ones. */
function again({ body, headers }: Kept, { headers: newer }: Response): Response {
  const merged = new Headers(headers);
  for (const [name, value] of newer) merged.set(name, value);
  return new Response(body.slice(), { status: 200, headers: merged });
}
