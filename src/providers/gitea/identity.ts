import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { type Capability, features } from "@/providers/capability";
import type { GiteaApi, Session } from "@/providers/gitea/api";
import { covers, errorMapping } from "@/providers/gitea/error-mapping";
import { token as method } from "@/providers/gitea/manifest";
import { askedScopes } from "@/providers/gitea/scopes";
import { lackingFor, missingScopes } from "@/providers/kit/scopes";
import type { Answer, Identity, Scope } from "@/providers/provider";

/** Who the token belongs to and what it may do. A token without `read:user` is valid but narrow. */
export async function identify(api: GiteaApi, { authMethod, settings }: Session): Promise<Identity> {
  const isGrant = authMethod === "oauth";
  const [user, scopes, version] = await Promise.all([
    unlessDenied(api.user()),
    isGrant ? scopesGranted(api) : scopesTold(api),
    api.version().then((answer) => answer.version, nothingFor("permission_missing", "not_found")),
  ]);
  const missing =
    scopes === null ? await missingByTrying(api, user === null) : missingScopes(scopes, wanted, covers);
  return {
    account: user && { name: user.login, url: `${settings.giteaUrl}/${encodeURIComponent(user.login)}` },
    scopes,
    missingScopes: missing.map((scope) => scope.name),
    expiresAt: "never",
    capabilities: capabilitiesOf(missing, scopes !== null),
    ...(isGrant ? { notes: notesOn(settings, scopes, version ?? "") } : {}),
    ...(version ? { version } : {}),
  };
}

const wanted = method.scopes;

/** Gitea tells the scopes of a token from 1.27 on, Forgejo does not. */
async function scopesTold(api: GiteaApi): Promise<string[] | null> {
  const answer = await api.token().catch(nothingFor("not_found", "permission_missing", "bad_response"));
  return answer?.scopes ?? null;
}

/** The server has no call for the scopes of a grant, but a refusal may name them. */
async function scopesGranted(api: GiteaApi): Promise<string[] | null> {
  const told = await api.tryScopes();
  return told === "all" ? ["all"] : told;
}

/** Notes about the scopes: that others were requested than entered, and that the server may not apply them. */
function notesOn(settings: Session["settings"], scopes: string[] | null, version: string): Reason[] {
  const { host } = errorMapping;
  const { asked, mapped, left } = askedScopes(settings.scopes);
  const names = [...mapped, ...left];
  const notes: Reason[] = [];
  if (names.length > 0) notes.push({ code: "gitea_scopes_mapped", params: { host, names, asked } });
  if (scopes?.includes("all")) notes.push({ code: "gitea_scopes_wide", params: { host, asked, version } });
  return notes;
}

/** Where the server does not show the scopes, a cheap call for each shows which are missing. */
async function missingByTrying(api: GiteaApi, noUser: boolean): Promise<Scope[]> {
  const page = { page: 1, size: 1 };
  const [repository, organization] = await Promise.all([
    unlessDenied(api.search({}, page)),
    unlessDenied(api.organizations(page)),
  ]);
  const lacking = new Map([
    ["read:repository", repository === null],
    ["read:organization", organization === null && !noUser],
    ["read:user", noUser],
  ]);
  return wanted.filter((scope) => lacking.get(scope.name));
}

/** What cannot be tried without writing is known from the scopes alone. */
function capabilitiesOf(missing: Scope[], isTold: boolean): Identity["capabilities"] {
  const answer = (capability: Capability): { answer: Answer; reason?: Reason } => {
    const scopes = lackingFor(capability, missing);
    if (scopes.length > 0)
      return {
        answer: "no",
        reason: { code: "scopes_missing", params: { host: errorMapping.host, scopes } },
      };
    return { answer: isTold || !features.some((feature) => feature === capability) ? "yes" : "unknown" };
  };
  return Object.fromEntries(method.can.map((capability) => [capability, answer(capability)]));
}

function unlessDenied<Value>(call: Promise<Value>): Promise<Value | null> {
  return call.catch(nothingFor("permission_missing"));
}

function nothingFor(...codes: Fault["code"][]): (error: unknown) => null {
  return (error) => {
    if (error instanceof Fault && codes.includes(error.code)) return null;
    throw error;
  };
}
