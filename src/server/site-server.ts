/** Published sites: each on its own origin and, where the instance wants it, below `/sites/` of the app's in a sandbox. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { serveSite, type Visit } from "@/features/site/serve";
import { servedSite } from "@/features/site/served";
import { siteOfHost, siteUrl } from "@/features/site/url";
import { env } from "@/lib/env";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";
import { transportHeaders } from "@/rpc/security-headers";

/**
 * On the app's own origin a page of a site must not act as the app: it runs as an origin of its own that has no
 * cookies and no storage. It sends no forms: they would look as if the app had asked for a password.
 */
const sandbox = "sandbox allow-scripts allow-popups allow-modals allow-downloads";

/** Answer the request if it is for a published site. @returns whether it was */
export function siteHandler(req: IncomingMessage, res: ServerResponse, find = servedSite): boolean {
  const visit = byHost(req) ?? byPath(req);
  if (!visit) return false;
  const address = visit.prefix === "" ? siteUrl(visit.site) : env().url;
  for (const [name, value] of Object.entries(transportHeaders(address))) res.setHeader(name, value);
  if (visit.prefix !== "") enterSandbox(res);
  serveSite(req, res, visit, find).catch((error: unknown) => fail(res, error));
  return true;
}

function byHost({ headers, url = "/" }: IncomingMessage): Visit | null {
  const site = siteOfHost(headers.host);
  return site === null ? null : { site, prefix: "", ...splitTarget(url) };
}

function byPath({ url = "/" }: IncomingMessage): Visit | null {
  if (!env().sitesFallback) return null;
  const match = /^\/sites\/([^/?#]+)(.*)$/.exec(url);
  const [, site = "", rest = ""] = match ?? [];
  if (!match) return null;
  return { site, prefix: `/sites/${site}`, ...splitTarget(rest) };
}

function splitTarget(target: string): { pathname: string; query: string } {
  const at = target.indexOf("?");
  return at < 0
    ? { pathname: target, query: "" }
    : { pathname: target.slice(0, at), query: target.slice(at) };
}

function enterSandbox(res: ServerResponse): void {
  res.setHeader("content-security-policy", sandbox);
  // The sandboxed page counts as another origin, and its modules and fonts are asked for as such.
  res.setHeader("access-control-allow-origin", "*");
  res.setHeader("cross-origin-resource-policy", "cross-origin");
}

function fail(res: ServerResponse, error: unknown): void {
  const { code } = asFault(error).reason;
  log.error({ code }, "a site could not be served");
  if (!res.headersSent) res.writeHead(500, { "content-type": "text/plain", "cache-control": "no-store" });
  res.end();
}
