import type { Capability } from "@/providers/capability";
import type { Session } from "@/providers/github/api";
import type { Access } from "@/providers/github/app/access";
import type { AppApi } from "@/providers/github/app/api";
import { missingEvents } from "@/providers/github/app/app-hook";
import { ofApp, ofInstallation } from "@/providers/github/app/fault";
import {
  accountOf,
  assertUsable,
  isUsable,
  listInstallations,
  notInstalled,
} from "@/providers/github/app/installations";
import { levelOf, app as method } from "@/providers/github/app/method";
import { appPage, installationPage, ownerPage } from "@/providers/github/app/page";
import { HOST } from "@/providers/github/error-mapping";
import type * as github from "@/providers/github/schema";
import { isNotFound } from "@/providers/kit/not-found";
import { lackingFor, missingScopes } from "@/providers/kit/scopes";
import type { Identity, RateLimit, Scope } from "@/providers/provider";

/**
 * Which App this is, and what the account that installed it gave it. The key of an App does not end.
 * @throws Fault `credential_rejected` reasons `app_…`, `installation_gone` | `permission_missing` reasons
 * `app_not_installed`, `approval_pending`, `installation_suspended` | `unavailable` reason `app_clock`
 */
export async function verifyApp(session: Session, access: Access): Promise<Identity> {
  const { settings } = session;
  const { body: self, headers } = await ofApp(access.app.app());
  const installation = await installed(session, access.app);
  assertUsable(settings, installation);
  const granted = grantedOf(installation.permissions);
  const missing = missingScopes(granted, method.scopes, covers);
  const rateLimit = await rateLimitOf(access, installation);
  const version = headers.get("x-github-enterprise-version")?.trim().slice(0, 40);
  return {
    account: { name: self.name, url: appPage(settings, self.slug ?? self.name) },
    scopes: granted,
    missingScopes: missing.map((scope) => scope.name),
    expiresAt: "never",
    ...(rateLimit ? { rateLimit } : {}),
    capabilities: capabilitiesOf({ session, self, installation, missing }),
    ...(version ? { version } : {}),
  };
}

/** The installation that was chosen; without one, the first that works. */
async function installed({ settings }: Session, app: AppApi): Promise<github.Installation> {
  const { githubInstallationId: id } = settings;
  if (id) return ofInstallation(app, app.installation(id));
  const all = await listInstallations(app);
  const found = all.find(isUsable) ?? all[0];
  if (!found) throw await notInstalled(app);
  return found;
}

function grantedOf(permissions: github.Permissions): string[] {
  return Object.entries(permissions)
    .filter(([name, level]) => /^[a-z_]{2,60}$/.test(name) && levelOf(level) > 0)
    .map(([name, level]) => `${name}: ${level}`);
}

/** To write is to read as well. */
function covers(granted: string, wanted: string): boolean {
  const [name, level = ""] = granted.split(": ");
  const [other, needed = ""] = wanted.split(": ");
  return name === other && levelOf(level) >= levelOf(needed);
}

/** Servers without limits answer 404. */
async function rateLimitOf(access: Access, { id }: github.Installation): Promise<RateLimit | undefined> {
  try {
    return await (await access.api(String(id))).budget();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

interface Found {
  session: Session;
  self: github.App;
  installation: github.Installation;
  missing: Scope[];
}

function capabilitiesOf(found: Found): Identity["capabilities"] {
  return Object.fromEntries(method.can.map((capability) => [capability, answerOf(found, capability)]));
}

function answerOf(found: Found, capability: Capability) {
  const deaf = capability === "webhooks" && missingEvents(found.session.settings, found.self);
  if (deaf) return { answer: "no" as const, reason: deaf };
  const scopes = lackingFor(capability, found.missing);
  if (scopes.length > 0) return { answer: "no" as const, reason: whyMissing(found, scopes) };
  return { answer: "yes" as const };
}

/** Either the App does not ask for it, or the account was asked and has not approved it. */
function whyMissing(found: Found, scopes: string[]) {
  const asked = grantedOf(found.self.permissions);
  const isAsked = scopes.every((scope) => asked.some((one) => covers(one, scope)));
  const { session, installation } = found;
  const at = installationPage(session.settings, installation.id, accountOf(installation));
  if (isAsked) return { code: "app_permission_missing", params: { host: HOST, scopes, at } };
  return {
    code: "app_permission_unset",
    params: { host: HOST, scopes, at: `${ownerPage(session.settings, found.self)}/permissions` },
  };
}
