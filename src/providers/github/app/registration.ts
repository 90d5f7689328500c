import { permissions } from "@/providers/github/app/method";
import { webUrl } from "@/providers/github/convert";
import type { Settings } from "@/providers/github/settings";
import type { AuthorizationRequest, BrowserStep } from "@/providers/provider";

/** GitHub allows no longer name. */
const MAX_NAME = 34;

/** What an App hears of. */
const events = ["push", "pull_request", "create", "delete", "repository"];

/** The page on which GitHub makes a new App, and what it is to be: the person sees it there before anything happens. */
export function registration(settings: Settings, request: AuthorizationRequest): BrowserStep {
  const { githubUrl, organization } = settings;
  const below = organization ? `organizations/${organization}/settings` : "settings";
  const url = new URL(webUrl(githubUrl, `${below}/apps/new`));
  url.searchParams.set("state", request.state);
  return {
    kind: "form",
    url: url.href,
    fields: { manifest: JSON.stringify(manifestOf(settings, request)) },
  };
}

/** GitHub refuses a hook that it cannot reach, and events without one. */
function manifestOf(settings: Settings, request: AuthorizationRequest) {
  const hook = {
    hook_attributes: { url: `${request.publicUrl}/api/github/webhook/${request.rowId}`, active: true },
    default_events: events,
  };
  return {
    name: nameOf(settings, request.rowId),
    url: request.publicUrl,
    redirect_url: request.redirectUri,
    setup_url: request.redirectUri,
    setup_on_update: true,
    callback_urls: [request.redirectUri],
    request_oauth_on_install: false,
    public: settings.githubAppVisibility === "public",
    default_permissions: permissions,
    ...(request.publiclyReachable ? hook : {}),
  };
}

/** No two Apps of a host have the same name. */
function nameOf({ githubAppName }: Settings, rowId: string): string {
  return (githubAppName || `slipway-${rowId.slice(-8)}`).slice(0, MAX_NAME);
}
