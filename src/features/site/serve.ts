import type { IncomingMessage, ServerResponse } from "node:http";
import { releaseFolder } from "@/features/site/folder";
import { headersFor } from "@/features/site/header-rules";
import { openRelease, type Release } from "@/features/site/manifest";
import { type Decision, resolvePath } from "@/features/site/resolve-path";
import { sendFile } from "@/features/site/send-file";
import { type ServedSite, servedSite } from "@/features/site/served";
import { sendStatusPage } from "@/features/site/status-page";
import { isSiteLabel } from "@/features/site/url";
import { asFault } from "@/lib/fault";

export interface Visit {
  /** Host label of the site. */
  site: string;
  /** Path inside the site, as it came, without the query. */
  pathname: string;
  /** With its question mark, or empty. */
  query: string;
  /** What stands before the path of the site on the app's origin; empty on an origin of the site alone. */
  prefix: string;
}

/** Answer a request for a published site from the files of its current release. */
export async function serveSite(
  req: IncomingMessage,
  res: ServerResponse,
  visit: Visit,
  find: (site: string) => Promise<ServedSite | null> = servedSite,
): Promise<void> {
  res.setHeader("x-content-type-options", "nosniff");
  if (req.method !== "GET" && req.method !== "HEAD") {
    return void res.writeHead(405, { allow: "GET, HEAD", "content-length": 0 }).end();
  }
  const site = isSiteLabel(visit.site) ? await find(visit.site) : null;
  if (!site?.releaseId) return sendNothingHere(res, site !== null);
  if (visit.prefix !== "" && visit.pathname === "")
    return redirect(res, 301, `${visit.prefix}/${visit.query}`);
  try {
    const release = await openRelease(releaseFolder(site.environmentId, site.releaseId));
    await answer(req, res, release, { site, visit });
  } catch (error) {
    if (asFault(error).reason.code !== "release_damaged" || res.headersSent) throw error;
    sendStatusPage(res, 503, "Files are missing", "The files of this site are damaged. Deploy it again.");
  }
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  release: Release,
  { site, visit }: { site: ServedSite; visit: Visit },
): Promise<void> {
  const { pathname, query, prefix } = visit;
  const destination = [req.headers["sec-fetch-dest"]].flat()[0];
  const decision = resolvePath(release, { pathname, query, destination }, site.spaFallback);
  if (decision.kind === "redirect") {
    const { location } = decision;
    return redirect(res, decision.status, location.startsWith("/") ? prefix + location : location);
  }
  if (decision.kind === "missing") {
    return sendStatusPage(res, 404, "Page not found", "There is nothing at this address of the site.");
  }
  const file = release.files.get(decision.name);
  if (!file) return;
  if (decision.standIn) {
    res.setHeader("cache-control", "no-cache");
    res.appendHeader("vary", "sec-fetch-dest");
  }
  // On the app's origin a site sets no headers: they would be the app's.
  if (prefix === "") setHeaders(res, release, pathname, decision);
  await sendFile(req, res, release, { name: decision.name, file, status: decision.status });
}

/** Headers about the caching and type of the file at the address: they must not be sent with another file. */
const ofTheFile = ["cache-control", "cdn-cache-control", "expires", "pragma", "content-type"];

function setHeaders(
  res: ServerResponse,
  { headers }: Release,
  pathname: string,
  { name, standIn }: Extract<Decision, { kind: "file" }>,
): void {
  if (name.startsWith(".well-known/")) res.setHeader("access-control-allow-origin", "*");
  for (const [header, value] of headersFor(headers, pathname)) {
    if (!(standIn && ofTheFile.includes(header))) res.setHeader(header, value);
  }
}

function sendNothingHere(res: ServerResponse, known: boolean): void {
  if (known) {
    sendStatusPage(res, 404, "Nothing published yet", "This site shows up after its first deployment.");
  } else {
    const text = "No site is published at this address. Check the spelling of its name.";
    sendStatusPage(res, 404, "No site here", text);
  }
}

function redirect(res: ServerResponse, status: number, location: string): void {
  res.writeHead(status, { location, "cache-control": "no-cache", "content-length": 0 }).end();
}
