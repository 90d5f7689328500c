import { events, permissions } from "@/providers/github/app/method";
import { webUrl } from "@/providers/github/convert";
import type { Settings } from "@/providers/github/settings";
import type { AuthorizationRequest, BrowserStep } from "@/providers/provider";

/** GitHub allows no longer name. */
const MAX_NAME = 34;

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

/** Reading, and what push-to-deploy needs: what an App asks for later waits until each account has approved it. */
function manifestOf(settings: Settings, request: AuthorizationRequest) {
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
    default_events: events,
    hook_attributes: { url: hookUrl(request), active: true },
  };
}

/**
 * GitHub refuses an App whose webhook lies on a private network. A name below `.invalid` is nobody's (RFC 2606): what
 * is sent there reaches no one, and is read from the log of deliveries.
 */
function hookUrl({ publicUrl, publiclyReachable, rowId }: AuthorizationRequest): string {
  const path = `api/github/webhook/${rowId}`;
  return publiclyReachable ? new URL(path, `${publicUrl}/`).href : `https://slipway.invalid/${path}`;
}

/** No two Apps of a host have the same name. */
function nameOf({ githubAppName }: Settings, rowId: string): string {
  return (githubAppName || `slipway-${rowId.slice(-8)}`).slice(0, MAX_NAME);
}
