import { Fault } from "@/lib/fault";
import { collection, plain, type Session } from "@/providers/azureDevops/api";
import { errorMapping, HOST, MARKS, statusOf } from "@/providers/azureDevops/error-mapping";
import { Connection } from "@/providers/azureDevops/schema";
import { refusalFault } from "@/providers/kit/refusal";
import type { Product } from "@/providers/product";

/** Ask who we are without a credential: the product is known by its headers, whatever it answers. */
export async function probe(session: Session): Promise<Product> {
  const url = new URL("_apis/connectionData?api-version=5.0-preview", collection(session));
  const headers = { accept: "application/json", ...plain };
  const request = new Request(url, { headers, redirect: "manual", signal: session.signal });
  const response = await session.http.send(request);
  const text = await response.text();
  const isOurs = MARKS.some((name) => response.headers.has(name)) || isConnection(text);
  if (isOurs && response.status < 500 && response.status !== 404) return { product: HOST };
  throw other(session, response, isOurs);
}

function isConnection(text: string): boolean {
  try {
    return Connection.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** A server in trouble or one that redirects may still be ours; an organization may be misspelled. */
function other(session: Session, response: Response, isOurs: boolean): Fault {
  const { headers } = response;
  const status = statusOf(response);
  if (status === 404 && isOurs)
    return new Fault("not_found", { code: "organization_unknown", params: named(session) });
  if (status >= 500 || status === 429 || (status >= 300 && status < 400))
    return refusalFault({ status, headers, body: null }, errorMapping, session.now());
  const isPage = /\bhtml\b/i.test(headers.get("content-type") ?? "");
  return new Fault("bad_response", {
    code: isPage ? "not_this_host" : "not_this_product",
    params: { host: HOST },
  });
}

function named({ settings }: Session) {
  return { host: HOST, organization: settings.organizationName ?? "" };
}
