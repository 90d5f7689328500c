import { createHash } from "node:crypto";
import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { providerOf, secretsOf, storedSettings } from "@/features/git-provider/client/open";
import { type Session, sessionOf } from "@/features/git-provider/client/pipeline";
import { callbackUrl } from "@/features/git-provider/input/validate";
import { isPublic } from "@/features/git-provider/oauth/public-url";
import { assertRedirect } from "@/features/git-provider/oauth/require-redirect";
import { saveFlow } from "@/features/git-provider/oauth/state";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { providerPage } from "@/features/git-provider/record/page-url";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { appPath } from "@/lib/app-path";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { newSecret } from "@/lib/id";
import type { BrowserStep, Provider } from "@/providers/provider";

export interface BeginInput {
  gitProviderId: string;
  /** Path in Slipway to return to; without it the provider's page. */
  returnTo?: string | null;
  /** The step to start with; without it the provider decides. */
  step?: string;
}

const deadlineMs = 15_000;

/**
 * Begin to authorize a provider: what the browser does next. Only for a person in the web app, whose session must
 * bring the answer back within ten minutes.
 * @throws Fault `forbidden` | `not_found` | `conflict` | `unsupported` | of the host
 */
export async function begin(caller: Caller, input: BeginInput): Promise<BrowserStep> {
  const sessionId = assertSession(caller);
  const row = await readProvider(viewerOf(caller), input.gitProviderId);
  assertManage(row);
  annotate({ target: { type: "gitProvider", id: row.gitProviderId, name: row.name } });
  const provider = providerOf(row);
  const authorization = assertRedirect(provider, row);
  const session = await storedSession(provider, row);
  const step = input.step ?? authorization.firstStep?.(session) ?? "authorize";
  const state = newSecret(32);
  const codeVerifier = newSecret(32);
  const redirectUri = callbackUrl(provider);
  const request = {
    step,
    state,
    redirectUri,
    codeChallenge: createHash("sha256").update(codeVerifier).digest("base64url"),
    publicUrl: env().url,
    publiclyReachable: isPublic(env().url),
    rowId: String(row.fields[provider.idField]),
  };
  const next = await authorization.begin(session, request);
  const flow = {
    organizationId: row.organizationId,
    gitProviderId: row.gitProviderId,
    credentialVersion: row.credentialVersion,
    userId: caller.userId,
    sessionId,
    step,
    issuer: authorization.issuer?.(session.settings) ?? new URL(next.url).origin,
    redirectUri,
    returnTo: appPath(input.returnTo) ?? (await providerPage(row)),
  };
  await saveFlow(flow, state, codeVerifier);
  return next;
}

/** @throws Fault `forbidden` reason `permission_denied` | `session_only` */
export function assertSession({ via, permissions }: Caller): string {
  if (via.kind !== "session") throw new Fault("forbidden", { code: "session_only" });
  if (permissions.has("provider:write")) return via.sessionId;
  throw new Fault("forbidden", { code: "permission_denied", params: { permission: "provider:write" } });
}

/** The connection as it is stored, for the few calls of a flow. */
export async function storedSession(provider: Provider, row: ProviderRow): Promise<Session> {
  return sessionOf({
    authMethod: row.authMethod,
    settings: storedSettings(provider, row),
    secrets: await secretsOf(provider, row),
    signal: AbortSignal.timeout(deadlineMs),
  });
}
