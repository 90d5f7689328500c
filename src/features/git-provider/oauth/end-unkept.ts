import type { Session } from "@/features/git-provider/client/open";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";
import type { Grant, Provider } from "@/providers/provider";

const deadlineMs = 5_000;

/**
 * Revoke a token that a flow got and that is not saved: nobody would know of it until it ran out. Ends within five
 * seconds and never throws, as the person is to hear why it is not kept.
 * @param session the connection with the grant laid over it
 */
export async function revokeUnsavedGrant(provider: Provider, session: Session, grant: Grant): Promise<void> {
  if (!provider.revoke || !grant.secrets?.accessToken) return;
  try {
    await provider.revoke({ ...session, signal: AbortSignal.timeout(deadlineMs) });
  } catch (error) {
    const { code } = asFault(error).reason;
    log.info({ type: provider.type, code }, "a token that is not kept could not be ended");
  }
}
