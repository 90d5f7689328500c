import { Fault } from "@/lib/fault";
import { apiRoot, type Session } from "@/providers/gitlab/api";
import { errorMappingOf, HOST } from "@/providers/gitlab/error-mapping";
import * as gitlab from "@/providers/gitlab/schema";
import { refusalFault } from "@/providers/kit/refusal";

/**
 * Ask for the version without a credential. GitLab refuses that in its own words, and newer servers mark every
 * answer with a header; other products have other words, or a page, at this path.
 */
export async function probe(session: Session): Promise<{ product: string; version?: string }> {
  const request = new Request(new URL("version", apiRoot(session)), {
    headers: { accept: "application/json" },
    redirect: "manual",
    signal: session.signal,
  });
  const response = await session.http.send(request);
  const body = await jsonOf(response);
  const told = gitlab.Version.safeParse(body);
  if (response.ok && told.success) return { product: HOST, version: told.data.version };
  if (isGitlab(response, body)) return { product: HOST };
  throw notGitlab(session, response);
}

function isGitlab(response: Response, body: unknown): boolean {
  if (response.headers.has("x-gitlab-meta")) return true;
  const refused = gitlab.Refused.safeParse(body);
  return response.status === 401 && refused.success && refused.data.message === "401 Unauthorized";
}

/** A server in trouble or one that redirects may still be a GitLab; anything else is none. */
function notGitlab(session: Session, response: Response): Fault {
  const { status, headers } = response;
  if (status >= 500 || status === 429 || (status >= 300 && status < 400))
    return refusalFault({ status, headers, body: null }, errorMappingOf(session.authMethod), session.now());
  const isPage = /\bhtml\b/i.test(headers.get("content-type") ?? "");
  const code = isPage ? "not_this_host" : "not_this_product";
  return new Fault("bad_response", { code, params: { host: HOST } });
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null;
  }
}
