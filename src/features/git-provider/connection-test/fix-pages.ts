import { authorizePage, providerPage } from "@/features/git-provider/record/page-url";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { env } from "@/lib/env";
import type { Check, CheckId, Report } from "@/providers/connection/report";
import type { Provider } from "@/providers/provider";

/** What a person changes here when a check fails: the credential, or what the provider's settings say. */
const mendedBy: Partial<Record<CheckId, "credential" | "settings">> = {
  address: "settings",
  dns: "settings",
  tls: "settings",
  reachable: "settings",
  credential: "credential",
  expiry: "credential",
  scopes: "credential",
  organization: "settings",
};

/**
 * The report with a link to the page of Slipway on which each failed check is mended, beside the page of the host: to
 * make a new token is half of the way.
 */
export async function withFixPages(provider: Provider, row: ProviderRow, report: Report): Promise<Report> {
  const settings = `${env().url}${await providerPage(row)}?tab=settings`;
  const isRedirect = provider.manifest.methods[row.authMethod]?.kind === "redirect";
  const credential = isRedirect
    ? { label: "Connect again", url: await authorizePage(row) }
    : { label: "Replace the credential", url: `${settings}&dialog=rotate` };
  const pages = { credential, settings: { label: "Open the settings", url: settings } };
  const linked = (check: Check): Check => {
    const kind = mendedBy[check.id];
    const isFine = check.status === "pass" || check.status === "skip";
    if (!kind || !check.fix || isFine || (kind === "credential" && report.accountBlocked)) return check;
    // Where the fix already leads to a page of Slipway there is one link.
    return check.fix.url?.startsWith(`${env().url}/`)
      ? check
      : { ...check, fix: { ...check.fix, page: pages[kind] } };
  };
  return { ...report, checks: report.checks.map(linked) };
}
