import type { Page } from "@/git/nouns";
import { MAX_PAGE_SIZE } from "@/providers/github/api";
import type { AppApi } from "@/providers/github/app/api";
import { appFault, ofApp } from "@/providers/github/app/fault";
import { type Account, installationPage } from "@/providers/github/app/page";
import { HOST } from "@/providers/github/error-mapping";
import type * as github from "@/providers/github/schema";
import type { Settings } from "@/providers/github/settings";
import { collect, listTooLong, numberedPage } from "@/providers/kit/pages";

/** More accounts than this are not gone through. */
const MAX_PAGES = 10;

/** Every installation of the App, the oldest first, suspended ones among them. */
export async function listInstallations(app: AppApi): Promise<github.Installation[]> {
  return (await installationsPage(app)).items;
}

/** The same, and whether some are left out. */
export async function installationsPage(app: AppApi): Promise<Page<github.Installation>> {
  const asked = { host: HOST, query: "installations", size: MAX_PAGE_SIZE };
  const read = (cursor: string | undefined) =>
    numberedPage({ ...asked, cursor }, (at) => app.installations(at));
  const page = await ofApp(collect(read, { maxPages: MAX_PAGES }));
  const isCut = page.nextCursor !== null;
  return {
    ...page,
    items: page.items.toSorted((a, b) => a.id - b.id),
    ...(isCut && { incomplete: { reason: listTooLong(HOST, MAX_PAGES * MAX_PAGE_SIZE) } }),
  };
}

export function isUsable({ suspended_at }: github.Installation): boolean {
  return !suspended_at;
}

/** Lower case, as names of accounts are compared. */
export function loginOf({ account }: github.Installation): string {
  return account?.login?.toLowerCase() ?? "";
}

export function accountOf(installation: github.Installation): Account {
  return { login: installation.account?.login, type: installation.target_type };
}

/** @throws Fault `permission_missing` reason `installation_suspended`, with the page where that is lifted */
export function assertUsable(settings: Settings, installation: github.Installation): void {
  if (isUsable(installation)) return;
  const at = installationPage(settings, installation.id, accountOf(installation));
  throw appFault("permission_missing", "installation_suspended", { at });
}

/** Why there is no installation: nobody installed the App, or an owner has yet to approve it. */
export async function notInstalled(app: AppApi) {
  const requests = await app.requests();
  return appFault("permission_missing", requests.length > 0 ? "approval_pending" : "app_not_installed");
}
