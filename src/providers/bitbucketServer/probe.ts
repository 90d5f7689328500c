import { Fault } from "@/lib/fault";
import type { ServerApi } from "@/providers/bitbucketServer/api";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import type { Product } from "@/providers/product";

/** The server tells its version to everybody. */
export async function probe(api: ServerApi): Promise<Product> {
  try {
    return { product: HOST, version: (await api.properties()).version };
  } catch (error) {
    throw isOther(error) ? notThisProduct(error) : error;
  }
}

/** A web page is reported as such; any other unknown answer comes from another product. */
function isOther(error: unknown): boolean {
  if (!(error instanceof Fault)) return false;
  if (error.code === "bad_response") return !["not_this_host", "host_redirects"].includes(error.reason.code);
  return ["not_found", "credential_rejected", "permission_missing"].includes(error.code);
}

function notThisProduct(cause: unknown): Fault {
  return new Fault("bad_response", { code: "not_this_product", params: { host: HOST } }, { cause });
}
