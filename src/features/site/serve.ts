import type { IncomingMessage, ServerResponse } from "node:http";
import { currentRoot, findFile, findMissingPage } from "@/features/site/find-file";
import { siteEnvironment } from "@/features/site/link";
import { sendFile } from "@/features/site/send-file";
import { sendStatusPage } from "@/features/site/status-page";
import { isSiteLabel } from "@/features/site/url";

export interface Visit {
  /** Host label of the site. */
  site: string;
  /** Path inside the site, as it came, without the query. */
  pathname: string;
  /** With its question mark, or empty. */
  query: string;
  /** What stands before the path of the site on this origin: empty on an origin of its own. */
  prefix: string;
}

/** Answer a request for a published site from the files of its current release. */
export async function serveSite(req: IncomingMessage, res: ServerResponse, visit: Visit): Promise<void> {
  res.setHeader("x-content-type-options", "nosniff");
  if (req.method !== "GET" && req.method !== "HEAD") {
    return void res.writeHead(405, { allow: "GET, HEAD", "content-length": 0 }).end();
  }
  const root = isSiteLabel(visit.site) ? await currentRoot(visit.site) : null;
  if (root === null) return sayWhy(res, visit.site);
  if (visit.prefix !== "" && visit.pathname === "") return redirect(res, visit);
  const found = await findFile(root, visit.pathname);
  if (found.kind === "folder") return redirect(res, visit);
  if (found.kind === "file") return sendFile(req, res, { file: found.file, status: 200 });
  const page = await findMissingPage(root);
  if (page) return sendFile(req, res, { file: page, status: 404 });
  sendStatusPage(res, 404, "Page not found", "There is nothing at this address of the site.");
}

async function sayWhy(res: ServerResponse, site: string): Promise<void> {
  const known = isSiteLabel(site) && (await siteEnvironment(site)) !== null;
  if (known)
    return sendStatusPage(
      res,
      404,
      "Nothing published yet",
      "This site shows up after its first deployment.",
    );
  sendStatusPage(
    res,
    404,
    "No site here",
    "No site is published at this address. Check the spelling of its name.",
  );
}

/** Relative links on the page only work with the slash. The target stays on this origin. */
function redirect(res: ServerResponse, { prefix, pathname, query }: Visit): void {
  const path = pathname.replace(/^\/+/, "");
  const target = `${prefix}/${path}${path === "" ? "" : "/"}${query}`;
  res.writeHead(301, { location: target, "cache-control": "no-cache", "content-length": 0 }).end();
}
