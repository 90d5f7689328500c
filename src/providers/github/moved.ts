import type { HttpHook } from "@/lib/http";
import { urlOf } from "@/lib/url-of";

/**
 * GitHub answers a redirect for a repository that was renamed or moved, naming its id in `Location`. The same call
 * is made again by that id, on our own address: the one in the header is never followed.
 * @param root of the API, ending in a slash
 */
export function followMoves(root: URL): HttpHook {
  return (next) => async (request, limits) => {
    const response = await next(request, limits);
    const again = movedRequest(request, response, `${root.pathname}repos/`);
    return again ? next(again, limits) : response;
  };
}

function movedRequest(request: Request, response: Response, repositories: string): Request | null {
  if (![301, 302, 307, 308].includes(response.status) || request.method !== "GET") return null;
  const target = urlOf(response.headers.get("location") ?? "", request.url);
  const id = /\/repositories\/(\d{1,18})(?:\/|$)/.exec(target?.pathname ?? "")?.[1];
  const url = new URL(request.url);
  // Only a call by name can have moved; one by id would come back for ever.
  if (!id || !url.pathname.startsWith(repositories)) return null;
  const [, , ...rest] = url.pathname.slice(repositories.length).split("/");
  url.pathname = [repositories.replace(/repos\/$/, "repositories"), id, ...rest].join("/");
  return new Request(url, { headers: request.headers, redirect: "manual", signal: request.signal });
}
