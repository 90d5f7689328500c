import { Fault } from "@/lib/fault";
import { readUrl } from "@/lib/outbound/url";

/** One request, taken apart so that it can be sent again. */
export interface OutboundRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: Uint8Array | null;
  redirect: RequestRedirect;
  /** GET and HEAD: sending it twice changes nothing. */
  isIdempotent: boolean;
  /**
   * It may hold a secret: in a header that is not known to be harmless, a body, or a query parameter that sounds like
   * one. Hosts use header names of their own for secrets, so the list names the harmless ones instead.
   */
  bearsSecret: boolean;
}

const harmless = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-type",
  "if-modified-since",
  "if-none-match",
  "range",
  "user-agent",
]);

export async function readRequest(request: Request): Promise<OutboundRequest> {
  const url = new URL(request.url);
  url.hash = "";
  const headers = Object.fromEntries(request.headers);
  delete headers.host;
  delete headers["content-length"];
  headers["accept-encoding"] = "gzip, br, deflate";
  headers["user-agent"] ??= "Slipway";
  const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
  return outboundRequest({ method: request.method, url, headers, body, redirect: request.redirect });
}

/** A request of these parts, with what follows from them. */
export function outboundRequest(
  parts: Pick<OutboundRequest, "method" | "url" | "headers" | "body" | "redirect">,
): OutboundRequest {
  const { method, url, headers, body } = parts;
  return {
    ...parts,
    isIdempotent: method === "GET" || method === "HEAD",
    bearsSecret:
      body !== null ||
      Object.keys(headers).some((name) => !harmless.has(name)) ||
      [...url.searchParams.keys()].some((name) => /token|secret|password|key|code|auth/i.test(name)),
  };
}

const moved = new Set([301, 302, 303, 307, 308]);

export const maxRedirects = 3;

/** Whether an answer asks to go elsewhere, and the caller wants that followed. */
export function isRedirect(request: OutboundRequest, status: number): boolean {
  return request.redirect !== "manual" && moved.has(status);
}

/**
 * The request that follows a redirect. A request that may hold a secret stays on its origin; nothing ever goes
 * from https down to http.
 * @throws Fault `bad_response` reason `redirect_elsewhere` | `redirect_invalid`
 */
export function follow(request: OutboundRequest, status: number, location: string): OutboundRequest {
  const url = locate(request.url, location);
  const elsewhere = url.origin !== request.url.origin;
  const downgrade = request.url.protocol === "https:" && url.protocol === "http:";
  if (downgrade || (elsewhere && request.bearsSecret)) {
    const params = { from: request.url.origin, to: url.origin };
    throw new Fault("bad_response", { code: "redirect_elsewhere", params });
  }
  return keepsMethod(request, status) ? outboundRequest({ ...request, url }) : asGet(request, url);
}

function locate(from: URL, location: string): URL {
  try {
    // Read with the strict parser: an address from a host gets the same checks as one that a person types.
    const absolute = /^[a-z][a-z0-9+.-]*:/i.test(location) ? location : new URL(location, from).href;
    return readUrl(absolute.replace(/#.*$/, ""));
  } catch (cause) {
    throw new Fault("bad_response", { code: "redirect_invalid", params: { from: from.origin } }, { cause });
  }
}

function keepsMethod(request: OutboundRequest, status: number): boolean {
  if (status === 307 || status === 308) return true;
  return request.isIdempotent;
}

function asGet(request: OutboundRequest, url: URL): OutboundRequest {
  const { "content-type": _type, ...headers } = request.headers;
  return outboundRequest({ ...request, method: "GET", body: null, headers, url });
}
