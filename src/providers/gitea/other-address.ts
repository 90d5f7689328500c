/** The two cases in which the same is asked of Gitea again, at another address. */

import type { HttpHook } from "@/lib/http";
import { urlOf } from "@/lib/url-of";

const API = "/api/v1/";

/**
 * A renamed repository or owner is answered with a redirect below the path of ROOT_URL (`RedirectToRepo` in
 * services/context/repo.go), which is another path where the server is called by an internal address. The call is
 * repeated at the configured address; every other redirect is left to the client.
 */
export const followMoves: HttpHook = (next) => async (request, limits) => {
  if (request.method !== "GET") return next(request, limits);
  const response = await next(new Request(request, { redirect: "manual" }), limits);
  if (response.status < 300 || response.status > 399) return response;
  return next(movedRequest(request, response) ?? request, limits);
};

function movedRequest(request: Request, response: Response): Request | null {
  const from = new URL(request.url);
  const target = urlOf(response.headers.get("location") ?? "", from);
  const [asked, led] = [below(from), target && below(target)];
  if (!target || !asked || !led || !/^(repos|orgs|users)\//.test(led.path) || asked.path === led.path)
    return null;
  const url = new URL(from);
  url.pathname = asked.root + led.path;
  return new Request(url, request);
}

/** The path up to the API, and what is asked of it. */
function below({ pathname }: URL): { root: string; path: string } | null {
  const end = pathname.indexOf(API) + API.length;
  return end < API.length ? null : { root: pathname.slice(0, end), path: pathname.slice(end) };
}

/**
 * Apache and some versions of Traefik, as they come, refuse an encoded slash before it reaches the server. The
 * routes of branches and tags take a plain one as well (`/branches/*` in routers/api/v1/api.go), so a refusal that
 * does not come from the server itself is retried with plain slashes.
 */
export const retryPlainSlashes: HttpHook = (next) => async (request, limits) => {
  const response = await next(request, limits);
  if (response.status !== 400 && response.status !== 404) return response;
  const isOfServer = /\bjson\b/i.test(response.headers.get("content-type") ?? "");
  const again = isOfServer ? null : plainRequest(request);
  return again ? next(again, limits) : response;
};

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
