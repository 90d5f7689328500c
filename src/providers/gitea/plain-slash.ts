import type { HttpHook } from "@/lib/http";

/**
 * Apache and some versions of Traefik, as they come, refuse an encoded slash before it reaches the server. The
 * routes of branches and tags take a plain one as well (`/branches/*` in routers/api/v1/api.go), so a refusal that
 * does not come from the server itself is retried with plain slashes.
 */
export const retryPlainSlashes: HttpHook = (next) => async (request, limits) => {
  const response = await next(request, limits);
  const again = isOfProxy(response) ? plainRequest(request) : null;
  return again ? next(again, limits) : response;
};

function isOfProxy({ status, headers }: Response): boolean {
  return (status === 400 || status === 404) && !/\bjson\b/i.test(headers.get("content-type") ?? "");
}

function plainRequest(request: Request): Request | null {
  const url = new URL(request.url);
  const [, root = "", name = ""] =
    /^(.*\/api\/v1\/repos\/[^/]+\/[^/]+\/(?:branches|tags)\/)([^/]+)$/.exec(url.pathname) ?? [];
  const parts = name.split(/%2f/i);
  if (parts.length < 2 || parts.some(isFolded)) return null;
  url.pathname = root + parts.join("/");
  return new Request(url, request);
}

/** Such a part would change the path. */
function isFolded(part: string): boolean {
  return /^(\.|%2e){0,2}$/i.test(part);
}
