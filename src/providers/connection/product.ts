import { asFault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";
import { type Draft, fail, pass, type Verdict, warn } from "@/providers/connection/draft";
import { told, toldOf } from "@/providers/connection/sentence";
import type { Trial } from "@/providers/connection/trial";
import type { Product } from "@/providers/product";

/** Is it the right kind of host at all? Sends no credential. @returns whether to go on */
export async function checkProduct(trial: Trial, draft: Draft): Promise<boolean> {
  try {
    const found = await trial.forge.probe();
    if (found.hostKey) draft.verdicts.set("tls", hostKey(found.hostKey));
    const network = draft.verdicts.get("reachable") ?? pass("");
    if (network.status !== "skip") {
      draft.verdicts.set("reachable", { ...network, detail: `${nameOf(found)} ${network.detail}`.trim() });
    }
    return true;
  } catch (error) {
    const fault = asFault(error);
    // A rate-limited host is the right one; the credential check says until when.
    if (fault.code === "rate_limited") return true;
    const { detail, fix } = toldOf(fault);
    // The server answers with another host key than the pinned one.
    if (fault.reason.code.startsWith("ssh_host_key")) {
      draft.verdicts.set("tls", { ...fail(detail, fix), label: "Host key" });
      return false;
    }
    draft.verdicts.set("reachable", fail(detail, fix));
    return false;
  }
}

/** SSH servers have a host key in place of a certificate. */
function hostKey({ reason, unproven }: NonNullable<Product["hostKey"]>): Verdict {
  const { detail, fix } = told(reason);
  return { ...(unproven ? warn(detail, fix) : pass(detail)), label: "Host key" };
}

function nameOf({ product, version, unasked }: Product): string {
  return unasked ? messageOf(unasked) : `This is ${product}${version ? ` ${version}` : ""}.`;
}
