import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { githubJson, type Session } from "@/providers/github/api";
import { appApi } from "@/providers/github/app/api";
import { installedErrorMapping } from "@/providers/github/app/error-mapping";
import { appFault, ofApp } from "@/providers/github/app/fault";
import { settingsPage } from "@/providers/github/app/page";
import { HOST } from "@/providers/github/error-mapping";
import { usableToken } from "@/providers/kit/token";
import type { Revocation } from "@/providers/provider";

/**
 * End the stored token. The App itself can only be deleted by its owner, in the browser; one that is gone leaves
 * nothing to do.
 * @throws Fault `rate_limited` | `unavailable` | `bad_response`
 */
export async function revokeApp(session: Session): Promise<Revocation> {
  const { accessToken } = session.secrets;
  if (accessToken) await unlessGone(endToken(session, accessToken));
  const left = session.settings.githubAppId ? await unlessGone(remains(session)) : null;
  return {
    done: accessToken ? [appFault("permission_missing", "app_token_ended").reason] : [],
    left: left ? [left] : [],
  };
}

async function endToken(session: Session, token: string): Promise<void> {
  const bearer = { token: () => usableToken(HOST, token), errorMapping: installedErrorMapping };
  await githubJson(session, bearer).delete("installation/token");
}

/** Who owns the App, and so where it is deleted, only GitHub knows. */
async function remains(session: Session): Promise<Reason> {
  const { body: self } = await ofApp(appApi(session).app());
  const organization = self.owner?.type === "Organization" ? self.owner.login : null;
  const at = settingsPage(session.settings, self.slug ?? "", organization);
  return appFault("permission_missing", "app_left", { at: `${at}/advanced` }).reason;
}

/** What the host no longer knows was what was wanted. */
async function unlessGone<Answer>(call: Promise<Answer>): Promise<Answer | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Fault && error.code === "credential_rejected") return null;
    throw error;
  }
}
