import { ports } from "@/features/git-provider/client/pipeline";
import type { NotificationContent } from "@/features/notification/content";
import { type RecipientRow, secretOf } from "@/features/notification/find";
import { signatureOf } from "@/features/notification/signature";
import { Fault } from "@/lib/fault";

const deadlineMs = 10_000;
const maxBytes = 64 * 1024;

/** What a webhook gets. See docs/notifications.md: fields are added, never renamed. */
function payloadOf({ event, at, provider, ...content }: NotificationContent) {
  const { label: _label, ...shown } = provider ?? { label: "" };
  return {
    type: provider ? `provider.${event}` : "test",
    timestamp: at.toISOString(),
    data: {
      organization: content.organization,
      provider: provider && shown,
      message: content.message,
      expiresAt: content.expiresAt?.toISOString() ?? null,
      daysLeft: content.daysLeft,
      applications: content.applications,
      applicationCount: content.applicationCount,
      url: content.url,
    },
  };
}

/**
 * Call a recipient's URL, signed as Standard Webhooks has it. A redirect is not followed.
 * @throws Fault `bad_response` reason `notification_refused` for any answer but 2xx | those of `Http`
 */
export async function callWebhook(
  recipient: RecipientRow,
  id: string,
  content: NotificationContent,
): Promise<void> {
  const body = JSON.stringify(payloadOf(content));
  const seconds = Math.floor(Date.now() / 1000);
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": signatureOf(secretOf(recipient), { id, seconds, body }),
  };
  const request = new Request(recipient.address, { method: "POST", headers, body, redirect: "manual" });
  const { ok, status } = await ports().http.send(request, { deadlineMs, maxBytes });
  if (!ok) throw new Fault("bad_response", { code: "notification_refused", params: { status } });
}
