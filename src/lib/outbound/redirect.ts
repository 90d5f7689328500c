import { Fault } from "@/lib/fault";
import { bearsSecret, type OutboundRequest } from "@/lib/outbound/request";
import { readUrl } from "@/lib/outbound/url";

const moved = new Set([301, 302, 303, 307, 308]);

export const maxRedirects = 3;

/** Whether an answer asks to go elsewhere, and the caller wants that followed. */
export function isRedirect(
  request: OutboundRequest,
  status: number,
  location: string | null,
): location is string {
  return request.redirect !== "manual" && moved.has(status) && location !== null;
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
  if (downgrade || (elsewhere && bearsSecret(request))) {
    const params = { from: request.url.origin, to: url.origin };
    throw new Fault("bad_response", { code: "redirect_elsewhere", params });
  }
  return keepsMethod(request, status) ? { ...request, url } : asGet(request, url);
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
  return request.method === "GET" || request.method === "HEAD";
}

function asGet(request: OutboundRequest, url: URL): OutboundRequest {
  const { "content-type": _type, ...headers } = request.headers;
  return { ...request, method: "GET", body: null, headers, url };
}
