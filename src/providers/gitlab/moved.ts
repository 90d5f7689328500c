import type { HttpHook } from "@/lib/http";
import { urlOf } from "@/lib/url-of";

/**
 * GitLab answers 301 for a project that was renamed or moved, naming its id in `Location`. The same call is made
 * again by that id, on our own address: the one in the header is never followed.
 */
export const followMoves: HttpHook = (next) => async (request, limits) => {
  const response = await next(request, limits);
  const again = movedRequest(request, response);
  return again ? next(again, limits) : response;
};

function movedRequest(request: Request, response: Response): Request | null {
  if (response.status !== 301 || request.method !== "GET") return null;
  const target = urlOf(response.headers.get("location") ?? "", request.url);
  const id = /\/api\/v4\/projects\/(\d{1,18})(?:\/|$)/.exec(target?.pathname ?? "")?.[1];
  const url = new URL(request.url);
  // Only a call by path can have moved; repeating one by id would never end.
  const path = url.pathname.replace(/(\/api\/v4\/projects\/)[^/]*%2F[^/]*/i, `$1${id}`);
  if (!id || path === url.pathname) return null;
  url.pathname = path;
  return new Request(url, { headers: request.headers, redirect: "manual", signal: request.signal });
}
