import { Fault } from "@/lib/fault";
import { checkFeatures } from "@/providers/connection/capability";
import { checkCredential } from "@/providers/connection/credential";
import { allChecks, blameSlowHost, type Draft, emptyDraft } from "@/providers/connection/draft";
import { checkNetwork } from "@/providers/connection/network";
import { checkOrganization } from "@/providers/connection/organization";
import { checkProduct } from "@/providers/connection/product";
import { checkReading } from "@/providers/connection/reading";
import type { Report } from "@/providers/connection/report";
import { checkRepositories, firstPage, sampleOf } from "@/providers/connection/repositories";
import { checkSettings } from "@/providers/connection/setting";
import { summarize } from "@/providers/connection/summary";
import type { ConnectionTest, Trial } from "@/providers/connection/trial";
import type { AuthMethod } from "@/providers/provider";

/** The caller gets the answer within 10 s; the rest is for the transport. */
const DEADLINE_MS = 9_500;

/**
 * Try a connection step by step and tell what was found. Ends within the deadline whatever the host does; checks
 * without an answer by then are reported as such. Writes nothing on the host and throws for no fault of the host.
 * @throws Fault `invalid_input` for settings that cannot be used, other than the address
 */
export async function testConnection(given: ConnectionTest): Promise<Report> {
  const method = methodOf(given);
  const draft = emptyDraft();
  if (!checkSettings(given, draft)) return reportOf(method, draft);
  const abort = new AbortController();
  const trial = trialOf(given, method, abort);
  const inTime = await Promise.race([
    run(trial, draft).then(() => true),
    timeUp(trial.deadlineMs, trial.signal),
  ]);
  abort.abort();
  if (!inTime) blameSlowHost(draft, trial.host, Math.round(trial.deadlineMs / 1000));
  return reportOf(method, draft);
}

function reportOf(method: AuthMethod, draft: Draft): Report {
  const checks = allChecks(draft);
  const ok = checks.every((check) => check.status !== "fail");
  return { ok, summary: summarize(method, draft, checks), ...draft.facts, checks };
}

function methodOf({ provider, session }: ConnectionTest): AuthMethod {
  const method = provider.manifest.methods[session.authMethod];
  if (method) return method;
  const summary = `there is no method ${session.authMethod}`;
  throw new Fault("invalid_input", { code: "invalid_input", params: { summary } });
}

function trialOf(given: ConnectionTest, method: AuthMethod, abort: AbortController): Trial {
  const { provider, deadlineMs = DEADLINE_MS } = given;
  const signal = given.session.signal ? AbortSignal.any([given.session.signal, abort.signal]) : abort.signal;
  const session = { ...given.session, signal };
  const forge = provider.open(session);
  return {
    ...given,
    session,
    method,
    forge,
    host: provider.manifest.label,
    signal,
    deadlineMs,
    endsAt: Date.now() + deadlineMs,
  };
}

/** Resolves with false when the time is over or the caller has aborted. */
function timeUp(ms: number, signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const timer = setTimeout(() => resolve(false), ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve(false);
      },
      { once: true },
    );
  });
}

/** Steps that need each other's answers wait for them; the others run side by side. */
async function run(trial: Trial, draft: Draft): Promise<void> {
  if (!(await checkNetwork(trial, draft))) return;
  if (!(await checkProduct(trial, draft))) return;
  const [identity, page] = await Promise.all([checkCredential(trial, draft), firstPage(trial)]);
  if (!identity) return;
  checkFeatures(trial, draft, identity);
  await checkOrganization(trial, draft, page);
  if (draft.verdicts.get("organization")?.status === "fail") return;
  checkRepositories(trial, draft, page);
  await checkReading(trial, draft, { sample: await sampleOf(trial, page, identity), identity });
}
