import { asFault, type Fault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";
import { type Draft, fail, pass, skip, type Verdict, warn } from "@/providers/connection/draft";
import { checkExpiry, endOf } from "@/providers/connection/expiry";
import type { Check } from "@/providers/connection/report";
import { day, listed, told, toldOf } from "@/providers/connection/sentence";
import type { Trial } from "@/providers/connection/trial";
import type { Identity } from "@/providers/provider";

/** Credential, expiry, account and scopes. @returns who it is, null when the credential cannot be used */
export async function checkCredential(trial: Trial, draft: Draft): Promise<Identity | null> {
  try {
    const identity = await trial.forge.verify();
    draft.verdicts.set("credential", accepted(trial, identity));
    draft.verdicts.set("expiry", hasSecret(trial) ? checkExpiry(trial, identity) : skip(nothingSecret));
    draft.verdicts.set("account", account(trial, identity));
    draft.verdicts.set("scopes", scopes(trial, identity));
    note(trial, draft, identity);
    return identity;
  } catch (error) {
    refuse(trial, draft, asFault(error));
    return null;
  }
}

/** When only reading a repository shows whether the credential works, nothing is claimed before. */
function accepted(trial: Trial, { account, scopes, capabilities }: Identity): Verdict {
  const read = capabilities.gitRead;
  const isProven = account !== null || scopes !== null || read === undefined || read.answer === "yes";
  if (isProven || !read.reason)
    return hasSecret(trial)
      ? pass(`${trial.host} accepts this credential.`)
      : skip("This method has no credential: what everybody may read is read.");
  const { detail, fix } = told(read.reason);
  if (read.answer === "no") return fail(detail, fix);
  return read.reason.code === "git_folder" ? warn(detail, fix) : skip(messageOf(read.reason));
}

const nothingSecret = "There is no credential that could end.";

function hasSecret({ method }: Trial): boolean {
  return method.fields.some((field) => field.secret);
}

function note(trial: Trial, draft: Draft, identity: Identity): void {
  const end = endOf(trial, identity);
  Object.assign(draft.facts, {
    ...(identity.account ? { account: identity.account } : {}),
    ...(identity.scopes ? { scopes: identity.scopes } : {}),
    ...(identity.missingScopes ? { missingScopes: identity.missingScopes } : {}),
    ...(identity.rateLimit ? { rateLimit: identity.rateLimit } : {}),
    ...(end instanceof Date ? { expiresAt: end.toISOString() } : {}),
    ...(end === "never" ? { neverExpires: true } : {}),
  });
}

function refuse(trial: Trial, draft: Draft, fault: Fault): void {
  const isOtherHost = ["not_this_host", "not_this_product"].includes(fault.reason.code);
  const { detail, fix } = toldOf(fault);
  if (isOtherHost) return void draft.verdicts.set("reachable", fail(detail, fix));
  if (fault.code === "permission_missing") {
    draft.verdicts.set("credential", pass(`${trial.host} accepts this credential.`));
    return void draft.verdicts.set("scopes", fail(detail, mending(trial, fault)));
  }
  if (fault.code !== "credential_rejected") return void draft.verdicts.set("credential", fail(detail, fix));
  draft.facts.credentialRefused = true;
  if (fault.reason.code === "account_blocked") {
    draft.facts.accountBlocked = true;
    return void draft.verdicts.set("credential", fail(detail, fix));
  }
  const url = trial.forge.page("credentials");
  const own = fault.reason.code.startsWith("ssh_key") && fix ? { ...fix, ...(url ? { url } : {}) } : null;
  draft.verdicts.set("credential", fail(whyRejected(trial, detail), own ?? mending(trial, fault)));
}

/** The user may have entered the day of expiry, where the host only refuses. */
function whyRejected(trial: Trial, detail: string): string {
  const told = trial.tokenExpiresOn ? new Date(trial.tokenExpiresOn) : null;
  if (!told || !(told.getTime() <= trial.session.now().getTime())) return detail;
  return `${trial.host} refused this token: it expired on ${day(told)}.`;
}

/**
 * Not every refusal is mended by another credential of the same kind: ended methods, single sign-on and rules of
 * the host have their own messages.
 */
export function mending(trial: Trial, fault: Fault): Check["fix"] {
  const page = trial.forge.page("credentials");
  if (fault.reason.code === "authorize_pending") return toldOf(fault, trial.authorizeUrl).fix;
  if (trial.method.mending) return toldOf(fault, page).fix;
  if (trial.method.removed) return successor(trial, fault, page);
  if (trial.method.kind === "redirect" && !endedGrants.includes(fault.reason.code))
    return toldOf(fault, page).fix;
  const isNarrow = ["scopes_missing", "permission_refused"].includes(fault.reason.code);
  if (isNarrow || fault.code === "credential_rejected") return renewal(trial);
  return toldOf(fault, fault.code === "permission_missing" ? page : undefined).fix;
}

/** Faults that a new authorization fixes. A refused client secret is not among them. */
const endedGrants = [
  "grant_refused",
  "refresh_missing",
  "answer_lost",
  "token_rejected",
  "token_missing",
  "scopes_missing",
  "permission_refused",
];

/** A method that has ended carries the scopes of the one that takes its place. */
function successor(trial: Trial, fault: Fault, page: string | undefined): Check["fix"] {
  const { fix } = toldOf(fault, page);
  const scopes = neededScopes(trial);
  return fix && scopes.length > 0 ? { ...fix, text: `${fix.text} It needs ${listed(scopes)}.` } : fix;
}

function neededScopes({ method }: Trial): string[] {
  return method.scopes.filter((scope) => !scope.optional).map((scope) => `\`${scope.name}\``);
}

/** How to get a credential that works, with the page where it is made. */
export function renewal(trial: Trial): NonNullable<Check["fix"]> {
  const needed = neededScopes(trial);
  const at = (url: string | undefined) => (url ? { url } : {});
  const page = trial.forge.page("credentials");
  const { kind, mending: onHost } = trial.method;
  if (onHost) return { text: onHost, ...at(page) };
  if (kind === "redirect") return { text: "Connect again.", ...at(trial.authorizeUrl) };
  const text =
    needed.length > 0 ? `Create a new one with ${listed(needed)}, then paste it here.` : "Enter it again.";
  return { text, ...at(page) };
}

/** Scopes that are missing have a check of their own. */
function account(trial: Trial, { account: found }: Identity): Verdict {
  if (found) return pass(`The credential belongs to ${found.name}.`);
  if (!hasSecret(trial)) return skip("Nobody signs in.");
  return skip(`${trial.host} does not tell whose credential this is.`);
}

function scopes(
  trial: Trial,
  { scopes: granted, missingScopes: missing = [], notes = [] }: Identity,
): Verdict {
  const lacking = needed(trial, missing);
  const has = granted ? ` Granted: ${granted.length > 0 ? listed(granted) : "none"}.` : "";
  if (lacking.length > 0) return fail(`The credential lacks ${listed(lacking)}.${has}`, renewal(trial));
  if (notes.length > 0) return warn(notes.map(messageOf).join(" "), pageOf(trial));
  if (trial.method.scopes.length === 0) return skip("This way of signing in has no scopes.");
  if (missing.length > 0) return pass(`The credential has all that is needed, but not ${listed(missing)}.`);
  if (granted) return pass(`The credential has all scopes that are used.${has}`);
  return skip(`${trial.host} does not tell the scopes; what can be read was tried instead.`);
}

function pageOf(trial: Trial): Check["fix"] {
  const url = trial.forge.page("credentials");
  return url ? { text: "Look at what is registered and permitted there.", url } : undefined;
}

/** The missing scopes without the optional ones. */
function needed(trial: Trial, missing: string[] = []): string[] {
  const isOptional = (name: string) =>
    trial.method.scopes.find((scope) => scope.name === name)?.optional ?? false;
  return missing.filter((name) => !isOptional(name));
}
