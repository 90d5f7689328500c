import { db } from "@/db/client";
import type { Opened } from "@/features/git-provider/client/open";
import { hookAddress } from "@/features/webhook/address";
import {
  appSecretOf,
  confirmAppSecret,
  isAppSecretUnwritten,
  replaceAppSecret,
} from "@/features/webhook/app-secret";
import type { CareOptions } from "@/features/webhook/care-options";
import { restoredCode } from "@/features/webhook/restored";
import { needsOf, type WebhookRow } from "@/features/webhook/row";
import { type Outcome, pollFrom, type Settled, settle } from "@/features/webhook/settle";
import { Fault } from "@/lib/fault";
import { newSecret } from "@/lib/id";
import type { Reason } from "@/lib/reason";
import type { AppHookPort } from "@/providers/reporting";

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
  { now, isAsked, isReachable, formerEndsAt }: CareOptions & { isReachable: boolean },
): Promise<Outcome> {
  const { appHook } = opened.forge;
  if (!appHook) throw new Fault("internal", { code: "internal" });
  if (!isAsked && (await rests(row))) return rest(row, now);
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
  const isRight =
    found !== null && isHere(found.url, url) && hasSecret(opened) && !(await isAppSecretUnwritten(row));
  if (isRight || !(isAsked || isOurs)) return settleFor((of) => verdict(opened, of, found, url));
  const refused = await point(opened, row, url);
  if (!refused) await confirmAppSecret(opened, { formerEndsAt, now });
  if (refused) return settleFor(() => ({ mode: "app", state: "broken", reason: refused }));
  const after = await appHook.get();
  const outcome = await settleFor((of) => verdict(opened, of, after, url));
  return { ...outcome, state: outcome.state === "failed" ? "failed" : "repaired" };
}

/** A hook of the same App rests since a backup was restored: one for a further repository must not take the App over. */
async function rests({ organizationId, gitProviderId }: WebhookRow): Promise<boolean> {
  const where = { organizationId, gitProviderId, reasonCode: restoredCode };
  return (await db().webhook.count({ where })) > 0;
}

async function rest(row: WebhookRow, now: Date): Promise<Outcome> {
  const reason = { code: restoredCode, params: { since: now.toISOString() } };
  await settle(row, { mode: "app", state: "broken", reason, pollDueAt: null }, now);
  return { state: "failed", reason };
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

function hasSecret(opened: Opened): boolean {
  return appSecretOf(opened) !== "";
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
async function point(opened: Opened, row: WebhookRow, url: string): Promise<Reason | null> {
  if (!hasSecret(opened)) await replaceAppSecret(opened, row, newSecret(32));
  const secret = appSecretOf(opened);
  try {
    await opened.forge.appHook?.set({ url, secret });
    return null;
  } catch (error) {
    const isByHand =
      error instanceof Fault && (error.code === "permission_missing" || error.code === "unsupported");
    if (!isByHand) throw error;
    return { code: error.reason.code, params: { url, ...error.reason.params } };
  }
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
