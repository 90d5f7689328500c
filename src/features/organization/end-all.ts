import { credentialPage } from "@/features/git-provider/client/credential-page";
import type { RemovalReport } from "@/features/git-provider/contract";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { line } from "@/features/git-provider/removal/report";
import { revokeCredential } from "@/features/git-provider/removal/revoke-credential";
import { inParallel } from "@/lib/map-concurrently";
import { registry } from "@/providers/registry";

const atOnce = 8;
/** Each revocation takes ten seconds at most. Those that would start after this time are left to a person. */
const startWithinMs = 20_000;

type Lines = Pick<RemovalReport, "done" | "left">;

/** Revoke the credentials of providers at their hosts, several at once. Ends within 30 seconds and never throws. */
export function endAll(rows: readonly ProviderRow[]): Promise<Lines[]> {
  const until = Date.now() + startWithinMs;
  return inParallel(rows, atOnce, async (row) => (Date.now() < until ? revokeCredential(row) : left(row)));
}

function left(row: ProviderRow): Lines {
  const host = registry[row.providerType]?.manifest.label ?? row.providerType;
  return { done: [], left: [line({ code: "credential_left", params: { host } }, credentialPage(row))] };
}
