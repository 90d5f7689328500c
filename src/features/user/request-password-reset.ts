import type { Origin } from "@/access/caller";
import { countAttempt } from "@/access/rate-limit";
import type { RequestPasswordReset, RequestPasswordResetResult } from "@/features/user/contract";
import { createResetLink } from "@/features/user/reset-link";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";
import { canMail, mail } from "@/lib/mail";

/**
 * Send a reset link if someone has this address. The answer and its duration are the same when nobody has it, since
 * the work is done in the background.
 * @throws Fault `rate_limited`
 */
export async function requestPasswordReset(
  origin: Origin,
  { email }: RequestPasswordReset,
): Promise<RequestPasswordResetResult> {
  await countAttempt("resetAddress", origin.address);
  await countAttempt("resetAccount", email);
  if (canMail()) {
    sendLink(email).catch((error: unknown) =>
      log.info({ requestId: origin.requestId, fault: asFault(error).code }, "no reset link was sent"),
    );
  }
  return { mail: canMail() };
}

async function sendLink(email: string): Promise<void> {
  const { url } = await createResetLink(email);
  const text = `Someone asked to reset your Slipway password. Open this link within an hour to set a new one:\n\n${url}\n\nIf it was not you, ignore this message: nothing has changed.\n`;
  mail({ to: email, subject: "Reset your Slipway password", text });
}
