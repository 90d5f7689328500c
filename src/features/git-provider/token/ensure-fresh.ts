import { setTimeout as sleep } from "node:timers/promises";
import { db } from "@/db/client";
import { storedHealth } from "@/features/git-provider/health/record-health";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { openSecrets, settingsIn } from "@/features/git-provider/record/store";
import { pausedFault, type Renewal, readRenewal, takeLease } from "@/features/git-provider/token/lease";
import { type Renewable, renewOnce } from "@/features/git-provider/token/refresh";
import { asFault, Fault } from "@/lib/fault";
import { singleFlight } from "@/lib/single-flight";

export interface FreshOptions {
  /** `renewalVersion` of the token that the host has just refused: it is refreshed regardless of its expiry. */
  refused?: number;
  /** A person asked for it, who may have fixed what stopped the refreshes: only a few seconds of a pause count. */
  byHand?: boolean;
}

const earlySeconds = 300;
/** A token with less time left is not used for a call. */
const leastSeconds = 10;
const waitMs = 60_000;
const slowestPollMs = 1_000;

/**
 * The provider with a token that is valid for the next calls. One process at a time sends the token request; the others
 * wait for what it stores, or use the old token while it is valid.
 * @throws Fault `credential_rejected` when the host renews it no more | `rate_limited` | `unavailable` | `bad_response`
 */
export async function ensureFreshToken<Subject extends Renewable>(
  subject: Subject,
  options: FreshOptions = {},
): Promise<Renewable> {
  if (!renews(subject) || (options.refused === undefined && !isNear(subject))) return subject;
  assertAuthorized(subject);
  const { gitProviderId, credentialVersion, renewalVersion } = subject.row;
  const of = [gitProviderId, credentialVersion, renewalVersion, options.refused, options.byHand];
  const flight = singleFlight(`renew ${of.join(" ")}`, () => settle(subject, options));
  const settled = await untilAborted(flight, subject.session.signal, subject.provider.manifest.label);
  const { signal } = subject.session;
  const row = { ...settled.row, access: subject.row.access };
  return { row, provider: settled.provider, session: { ...settled.session, signal } };
}

/** There is no token to refresh before somebody has authorized the provider on the host's pages. */
function assertAuthorized({ row, session }: Renewable): void {
  const { reason } = storedHealth(row);
  if (reason?.code !== "authorize_pending" || session.secrets.accessToken) return;
  throw new Fault("credential_rejected", reason);
}

/** Whether the core renews the token of this connection. */
export function renews({ provider, row }: Pick<Renewable, "provider" | "row">): boolean {
  return Boolean(provider.renew && provider.manifest.methods[row.authMethod]?.renews);
}

async function settle(given: Renewable, options: FreshOptions): Promise<Renewable> {
  const until = Date.now() + waitMs;
  for (let pauseMs = 25; Date.now() < until; pauseMs = Math.min(2 * pauseMs, slowestPollMs)) {
    const state = await readRenewal(given.row.gitProviderId);
    if (!state) throw new Fault("not_found", { code: "not_found", params: { what: "provider" } });
    const subject = await asOf(state, given);
    const step = await stepOf(subject, state, options);
    if (step === "done") return subject;
    if (step === "wait") await sleep(pauseMs);
  }
  throw new Fault("unavailable", { code: "renewal_slow", params: { host: given.provider.manifest.label } });
}

/** The provider as read, or read again when another process has stored a newer token. */
async function asOf(state: Renewal, given: Renewable): Promise<Renewable> {
  const { row, provider, session } = given;
  const isSame = ["credentialVersion", "renewalVersion"] as const;
  if (isSame.every((version) => state[version] === row[version])) return given;
  const now = await readProvider(system(row.organizationId), row.gitProviderId);
  const secrets = await openSecrets(db(), provider, now);
  const settings = settingsIn(provider, now);
  return { row: now, provider, session: { ...session, authMethod: now.authMethod, settings, secrets } };
}

async function stepOf(
  subject: Renewable,
  state: Renewal,
  options: FreshOptions,
): Promise<"done" | "wait" | "again"> {
  const { refused } = options;
  const isWanted = refused === undefined ? isDue(subject, state) : state.renewalVersion <= refused;
  if (!isWanted || !renews(subject)) return "done";
  const mayGoOn = refused === undefined && isAlive(subject);
  if (state.pause && (!options.byHand || state.rests)) {
    if (mayGoOn && state.pause.fault !== "credential_rejected") return "done";
    throw pausedFault(state.pause);
  }
  if (state.held) return mayGoOn ? "done" : "wait";
  const lease = await takeLease(subject.row.gitProviderId, state);
  if (!lease) return "again";
  try {
    await renewOnce(subject, lease);
    return "again";
  } catch (error) {
    if (mayGoOn && asFault(error).code !== "credential_rejected") return "done";
    throw error;
  }
}

/** Seconds until the token expires; infinity when the expiry is unknown, negative infinity when there is no token. */
function secondsLeft({ session }: Renewable): number {
  const { expiresAt } = session.settings;
  if (!session.secrets.accessToken) return Number.NEGATIVE_INFINITY;
  if (typeof expiresAt !== "number") return Number.POSITIVE_INFINITY;
  return expiresAt - session.now().getTime() / 1000;
}

/** Whether the expiry is so near that the age of the token, an extra query, must be looked at. */
function isNear(subject: Renewable): boolean {
  return secondsLeft(subject) < earlySeconds;
}

/** Five minutes before its end; where tokens are short-lived, in the last quarter of their life. */
function isDue(subject: Renewable, { renewedAt, isNew }: Renewal): boolean {
  if (isNew && subject.session.secrets.accessToken) return false;
  const { expiresAt } = subject.session.settings;
  const life = renewedAt !== null && typeof expiresAt === "number" ? expiresAt - renewedAt : Infinity;
  return secondsLeft(subject) < Math.min(earlySeconds, Math.max(life, 0) / 4);
}

function isAlive(subject: Renewable): boolean {
  return secondsLeft(subject) > leastSeconds;
}

/**
 * Wait for a token until the caller's deadline. The refresh itself goes on: its answer must not be lost.
 * @param host the product name, for the message
 * @throws Fault `unavailable` reason `renewal_pending` when the time is over | `cancelled`
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined, host: string): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const stop = () => {
      const isLate = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
      const reason = isLate ? { code: "renewal_pending", params: { host } } : { code: "cancelled" };
      reject(new Fault("unavailable", reason, { cause: signal.reason }));
    };
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
