import { db, transaction, withoutAudit } from "@/db/client";
import type { Opened } from "@/features/git-provider/client/open";
import { updateFields } from "@/features/git-provider/record/store";
import { hookAddress } from "@/features/webhook/address";
import type { CareOptions } from "@/features/webhook/care-options";
import { needsOf, type WebhookRow } from "@/features/webhook/row";
import { type Outcome, pollFrom, type Settled, settle } from "@/features/webhook/settle";
import { Fault } from "@/lib/fault";
import { newSecret } from "@/lib/id";
import type { Reason } from "@/lib/reason";
import type { Provider } from "@/providers/provider";
import type { AppHookPort } from "@/providers/reporting";

/** The column of an App's row with the secret of its one hook. */
export function appSecretColumn({ webhooks }: Provider): string {
  return webhooks?.appHook?.secret ?? "";
}

/** Where the hook of an App has to send. */
export function appAddress({ row, provider }: Pick<Opened, "row" | "provider">): string {
  return hookAddress(provider.type, String(row.fields[provider.idField]));
}

/**
 * Check the one hook of an App, for all of its repositories at once. It is changed where it holds a former address of
 * ours; one that sends elsewhere is somebody else's until a person asks for it.
 */
export async function careForApp(
  opened: Opened,
  row: WebhookRow,
  { now, isAsked, isReachable }: CareOptions & { isReachable: boolean },
): Promise<Outcome> {
  const { appHook } = opened.forge;
  if (!appHook) throw new Fault("internal", { code: "internal" });
  const url = appAddress(opened);
  const found = await appHook.get();
  const { credentialVersion } = opened.row;
  const settleFor = async (settledOf: (of: WebhookRow) => Verdict) =>
    settleAll(opened, row, (of) => ({ hostHookId: null, url, credentialVersion, ...settledOf(of) }), now);
  if (!isReachable) {
    const reason = { code: "hook_address_private", params: { host: opened.provider.manifest.label } };
    return settleFor(() => ({ mode: "polling", state: "active", reason }));
  }
  const isOurs = found === null || found.url === "" || isOwnPath(found.url, url);
  const isRight = found !== null && isHere(found.url, url) && hasSecret(opened);
  if (isRight || !(isAsked || isOurs)) return settleFor((of) => verdict(opened, of, found, url));
  const refused = await point(opened, appHook, url);
  if (refused) return settleFor(() => ({ mode: "app", state: "broken", reason: refused }));
  const after = await appHook.get();
  const outcome = await settleFor((of) => verdict(opened, of, after, url));
  return { ...outcome, state: outcome.state === "failed" ? "failed" : "repaired" };
}

type Found = Awaited<ReturnType<AppHookPort["get"]>>;
type Verdict = Pick<Settled, "mode" | "state" | "reason">;

/** What the hook of the App means for one repository. */
function verdict(opened: Opened, row: WebhookRow, found: Found, url: string): Verdict {
  // The page where a person changes what the App is told of, where the App itself was asked.
  const at = found?.trouble?.params?.at ?? opened.forge.page("credentials") ?? "";
  const broken = (code: string, params: Reason["params"] = {}) => ({
    mode: "app" as const,
    state: "broken" as const,
    reason: { code, params: { host: opened.provider.manifest.label, at, ...params } },
  });
  if (!found || found.url === "") return broken("app_hook_by_hand");
  if (!isHere(found.url, url)) return broken("app_hook_elsewhere", { url, found: found.url });
  if (!hasSecret(opened)) return broken("app_hook_without_secret");
  if (!found.isActive) return broken("app_hook_inactive", { url });
  const events = opened.provider.webhooks?.events;
  const wanted = needsOf(row).flatMap((need) => events?.[need] ?? []);
  const missing = [...new Set(wanted)].filter((name) => !found.events.includes(name));
  if (missing.length > 0) return broken(appEventsMissing, { events: missing });
  return { mode: "app", state: "active", reason: null };
}

/** Why some events of an App do not come although its hook is right. */
export const appEventsMissing = "app_hook_events";

function hasSecret({ session, provider }: Opened): boolean {
  return Boolean(session.secrets[appSecretColumn(provider)]);
}

/** Our address with the id of the App's row, or without it: the headers of a delivery name the App as well. */
function isHere(found: string, url: string): boolean {
  return found === url || found === url.replace(/\/[^/]+$/, "");
}

/** `/api/github/webhook/<githubId>` below whatever address. */
function isOwnPath(found: string, url: string): boolean {
  return URL.canParse(found) && new URL(found).pathname === new URL(url).pathname;
}

/**
 * Give the App our address and its secret; one that has none gets one, which is stored first.
 * @returns why only a person can do it, with the page where
 */
async function point(opened: Opened, appHook: AppHookPort, url: string): Promise<Reason | null> {
  const known = opened.session.secrets[appSecretColumn(opened.provider)];
  const secret = known || newSecret(32);
  if (!known) await saveAppSecret(opened, secret);
  try {
    await appHook.set({ url, secret });
    return null;
  } catch (error) {
    const isByHand =
      error instanceof Fault && (error.code === "permission_missing" || error.code === "unsupported");
    if (!isByHand) throw error;
    return { code: error.reason.code, params: { url, ...error.reason.params } };
  }
}

/** Store the secret of an App's hook. The credential stays the same, so no cache is dropped. */
export async function saveAppSecret({ row, provider, session }: Opened, secret: string): Promise<void> {
  const { organizationId, gitProviderId } = row;
  const rowId = String(row.fields[provider.idField]);
  const secrets = { [appSecretColumn(provider)]: secret };
  await withoutAudit(() =>
    transaction((tx) =>
      updateFields(tx, provider, { organizationId, gitProviderId, rowId, settings: {}, secrets }),
    ),
  );
  Object.assign(session.secrets, secrets);
}

/** What is found of the App holds for every repository that events are needed of. */
async function settleAll(
  opened: Opened,
  asked: WebhookRow,
  settledOf: (row: WebhookRow) => Settled,
  now: Date,
): Promise<Outcome> {
  const { organizationId, gitProviderId } = opened.row;
  const rows = await db().webhook.findMany({ where: { organizationId, gitProviderId, isUnwanted: false } });
  for (const row of rows) {
    const settled = settledOf(row);
    const isPolled = settled.mode === "polling" || settled.state === "broken";
    await settle(row, { ...settled, pollDueAt: isPolled ? pollFrom(row, now) : null }, now);
  }
  const { state, reason } = settledOf(asked);
  const page = reason?.params?.at;
  return {
    state: state === "broken" ? "failed" : "unchanged",
    ...(reason && { reason }),
    ...(typeof page === "string" && page !== "" && { page }),
  };
}
