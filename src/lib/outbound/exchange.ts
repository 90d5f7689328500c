import type { Dispatcher } from "undici";
import { Fault } from "@/lib/fault";
import { collect, decode } from "@/lib/outbound/body";
import { exchangeFault } from "@/lib/outbound/network-fault";
import { portOf } from "@/lib/outbound/port";
import { untilAborted } from "@/lib/outbound/race";
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
  const place = { host: request.url.hostname, port: portOf(request.url) };
  try {
    // undici honours the signal only once it is connected.
    const answer = await untilAborted(signal, dispatcher.request(toDispatch(request, signal)));
    const raw = await collect(answer.body, maxBytes, place);
    const headers = readHeaders(answer.headers);
    const body = await decode(
      raw,
      request.method === "HEAD" ? "" : (headers.get("content-encoding") ?? ""),
      maxBytes,
      place,
    );
    return toResponse(answer.statusCode, headers, body);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw exchangeFault(error, place);
  }
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
