import { storedHealth } from "@/features/git-provider/health/record-health";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/record/row";
import type { Reason } from "@/lib/reason";
import { features } from "@/providers/capability";
import type { Check, CheckId, Report } from "@/providers/connection/report";

/** Without these checks nothing can be deployed; a failure of the others is a warning. */
const vital: readonly CheckId[] = [
  "address",
  "dns",
  "tls",
  "reachable",
  "credential",
  "expiry",
  "repositories",
  "branches",
  "gitRead",
];

/** The health that a report means. A near end is judged anew whenever the health is shown. */
export function healthOf(
  report: Report,
  row: Pick<ProviderRow, "health" | "tokenExpiresOn">,
  now: Date,
): StoredHealth {
  const found = judged(report);
  const failures = (storedHealth(row).failures ?? 0) + 1;
  return {
    ...found,
    ...(found.state === "broken" && { failures }),
    checkedAt: now.toISOString(),
    ...hostExpiry(report, row.tokenExpiresOn),
    ...(report.neverExpires && { neverExpires: true }),
    account: report.account ?? null,
  };
}

function judged({ checks, summary }: Report): Pick<StoredHealth, "state" | "reason"> {
  const [failed] = checks.filter(({ status }) => status === "fail");
  if (failed) {
    const broken = checks.some(({ id, status }) => status === "fail" && vital.includes(id));
    return { state: broken ? "broken" : "warning", reason: testFound(failed, summary) };
  }
  const warned = checks.filter(({ id, status }) => status === "warn" && id !== "expiry");
  const other = warned.find(({ id }) => !features.some((feature) => feature === id));
  if (other) return { state: "warning", reason: testFound(other, other.detail) };
  const [feature] = warned;
  return feature ? { state: "warning", reason: missing(feature) } : { state: "ok" };
}

function testFound({ id }: Check, text: string): Reason {
  return { code: "test_found", params: { check: id, text } };
}

function missing({ label, detail, fix }: Check): Reason {
  const why = [detail, fix?.text].filter(Boolean).join(" ");
  return { code: "feature_missing", params: { feature: label, why } };
}

/** Only an expiry reported by the host is stored here: the day given by a person has its own, editable column. */
function hostExpiry({ expiresAt }: Report, tokenExpiresOn: string | null): { expiresAt?: string } {
  const own = tokenExpiresOn && expiresAt?.startsWith(tokenExpiresOn);
  return expiresAt && !own ? { expiresAt } : {};
}
