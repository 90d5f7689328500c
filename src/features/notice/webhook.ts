import { ports } from "@/features/git-provider/client/transport";
import { secretOf, type TargetRow } from "@/features/notice/find";
import type { News } from "@/features/notice/news";
import { signatureOf } from "@/features/notice/signature";
import { Fault } from "@/lib/fault";

const deadlineMs = 10_000;
const maxBytes = 64 * 1024;

/** What a webhook gets. See docs/notices.md: fields are added, never renamed. */
function payloadOf({ event, at, provider, ...news }: News) {
  const { label: _label, ...shown } = provider ?? { label: "" };
  return {
    type: provider ? `provider.${event}` : "test",
    timestamp: at.toISOString(),
    data: {
      organization: news.organization,
      provider: provider && shown,
      message: news.message,
      expiresAt: news.expiresAt?.toISOString() ?? null,
      daysLeft: news.daysLeft,
      applications: news.applications,
      applicationCount: news.applicationCount,
      url: news.url,
    },
  };
}

/**
 * Call a target's URL, signed as Standard Webhooks has it. A redirect is not followed.
 * @throws Fault `bad_response` reason `notice_refused` for any answer but 2xx | those of `Http`
 */
export async function callWebhook(target: TargetRow, id: string, news: News): Promise<void> {
  const body = JSON.stringify(payloadOf(news));
  const seconds = Math.floor(Date.now() / 1000);
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": signatureOf(secretOf(target), { id, seconds, body }),
  };
  const request = new Request(target.address, { method: "POST", headers, body, redirect: "manual" });
  const { ok, status } = await ports().http.send(request, { deadlineMs, maxBytes });
  if (!ok) throw new Fault("bad_response", { code: "notice_refused", params: { status } });
}
