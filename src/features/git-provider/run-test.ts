import { saveHealth } from "@/features/git-provider/mark";
import { providerOf, type Session, secretsOf, sessionOf, storedSettings } from "@/features/git-provider/open";
import { ports } from "@/features/git-provider/ports";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/row";
import type { CheckId, Report } from "@/providers/connection/report";
import { testConnection } from "@/providers/connection/test-connection";
import type { Provider } from "@/providers/provider";

/** Try a connection; ends within 10 s whatever the host does. */
export function runTest(
  provider: Provider,
  given: Pick<Session, "authMethod" | "settings" | "secrets">,
  tokenExpiresOn: string | null,
): Promise<Report> {
  const { probe } = ports();
  return testConnection({
    provider,
    session: sessionOf(given),
    probe,
    tokenExpiresOn,
  });
}

/** Try a provider as it is stored; what is found becomes its health. */
export async function testStored(row: ProviderRow): Promise<Report> {
  const provider = providerOf(row);
  const secrets = await secretsOf(provider, row);
  const settings = storedSettings(provider, row);
  const report = await runTest(
    provider,
    { authMethod: row.authMethod, settings, secrets },
    row.tokenExpiresOn,
  );
  await saveHealth(row, { ...healthOf(report, row.tokenExpiresOn, new Date()), report });
  return report;
}

/** Without these nothing can be deployed; the others narrow what can be done. */
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
/** A choice of the person, and an end that is judged anew whenever the health is shown. */
const harmless: readonly CheckId[] = ["webhooks", "commitStatus", "expiry"];

/** The health that a report means. */
export function healthOf(report: Report, tokenExpiresOn: string | null, now: Date): StoredHealth {
  const failed = report.checks.filter(({ status }) => status === "fail");
  const warned = report.checks.filter(({ id, status }) => status === "warn" && !harmless.includes(id));
  const state = failed.some(({ id }) => vital.includes(id)) ? "broken" : "warning";
  const worst = failed[0] ?? warned[0];
  const text = failed[0] ? report.summary : (worst?.detail ?? "");
  return {
    ...(worst
      ? { state, reason: { code: "test_found", params: { check: worst.id, text } } }
      : { state: "ok" }),
    checkedAt: now.toISOString(),
    ...hostExpiry(report, tokenExpiresOn),
    account: report.account ?? null,
  };
}

/** Only what the host told: the day that a person gave is kept where it can be changed. */
function hostExpiry({ expiresAt }: Report, tokenExpiresOn: string | null): { expiresAt?: string } {
  const own = tokenExpiresOn && expiresAt?.startsWith(tokenExpiresOn);
  return expiresAt && !own ? { expiresAt } : {};
}
