import { Fault } from "@/lib/fault";
import { applicationOf, endpointsOf } from "@/providers/gitlab/authorization";
import { HOST } from "@/providers/gitlab/error-mapping";
import { renew } from "@/providers/gitlab/renew";
import type { Secrets, Settings } from "@/providers/gitlab/settings";
import { revokeToken } from "@/providers/kit/oauth2";
import type { HostSession, Revocation } from "@/providers/provider";

type Session = HostSession<Settings, Secrets>;

const params = { host: HOST };

/**
 * End the grant that Slipway obtained. A token that somebody pasted is theirs, and so is the application that is
 * registered on GitLab: both are left for a person.
 */
export async function revoke(session: Session): Promise<Revocation> {
  if (session.authMethod !== "oauth") return { done: [], left: [{ code: "credential_left", params }] };
  const left = [{ code: "application_left", params }];
  if (!session.secrets.accessToken && !session.secrets.refreshToken) return { done: [], left };
  await end(session);
  return { done: [{ code: "grant_ended", params }], left };
}

async function end(session: Session): Promise<void> {
  const token = await living(session);
  if (!token) return;
  const { settings, secrets } = session;
  await revokeToken(session, endpointsOf(session), applicationOf(settings, secrets), token);
}

/**
 * GitLab answers 200 to a revocation by a pair whose access token has run out and leaves its refresh token good, so
 * such a pair is renewed first. Null when the grant is gone already.
 */
async function living(session: Session): Promise<string | null> {
  const { settings, secrets, now } = session;
  const hasRunOut = !secrets.accessToken || (settings.expiresAt ?? 0) * 1000 <= now().getTime();
  if (!hasRunOut || !secrets.refreshToken) return secrets.accessToken ?? null;
  try {
    return (await renew(session)).secrets?.accessToken ?? null;
  } catch (error) {
    if (error instanceof Fault && error.reason.code === "grant_refused") return null;
    throw error;
  }
}
