import { Fault } from "@/lib/fault";
import { apiRoot, headers, type Session } from "@/providers/github/api";
import { errorMapping, HOST } from "@/providers/github/error-mapping";
import { Refused, Root } from "@/providers/github/schema";
import { refusalFault } from "@/providers/kit/refusal";

/**
 * Ask for the root of the API without a credential. An Enterprise Server names its version in a header, and one that
 * lets nobody in without signing in refuses in GitHub's own words.
 */
export async function probe(session: Session): Promise<{ product: string; version?: string }> {
  const request = new Request(apiRoot(session), {
    headers,
    redirect: "manual",
    signal: session.signal,
  });
  const response = await session.http.send(request);
  const body = await jsonOf(response);
  if (!isGithub(response, body)) throw notGithub(session, response);
  const version = response.headers.get("x-github-enterprise-version")?.trim().slice(0, 40);
  return version ? { product: "GitHub Enterprise Server", version } : { product: HOST };
}

function isGithub(response: Response, body: unknown): boolean {
  if (response.ok) return Root.safeParse(body).success;
  const { message } = Refused.parse(body);
  const isPrivate = response.status === 401 && /must authenticate/i.test(message);
  return (
    isPrivate || (response.headers.has("x-github-request-id") && message !== "" && response.status < 500)
  );
}

/** A server in trouble or one that redirects may still be a GitHub; anything else is none. */
function notGithub(session: Session, response: Response): Fault {
  const { status, headers: answered } = response;
  if (status >= 500 || status === 429 || (status >= 300 && status < 400))
    return refusalFault({ status, headers: answered, body: null }, errorMapping, session.now());
  const isPage = /\bhtml\b/i.test(answered.get("content-type") ?? "");
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
