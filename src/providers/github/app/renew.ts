import type { Session } from "@/providers/github/api";
import { appApi } from "@/providers/github/app/api";
import { ofInstallation } from "@/providers/github/app/fault";
import { isUsable, listInstallations, notInstalled } from "@/providers/github/app/installations";
import type { Grant } from "@/providers/provider";

/**
 * The next token of the installation, for an hour.
 * @throws Fault `credential_rejected` reasons `app_gone`, `app_key_…`, `installation_gone` | `permission_missing` while
 * nothing is installed, approved or not suspended | `unavailable` | `rate_limited` | `bad_response`
 */
export async function renewApp(session: Session): Promise<Grant> {
  const id = session.settings.githubInstallationId ?? (await firstInstallation(session));
  return tokenGrant(session, id);
}

/** @throws Fault as `renewApp` */
export async function tokenGrant(session: Session, installation: string): Promise<Grant> {
  const app = appApi(session);
  const { token, expires_at } = await ofInstallation(app, app.token(installation));
  const expiresAt = Math.floor(Date.parse(expires_at) / 1000);
  return { settings: { githubInstallationId: installation, expiresAt }, secrets: { accessToken: token } };
}

async function firstInstallation(session: Session): Promise<string> {
  const app = appApi(session);
  const found = (await listInstallations(app)).find(isUsable);
  if (!found) throw await notInstalled(app);
  return String(found.id);
}
