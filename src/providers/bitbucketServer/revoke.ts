import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import type { Session } from "@/providers/bitbucketServer/api";
import { applicationOf, endpointsOf } from "@/providers/bitbucketServer/authorization";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import { revokeToken } from "@/providers/kit/oauth2";
import type { Revocation } from "@/providers/provider";

const params = { host: HOST };

/**
 * End the grant that Slipway obtained. A pasted token is its person's, and the application link belongs to an
 * administrator: both are left for them.
 */
export async function revoke(session: Session): Promise<Revocation> {
  if (session.authMethod !== "oauth") return { done: [], left: [{ code: "credential_left", params }] };
  const left: Reason[] = [{ code: "application_left", params }];
  const token = session.secrets.refreshToken || session.secrets.accessToken;
  if (!token) return { done: [], left };
  try {
    await revokeToken(session, endpointsOf(session), applicationOf(session), token);
    return { done: [{ code: "grant_ended", params }], left };
  } catch (error) {
    // The call is not documented for every version; the person can always revoke it.
    if (error instanceof Fault && ["not_found", "bad_response"].includes(error.code))
      return { done: [], left: [{ code: "grant_left", params }, ...left] };
    throw error;
  }
}
