import type { IncomingHttpHeaders } from "node:http";

/** The address of the page that is asked for, written by our own server over whatever the client sent. */
export const pathHeader = "x-slipway-path";
/** Whether a browser only prepares for a click: then nobody has opened the page yet. */
export const prefetchHeader = "x-slipway-prefetch";

/** Tell the server-rendered pages what the framework keeps from them. */
export function describePage(target: string, headers: IncomingHttpHeaders): void {
  const { "next-router-prefetch": router, "sec-purpose": purpose } = headers;
  headers[pathHeader] = withoutFrameworkQuery(target);
  delete headers[prefetchHeader];
  if (router !== undefined || String(purpose ?? "").includes("prefetch")) headers[prefetchHeader] = "1";
}

/** `/o/acme/providers?_rsc=abc` is the page `/o/acme/providers`. */
function withoutFrameworkQuery(target: string): string {
  const [path = "/", query] = target.split("?", 2);
  const kept = (query ?? "").split("&").filter((each) => each !== "" && !each.startsWith("_rsc="));
  return kept.length === 0 ? path : `${path}?${kept.join("&")}`;
}

/** The slug in the address of a page of an organization; null for every other page. */
export function slugInPath(path: string): string | null {
  const slug = /^\/o\/([^/?#]+)/.exec(path)?.[1];
  try {
    return slug === undefined ? null : decodeURIComponent(slug);
  } catch {
    return null; // a broken escape names nothing
  }
}
