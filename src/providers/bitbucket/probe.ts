import { Fault } from "@/lib/fault";
import { apiRoot } from "@/providers/bitbucket/api";
import type { Session } from "@/providers/bitbucket/credential";
import { errorMappingOf, HOST } from "@/providers/bitbucket/error-mapping";
import { Refused } from "@/providers/bitbucket/schema";
import { refusalFault } from "@/providers/kit/refusal";

/** Request the account without a credential: Bitbucket refuses that, in JSON or with an empty body. */
export async function probe(session: Session): Promise<{ product: string }> {
  const request = new Request(new URL("user", apiRoot(session)), {
    headers: { accept: "application/json" },
    redirect: "manual",
    signal: session.signal,
  });
  const response = await session.http.send(request);
  const text = await response.text();
  if ([401, 403].includes(response.status) && isOurs(text)) return { product: HOST };
  throw notBitbucket(session, response);
}

function isOurs(text: string): boolean {
  if (text.trim() === "") return true;
  try {
    return Refused.parse(JSON.parse(text)).error.message !== "";
  } catch {
    return false;
  }
}

/** A server in trouble or one that redirects may still be Bitbucket; anything else is none. */
function notBitbucket(session: Session, { status, headers }: Response): Fault {
  if (status >= 500 || status === 429 || (status >= 300 && status < 400))
    return refusalFault({ status, headers, body: null }, errorMappingOf(session.authMethod), session.now());
  const isPage = /\bhtml\b/i.test(headers.get("content-type") ?? "");
  const code = isPage ? "not_this_host" : "not_this_product";
  return new Fault("bad_response", { code, params: { host: HOST } });
}
