import { annotate } from "@/access/audit-context";
import type { Caller, Principal } from "@/access/caller";
import { callerInOrganization } from "@/access/resolve";
import { testQuietly } from "@/features/git-provider/connection-test/run";
import { assertSession, begin } from "@/features/git-provider/oauth/begin";
import { type CallbackQuery, readCallbackQuery } from "@/features/git-provider/oauth/callback-params";
import { complete } from "@/features/git-provider/oauth/complete";
import { type TakenFlow, takeFlow } from "@/features/git-provider/oauth/state";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { providerPage } from "@/features/git-provider/record/page-url";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { asFault, Fault } from "@/lib/fault";
import { log } from "@/lib/log";
import type { Reason } from "@/lib/reason";
import type { BrowserStep, Provider } from "@/providers/provider";

/** Where the person goes from a callback. */
export type Outcome =
  | { kind: "back"; path: string }
  | { kind: "step"; step: BrowserStep }
  /** Nothing was changed. Without a path the page on which the flow started is unknown. */
  | { kind: "problem"; path?: string; fault: Fault; isKnownFlow: boolean };

/**
 * Take the answer that a browser brings back from a host. A state works once, in the session that began it, within ten
 * minutes, for a provider that nobody has changed since; otherwise nothing is changed and no host is asked.
 * @param type the provider type in the address of the callback
 */
export async function callback(
  principal: Principal,
  provider: Provider,
  query: URLSearchParams,
): Promise<Outcome> {
  let flow: TakenFlow | null = null;
  try {
    const answer = readCallbackQuery(query);
    flow = await flowOf(principal, answer);
    return await finishFlow(principal, provider, flow, answer);
  } catch (error) {
    const fault = asFault(error);
    if (fault.code === "internal") log.error({ reason: fault.reason.code }, "a callback failed");
    return { kind: "problem", fault, path: await pageOf(principal, flow), isKnownFlow: flow !== null };
  }
}

async function flowOf(principal: Principal, { state, params }: CallbackQuery): Promise<TakenFlow> {
  const isSetUp = state === "" && ("installation_id" in params || "setup_action" in params);
  if (isSetUp) throw refusal({ code: "authorization_unasked" });
  const { via, userId } = principal;
  if (via.kind !== "session") throw new Fault("forbidden", { code: "session_only" });
  const flow = state === "" ? null : await takeFlow(state, { sessionId: via.sessionId, userId });
  if (!flow) throw refusal({ code: "authorization_unknown" });
  return flow;
}

async function finishFlow(
  principal: Principal,
  provider: Provider,
  flow: TakenFlow,
  answer: CallbackQuery,
): Promise<Outcome> {
  if (!flow.live) throw refusal({ code: "authorization_expired" });
  const { caller, row } = await stillThere(principal, flow);
  const params = { host: provider.manifest.label };
  if (row.providerType !== provider.type) throw refusal({ code: "authorization_mixed_up", params });
  if (row.credentialVersion !== flow.credentialVersion)
    throw new Fault("conflict", { code: "authorization_overtaken", params: { name: row.name } });
  const { next, verified } = await complete(provider, row, flow, answer);
  const { gitProviderId, returnTo } = flow;
  if (next) return { kind: "step", step: await begin(caller, { gitProviderId, returnTo, step: next }) };
  // The page that the person returns to shows the report.
  if (verified) await testQuietly(() => readProvider(viewerOf(caller), gitProviderId));
  return { kind: "back", path: returnTo };
}

/** In the organization in which the flow was started, even if another one is active in the session now. */
async function stillThere(
  principal: Principal,
  flow: TakenFlow,
): Promise<{ caller: Caller; row: ProviderRow }> {
  const caller = await callerInOrganization(principal, flow.organizationId);
  if (!caller) throw new Fault("not_found", { code: "not_found", params: { what: "provider" } });
  annotate({ actor: { organizationId: flow.organizationId } });
  assertSession(caller);
  const row = await readProvider(viewerOf(caller), flow.gitProviderId);
  annotate({ target: { type: "gitProvider", id: row.gitProviderId, name: row.name } });
  assertManage(row);
  return { caller, row };
}

/** The page of the provider, for those who may see it. */
async function pageOf(principal: Principal, flow: TakenFlow | null): Promise<string | undefined> {
  const caller = flow && (await callerInOrganization(principal, flow.organizationId).catch(() => null));
  const isOpen = caller && caller.organizationId === flow.organizationId;
  return isOpen && caller.permissions.has("provider:read") ? providerPage(flow) : undefined;
}

function refusal(reason: Reason): Fault {
  return new Fault("credential_rejected", reason);
}
