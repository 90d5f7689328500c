import { budgeted } from "@/features/git-provider/budget";
import { saveHealth } from "@/features/git-provider/mark";
import { providerOf, type Session, secretsOf, sessionOf, storedSettings } from "@/features/git-provider/open";
import { ports } from "@/features/git-provider/ports";
import { healthOf } from "@/features/git-provider/report-health";
import type { ProviderRow } from "@/features/git-provider/row";
import type { Report } from "@/providers/connection/report";
import { testConnection } from "@/providers/connection/test-connection";
import type { Provider } from "@/providers/provider";

/** Try a connection; ends within 10 s whatever the host does. */
export function runTest(
  provider: Provider,
  given: Pick<Session, "authMethod" | "settings" | "secrets">,
  tokenExpiresOn: string | null,
  row?: ProviderRow,
): Promise<Report> {
  const { probe } = ports();
  const session = sessionOf(given);
  return testConnection({
    provider,
    session: row ? { ...session, http: budgeted(session.http, row) } : session,
    probe,
    tokenExpiresOn,
  });
}

/**
 * Try a provider as it is stored; what is found becomes its health. Also one whose secret was refused too often: the
 * way back is a test by a person.
 */
export async function testStored(row: ProviderRow): Promise<Report> {
  const provider = providerOf(row);
  const secrets = await secretsOf(provider, row);
  const settings = storedSettings(provider, row);
  const given = { authMethod: row.authMethod, settings, secrets };
  const report = await runTest(provider, given, row.tokenExpiresOn, row);
  await saveHealth(row, { ...healthOf(report, row, new Date()), report }, { refused: refusedIn(report) });
  return report;
}

/** Whether the host took the secret; undefined when it was not asked. */
function refusedIn({ credentialRefused, checks }: Report): boolean | undefined {
  if (credentialRefused) return true;
  return checks.some(({ id, status }) => id === "credential" && status === "pass") ? false : undefined;
}
