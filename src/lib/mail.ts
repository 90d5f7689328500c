import { createTransport } from "nodemailer";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Whether this instance can send e-mail at all. */
export function canMail(): boolean {
  return env().smtpUrl !== null;
}

/**
 * Send an e-mail behind the answer; nothing happens without SMTP_URL. A failure is logged, since the time and the
 * outcome of sending must not tell a stranger which addresses are known.
 */
export function mail(message: Mail): void {
  const { smtpUrl, mailFrom } = env();
  if (!smtpUrl || !mailFrom) return;
  const transport = createTransport(smtpUrl, {
    from: mailFrom,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  transport
    .sendMail(message)
    .catch((error: Error & { code?: string }) => log.error({ code: error.code }, "an e-mail was not sent"))
    .finally(() => transport.close());
}
