import { transaction } from "@/db/client";
import { providerOf, secretsOf } from "@/features/git-provider/client/open";
import { connectedSession, portsOf, type Session, sessionOf } from "@/features/git-provider/client/pipeline";
import { withFixPages } from "@/features/git-provider/connection-test/fix-pages";
import { healthOf } from "@/features/git-provider/health/health-of-report";
import { isAuthorizationPending } from "@/features/git-provider/health/pending-authorization";
import { saveHealth } from "@/features/git-provider/health/record-health";
import { dedicatedRepository } from "@/features/git-provider/record/dedicated-repository";
import { authorizePage } from "@/features/git-provider/record/page-url";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { settingsIn, settingsSaver } from "@/features/git-provider/record/store";
import { ensureFreshToken, renews } from "@/features/git-provider/token/ensure-fresh";
import type { Renewable } from "@/features/git-provider/token/refresh";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";
import type { Reason } from "@/lib/reason";
import { testConnection } from "@/providers/connection/check-connection";
import type { Report } from "@/providers/connection/report";
import type { Provider } from "@/providers/provider";

/** A test, including the token request it needs, ends within this time, whatever the host does. */
const wholeMs = 9_500;

/**
 * Deadlines of a test. The token request gets half of the time, so that the report can still be written when it hangs.
 */
export function testTime(ms = wholeMs) {
  const until = Date.now() + ms;
  return {
    token: AbortSignal.timeout(ms / 2),
    left: () => Math.max(0, until - Date.now()),
  };
}

type TestTime = ReturnType<typeof testTime>;

export interface TestOf {
  provider: Provider;
  given: Pick<Session, "authMethod" | "settings" | "secrets" | "keep">;
  tokenExpiresOn: string | null;
  time: TestTime;
  row?: ProviderRow;
  /** The stored provider that is tested with other fields. */
  changed?: ProviderRow;
}

/** Try a connection; ends within its time whatever the host does. */
export async function runTest(test: TestOf): Promise<Report> {
  const { provider, given, tokenExpiresOn, time, row, changed = row } = test;
  const { probe } = portsOf(given.settings);
  // The report is shown to all who see the provider, so it must not name what else a dedicated credential reaches.
  const only = changed && (await dedicatedRepository(changed));
  const isRedirect = provider.manifest.methods[given.authMethod]?.kind === "redirect";
  const authorizeUrl = row && isRedirect ? await authorizePage(row) : undefined;
  const report = await testConnection({
    provider,
    session: row ? connectedSession(given, row) : sessionOf(given),
    probe,
    only,
    tokenExpiresOn,
    authorizeUrl,
    deadlineMs: time.left(),
  });
  return row ? withFixPages(provider, row, report) : report;
}

/**
 * Try a provider as it is stored; what is found becomes its health. A provider that is locked out after too many
 * refusals is tested too: a test by a person is the way back.
 * @param byHand a person asked for it: the token is refreshed even while background refreshes are paused
 */
export async function testStored(
  row: ProviderRow,
  { byHand = false, deadlineMs = wholeMs } = {},
): Promise<Report> {
  const time = testTime(deadlineMs);
  const provider = providerOf(row);
  const secrets = await secretsOf(provider, row);
  const session = sessionOf({
    authMethod: row.authMethod,
    settings: settingsIn(provider, row),
    secrets,
    keep: settingsSaver(provider, row),
    signal: time.token,
  });
  const { subject, report, untried } = await tryFresh({ row, provider, session }, { byHand, time });
  const health = healthOf(report, subject.row, new Date());
  const waits = isAuthorizationPending(untried) && { state: "pending" as const, reason: untried };
  // By this reason the rejection limit tells a blocked account, which may be permitted again, from a wrong secret.
  const { label: host } = provider.manifest;
  const isBlocked = report.accountBlocked && { reason: { code: "account_blocked", params: { host } } };
  const found = { ...health, ...waits, ...isBlocked, report };
  // In a transaction, so that a test which someone asked for is in the audit with what it changed.
  await transaction((tx) => saveHealth(subject.row, found, { refused: refusedIn(report) }, tx));
  return report;
}

interface Tried {
  subject: Renewable;
  report: Report;
  /** Why no token could be obtained for the test. */
  untried?: Reason;
}

async function tryFresh(
  stored: Renewable,
  { byHand, time }: { byHand: boolean; time: TestTime },
): Promise<Tried> {
  let subject = stored;
  try {
    subject = await ensureFreshToken(stored, { byHand });
  } catch (error) {
    // The reason why there is no token becomes the result of the report.
    const report = await tryOne({ ...stored, provider: refusing(stored.provider, error) }, time);
    return { subject, report, untried: asFault(error).reason };
  }
  const report = await tryOne(subject, time);
  if (!report.credentialRefused || report.accountBlocked || !renews(subject)) return { subject, report };
  try {
    const next = await ensureFreshToken(subject, { byHand, refused: subject.row.renewalVersion });
    return { subject: next, report: await tryOne(next, time) };
  } catch (error) {
    return { subject, report: await withCause(subject, report, { error, time }) };
  }
}

/** Why no new token could be had for a refused one is the cause, such as a client secret that is refused. */
async function withCause(
  subject: Renewable,
  report: Report,
  { error, time }: { error: unknown; time: TestTime },
): Promise<Report> {
  if (asFault(error).code !== "credential_rejected") return report;
  return tryOne({ ...subject, provider: refusing(subject.provider, error) }, time);
}

function tryOne({ provider, row, session }: Renewable, time: TestTime): Promise<Report> {
  const { authMethod, settings, secrets, keep } = session;
  const given = { authMethod, settings, secrets, keep };
  return runTest({ provider, given, tokenExpiresOn: row.tokenExpiresOn, time, row });
}

/** The provider with a `verify` that always fails with this fault, so that the report shows it. */
export function refusing(provider: Provider, error: unknown): Provider {
  const verify = async () => {
    throw error;
  };
  return { ...provider, open: (session) => ({ ...provider.open(session), verify }) };
}

/** Whether the host took the secret; undefined when it was not asked, or refused the account. */
function refusedIn({ credentialRefused, accountBlocked, checks }: Report): boolean | undefined {
  if (credentialRefused) return accountBlocked ? undefined : true;
  return checks.some(({ id, status }) => id === "credential" && status === "pass") ? false : undefined;
}

/**
 * Test a provider and store its health. Never throws: a failing test must not stop the tests of others, nor undo the
 * change that came before it.
 */
export async function testQuietly(find: () => Promise<ProviderRow | null>): Promise<void> {
  let gitProviderId: string | undefined;
  try {
    const row = await find();
    gitProviderId = row?.gitProviderId;
    if (row) await testStored(row);
  } catch (error) {
    const { code } = asFault(error).reason;
    log.warn({ gitProviderId, code }, "a provider could not be tested");
  }
}
