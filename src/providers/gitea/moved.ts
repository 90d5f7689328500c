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
