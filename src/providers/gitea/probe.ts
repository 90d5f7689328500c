import { asFault, Fault } from "@/lib/fault";
import type { GiteaApi } from "@/providers/gitea/api";
import { errorMapping } from "@/providers/gitea/error-mapping";

/** Forgejo gives the Gitea version that it grew from behind its own. */
const FORGEJO = /\+gitea-/;

/** Which product answers, without any credential. @throws Fault `bad_response` reason `not_this_host` | `not_this_product` */
export async function probe(api: GiteaApi): Promise<{ product: string; version?: string }> {
  try {
    const { version } = await api.version({ anonymous: true });
    return { product: FORGEJO.test(version) ? "Forgejo" : "Gitea", version };
  } catch (error) {
    return unlessPrivate(asFault(error));
  }
}

/** A server that requires signing in answers 403 to everything, and is still a Gitea. */
function unlessPrivate(fault: Fault): { product: string } {
  if (fault.code === "permission_missing") return { product: "Gitea" };
  const other = ["not_found", "credential_rejected"].includes(fault.code) || isOtherAnswer(fault);
  throw other
    ? new Fault("bad_response", { code: "not_this_product", params: { host: errorMapping.host } })
    : fault;
}

function isOtherAnswer(fault: Fault): boolean {
  return ["host_shape", "host_not_json", "host_refuses", "host_redirects"].includes(fault.reason.code);
}
