import { createTransport } from "nodemailer";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
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
 * Send an e-mail in the background; nothing happens without SMTP_URL. A failure is only logged: the duration and
 * result of sending must not show a stranger which addresses are known.
 */
export function mail(message: Mail): void {
  if (canMail()) sendMail(message).catch(() => undefined); // sendMail has logged it
}

/**
 * Send an e-mail and wait until the mail server has taken it.
 * @throws Fault `unsupported` reason `mail_not_set` | `unavailable` reason `mail_failed`
 */
export async function sendMail(message: Mail): Promise<void> {
  const { smtpUrl, mailFrom } = env();
  if (!smtpUrl || !mailFrom) throw new Fault("unsupported", { code: "mail_not_set" });
  const transport = createTransport(smtpUrl, {
    from: mailFrom,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail(message);
  } catch (cause) {
    log.error({ code: (cause as { code?: string }).code }, "an e-mail was not sent");
    throw new Fault("unavailable", { code: "mail_failed" }, { cause });
  } finally {
    transport.close();
  }
}
