import { githubJson, type Session } from "@/providers/github/api";
import { type AppApi, appApi } from "@/providers/github/app/api";
import { appFault, ofApp } from "@/providers/github/app/fault";
import { assertUsable } from "@/providers/github/app/installations";
import { installPage } from "@/providers/github/app/page";
import { registration } from "@/providers/github/app/registration";
import { tokenGrant } from "@/providers/github/app/renew";
import { errorMapping } from "@/providers/github/error-mapping";
import * as github from "@/providers/github/schema";
import type { Secrets, Settings } from "@/providers/github/settings";
import { isNotFound } from "@/providers/kit/not-found";
import { pathOf } from "@/providers/kit/path";
import type {
  Authorization,
  AuthorizationRequest,
  BrowserStep,
  CallbackParams,
  Grant,
} from "@/providers/provider";

/** Two flows: `manifest` makes an App, `install` puts it on an account. An App that exists has the second only. */
export const appAuthorization: Authorization<Settings, Secrets> = {
  firstStep: ({ settings, secrets }) =>
    settings.githubAppId && secrets.githubPrivateKey ? "install" : "manifest",
  begin: async (session, request) =>
    request.step === "install" ? install(session, request) : registration(session.settings, request),
  complete: async (session, answer) =>
    answer.step === "install" ? installed(session, answer) : registered(session, answer),
};

/** Of a pasted App only GitHub knows the address. */
async function install(session: Session, { state }: AuthorizationRequest): Promise<BrowserStep> {
  const { settings } = session;
  const slug = settings.githubAppSlug ?? (await ofApp(appApi(session).app())).body.slug;
  if (!slug) throw appFault("bad_response", "host_shape", { field: "slug" });
  const url = new URL(installPage(settings, slug));
  url.searchParams.set("state", state);
  return { kind: "link", url: url.href };
}

/** The code is for one use within the hour: what it gives is the only copy of the key. */
async function registered(session: Session, { params }: CallbackParams): Promise<Grant> {
  const made = await conversionOf(session, params);
  return {
    settings: {
      githubAppId: made.id,
      githubAppName: made.name,
      githubAppSlug: made.slug ?? null,
      githubClientId: made.client_id,
      githubInstallationId: null,
      expiresAt: null,
      // It is for other accounts as well: what was the place to make it must not narrow the list to it.
      ...(session.settings.githubAppVisibility === "public" && { organization: null }),
    },
    secrets: {
      githubClientSecret: made.client_secret,
      githubPrivateKey: made.pem,
      githubWebhookSecret: made.webhook_secret ?? null,
      accessToken: null,
    },
    next: "install",
    pending: appFault("permission_missing", "app_not_installed").reason,
  };
}

async function conversionOf(session: Session, params: CallbackParams["params"]): Promise<github.Conversion> {
  if (params.error) throw appFault("credential_rejected", "authorization_refused");
  const code = params.code ?? "";
  if (!/^[\w-]{1,200}$/.test(code)) throw appFault("credential_rejected", "authorization_failed");
  const api = githubJson(session, { token: () => "", errorMapping });
  try {
    const path = pathOf("app-manifests", code, "conversions");
    return (await api.post(path, github.Conversion, { anonymous: true })).body;
  } catch (error) {
    throw isNotFound(error) ? appFault("credential_rejected", "app_code_used") : error;
  }
}

/** Anybody can write an installation into the address: only one that the App itself knows counts. */
async function installed(session: Session, { params }: CallbackParams): Promise<Grant> {
  const { setup_action: action, installation_id: id = "" } = params;
  if (params.error) throw appFault("credential_rejected", "authorization_refused");
  if (action === "request") return { pending: appFault("permission_missing", "approval_pending").reason };
  if (!/^\d{1,18}$/.test(id)) throw appFault("credential_rejected", "authorization_failed");
  const app = appApi(session);
  const [{ body: self }, installation] = await Promise.all([ofApp(app.app()), known(app, id)]);
  if (installation.app_id !== session.settings.githubAppId) throw foreign();
  assertUsable(session.settings, installation);
  const { settings, secrets } = await tokenGrant(session, id);
  return { settings: { ...settings, githubAppSlug: self.slug ?? null, githubAppName: self.name }, secrets };
}

async function known(app: AppApi, id: string): Promise<github.Installation> {
  try {
    return await app.installation(id);
  } catch (error) {
    throw isNotFound(error) ? foreign() : error;
  }
}

function foreign() {
  return appFault("credential_rejected", "installation_foreign");
}
