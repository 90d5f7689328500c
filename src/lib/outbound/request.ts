/** One request, taken apart so that it can be sent again. */
export interface OutboundRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: Uint8Array | null;
  redirect: RequestRedirect;
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
  return { method: request.method, url, headers, body, redirect: request.redirect };
}

/**
 * Whether a request may hold a secret: in a header that is not known to be harmless, a body, or a query parameter
 * that sounds like one. Hosts use header names of their own for secrets, so the list names the harmless ones
 * instead.
 */
export function bearsSecret(request: OutboundRequest): boolean {
  if (request.body !== null) return true;
  if (Object.keys(request.headers).some((name) => !harmless.has(name))) return true;
  return [...request.url.searchParams.keys()].some((name) =>
    /token|secret|password|key|code|auth/i.test(name),
  );
}

export function isIdempotent(request: OutboundRequest): boolean {
  return request.method === "GET" || request.method === "HEAD";
}
